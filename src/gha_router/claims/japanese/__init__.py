"""What an agent says of its work in Japanese, one module for each kind of claim."""

from gha_router.claims.japanese import commands, counts, done, durations, files, passed, spending

FINDERS = (
    durations.find,
    counts.find,
    files.find,
    passed.find,
    commands.find,
    spending.find,
    done.find,
)
