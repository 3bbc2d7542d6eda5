"""The closed vocabularies: verdicts, statuses, kinds."""

from enum import StrEnum


class Verdict(StrEnum):
    """What became of a step, a trial or a run."""

    VERIFIED = "verified"
    FAILED = "failed"
    ERROR = "error"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"


class ClaimVerdict(StrEnum):
    """What became of a claim when a meter was held against it."""

    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"
    UNREPORTED = "unreported"
    UNVERIFIABLE = "unverifiable"


class CheckStatus(StrEnum):
    """What became of a check; ``error`` is never the model's fault."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"


class Source(StrEnum):
    """Who says so: our clock or snapshot, our receipts, or the agent itself."""

    MEASURED = "measured"
    METERED = "metered"
    CLAIMED = "claimed"


class ClaimKind(StrEnum):
    """What a claim speaks about; its value and unit follow from it."""

    DURATION = "duration"  # seconds (unit "s"); None for "in an instant"
    COUNT = "count"  # a number, unit: what is counted ("lines")
    FILE_WRITTEN = "file_written"  # the path as written
    TESTS_PASSED = "tests_passed"  # a number, or True for "all"
    COMMAND_RUN = "command_run"  # the command as written
    COST = "cost"  # USD
    TOKENS = "tokens"  # a number
    DONE = "done"  # True: the whole work is declared finished


class AgentKind(StrEnum):
    """Who does the work of a step."""

    CLAUDE = "claude"  # Claude Code
    CODEX = "codex"  # OpenAI's

    @property
    def full_name(self) -> str:
        """Return its name for people."""
        return "Claude Code" if self is AgentKind.CLAUDE else "Codex CLI"


class AgentEnd(StrEnum):
    """How the agent's process ended, as we saw it."""

    COMPLETED = "completed"
    EMPTY = "empty"  # ended well, said nothing
    TURN_LIMIT = "turn_limit"
    TIME_LIMIT = "time_limit"
    REFUSED = "refused"  # the gateway refused to pay for the next request
    FAILED = "failed"  # the agent reports an error of the model or the provider
    CRASHED = "crashed"  # no result at all
    UNKNOWN = "unknown"  # another action ran it, and left no transcript
    CANCELLED = "cancelled"
