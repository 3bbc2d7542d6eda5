"""How many runs a day comments may start, counted in the repository's own comments.

A day is that of the comment, in UTC. Counted are that day's other comments that ask for work and were taken (somebody
has looked at them: ``eyes``), by those who may ask. So a stranger cannot use up anybody's day.
"""

from datetime import UTC, datetime, time

from gha_router.errors import InfrastructureError
from gha_router.github.api import Api
from gha_router.github.comment import Comment
from gha_router.github.comments.approvals import MAY_WRITE
from gha_router.github.comments.asked import Asked
from gha_router.github.comments.grammar import parse
from gha_router.github.comments.words import Activity

COSTLY = frozenset({Activity.RUN, Activity.RETRY, Activity.EXPERIMENT})


def over_limit(asked: Asked, comment: Comment, api: Api) -> str | None:
    """Return, for people, which limit is reached; ``None``: none is."""
    rules = asked.rules
    if asked.activity not in COSTLY or (rules.per_user_day is None and rules.per_day is None):
        return None
    if comment.created_at is None:
        raise InfrastructureError("how much was asked for today is not known: the comment has no time")
    midnight = datetime.combine(comment.created_at.date(), time(), UTC)
    taken = [one for one in api.comments_since(midnight) if _was_taken(one, comment, midnight, asked)]
    own = sum(one.author.lower() == comment.author.lower() for one in taken)
    if rules.per_user_day is not None and own >= rules.per_user_day:
        return f"{comment.author} has started {own} of {rules.per_user_day} runs today"
    if rules.per_day is not None and (total := sum(_may(one, api) for one in taken)) >= rules.per_day:
        return f"{total} of {rules.per_day} runs were started today"
    return None


def _was_taken(one: Comment, comment: Comment, midnight: datetime, asked: Asked) -> bool:
    if one.id == comment.id or not one.eyes or one.created_at is None:
        return False
    same_day = one.created_at >= midnight and one.created_at.date() == midnight.date()
    return same_day and parse(one.body, asked.words).activity in COSTLY


def _may(one: Comment, api: Api) -> bool:
    return one.is_bot or one.app is not None or api.permission(one.author) in MAY_WRITE
