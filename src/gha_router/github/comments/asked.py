"""From an event to what it asks for. Pure: nobody is asked, nothing is read but the event and the configuration."""

from dataclasses import dataclass

from gha_router.config import Comments, Config
from gha_router.errors import UsageError
from gha_router.github.comment import NewComment, new_comment
from gha_router.github.comments.command import Command
from gha_router.github.comments.grammar import parse
from gha_router.github.comments.lines import command_lines
from gha_router.github.comments.words import Activity, Words
from gha_router.github.context import Context

NOTHING = Command(activity=Activity.NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a comment asks for, by whom, and the configuration's rules for it.

    ``new`` is ``None`` when the event is no new comment; then ``activity`` is ``NOTHING``.
    """

    command: Command
    new: NewComment | None
    words: Words
    rules: Comments

    @property
    def activity(self) -> Activity:
        """Return the kind of work."""
        return self.command.activity


def holds_command(context: Context) -> bool:
    """Return whether the event is a new comment with a command: to know it, no configuration is needed."""
    new = new_comment(context)
    try:
        return new is not None and bool(command_lines(new.comment.body))
    except UsageError:  # too long for a comment
        return False


def activity_of(context: Context, config: Config) -> Asked:
    """Return what an event asks for: one activity. Raises nothing."""
    new, words = new_comment(context), Words.of(config)
    command = parse(new.comment.body, words) if new else NOTHING
    return Asked(command=command, new=new, words=words, rules=config.comments)
