"""What an agent says of its work in English, one module for each kind of claim."""

from gha_router.claims.english import commands, counts, done, durations, files, passed, spending

FINDERS = tuple(module.find for module in (durations, counts, files, passed, commands, spending, done))
