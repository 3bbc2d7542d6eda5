"""What was asked here before, read from the page's own comments, so that nothing has to be kept.

Counted are comments that were taken (they carry eyes), by who may ask now, and as they were written: of an edited one
nobody can say what was run.
"""

from collections.abc import Iterable
from dataclasses import replace

from gha_router.github.api import Api
from gha_router.github.comment import Comment
from gha_router.github.comments.command import Command
from gha_router.github.comments.grammar import parse
from gha_router.github.comments.limits import COSTLY
from gha_router.github.comments.permission import Allowed
from gha_router.github.comments.who import may_ask
from gha_router.github.comments.words import Activity


def asked_before(allowed: Allowed, api: Api) -> Command | None:
    """Return what the last run here was asked for, whole; ``None``: there was none that can be repeated."""
    words = allowed.asked.words
    taken = (one for one in api.comments(allowed.number) if one.id < allowed.comment.id and _counts(one))
    found = [(parse(one.body, words), one) for one in taken]
    rules = allowed.asked.rules
    return last_of(command for command, one in found if command.activity in COSTLY and may_ask(one, rules, api))


def last_of(commands: Iterable[Command]) -> Command | None:
    """Return what the last of these commands, the oldest first, came to."""
    last: Command | None = None
    for command in commands:
        last = whole(command, last) or last
    return last


def whole(command: Command, last: Command | None) -> Command | None:
    """Return a command with what it leaves to the last one; ``None``: it leaves something, and there was none.

    ``/route retry`` repeats all of it; ``/route opus`` its prompt, by somebody else.
    """
    if command.activity is Activity.RETRY:
        return last
    if command.activity is not Activity.RUN or command.prompt or command.pipeline or command.target is None:
        return command
    if last is None or not last.prompt:
        return None
    return replace(last, target=command.target, budget_usd=command.budget_usd)


def _counts(one: Comment) -> bool:
    return bool(one.eyes) and not one.is_edited
