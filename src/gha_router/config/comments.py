"""The section ``comments``: who beside people may ask for work with a comment, and how often. Read by ``github``."""

from gha_router.config.fields import BotName, Count
from gha_router.config.record import Record


class Comments(Record):
    """Bots that may ask, by name with or without ``[bot]``, and how many runs a day (UTC) one and all may start."""

    bots: tuple[BotName, ...] = ()
    per_user_day: Count | None = None
    per_day: Count | None = None
