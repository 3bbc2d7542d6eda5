"""What an agent says of its work in English, one module for each kind of claim."""

from gha_router.claims.english import commands, counts, done, durations, files, passed, spending
from gha_router.claims.english.context import asserted

__all__ = ["FINDERS", "asserted"]

FINDERS = tuple(module.find for module in (durations, counts, files, passed, commands, spending, done))
