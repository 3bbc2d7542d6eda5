"""What an agent says of its work in Japanese, one module for each kind of claim."""

from gha_router.claims.japanese import commands, counts, done, durations, files, passed, spending
from gha_router.claims.japanese.context import asserted

__all__ = ["FINDERS", "asserted"]

FINDERS = tuple(module.find for module in (durations, counts, files, passed, commands, spending, done))
