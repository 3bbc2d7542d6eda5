"""The frozen records that cross a wall between rooms, and their JSON form.

Three rules: unknown is ``None`` and never ``0``; money is ``Decimal`` (USD); a number that people will read has a
``Source``. Durations are seconds, sizes are bytes, times are UTC.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

Json = dict[str, Any]
COUNTS = ("input", "cache_read", "cache_write", "cache_write_1h", "output")  # of a Usage; they do not overlap
T = TypeVar("T")


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


class AgentEnd(StrEnum):
    """How the agent's process ended, as we saw it."""

    COMPLETED = "completed"
    EMPTY = "empty"  # ended well, said nothing
    TURN_LIMIT = "turn_limit"
    TIME_LIMIT = "time_limit"
    REFUSED = "refused"  # the gateway refused to pay for the next request
    FAILED = "failed"  # the agent reports an error of the model or the provider
    CRASHED = "crashed"  # no result at all
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens as the upstream metered them. ``input`` excludes what came from or went to the cache."""

    input: int = 0
    cache_read: int = 0
    cache_write: int = 0  # 5-minute entries
    cache_write_1h: int = 0
    output: int = 0
    reasoning: int | None = None  # a part of output, where the upstream says so
    web_searches: int = 0  # by the provider's own tool: no tokens, billed by the piece

    def __add__(self, other: "Usage") -> "Usage":
        reasoning = [u.reasoning for u in (self, other) if u.reasoning is not None]
        counts = {name: getattr(self, name) + getattr(other, name) for name in (*COUNTS, "web_searches")}
        return Usage(**counts, reasoning=sum(reasoning) if reasoning else None)

    @property
    def total(self) -> int:
        """Return all tokens that passed, cached ones included."""
        return sum(getattr(self, name) for name in COUNTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Which model answers, and why."""

    asked: str | None
    model: str  # the configured name that was chosen
    deployments: tuple[str, ...]  # provider/model, in the order in which they are tried
    reason: str  # one line for people
    tier: int | None = None
    task_type: str | None = None
    rejected: tuple[str, ...] = ()  # cheaper alternatives, each with its why


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One call of one deployment. ``status`` is the HTTP status, ``None`` when none arrived."""

    deployment: str
    status: int | None
    cause: str  # "ok", or what went wrong
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What one request cost. It holds no prompt text, no key and no header value."""

    id: str
    at: str  # RFC 3339, UTC, when the request arrived
    endpoint: str  # "/v1/messages"
    run: str | None  # the trial or run that the virtual key was minted for
    step: str
    attempt: int
    session: str | None  # x-claude-code-session-id
    agent: str | None  # x-claude-code-agent-id: a subagent
    asked: str | None  # the model as requested
    model: str | None  # the configured name that was chosen
    reason: str
    tries: tuple[Try, ...]
    served: str | None  # the deployment that answered
    status: int  # as the agent saw it
    stop_reason: str | None
    complete: bool  # False: the stream broke, or the agent went away
    usage: Usage | None
    price_source: str | None
    price_digest: str | None
    cost_usd: Decimal | None
    ttfb_s: float | None
    seconds: float
    cache: str | None = None  # "hit" once there is a cache; None: not asked
    upstream_id: str | None = None  # the provider's own request id


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEntry:
    """One entry of a snapshot. ``digest`` is SHA-256, of the target for a link, ``None`` for a folder."""

    path: str  # relative, with /
    kind: str  # "file", "link", "dir", "other"
    mode: int
    size: int
    digest: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A workspace at one moment; ``.git`` is left out."""

    taken_at: str
    entries: Mapping[str, FileEntry]

    @property
    def files(self) -> dict[str, FileEntry]:
        """Return the entries that are files or links."""
        return {path: entry for path, entry in self.entries.items() if entry.kind in {"file", "link"}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What differs between two snapshots: sorted paths of files and links."""

    created: tuple[str, ...] = ()
    modified: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.created or self.modified or self.deleted)

    @property
    def written(self) -> tuple[str, ...]:
        """The paths that are new or other than before."""
        return tuple(sorted((*self.created, *self.modified)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """A tool call in the transcript. ``output`` is what the agent was shown; ``None``: it never returned."""

    name: str
    input: Mapping[str, Any]
    output: str | None = None
    is_error: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that is known of an attempt when it has ended: the three meters, and what the agent said."""

    workspace: Path  # the agent's own copy, as it left it
    before: Snapshot
    after: Snapshot
    changes: Changes
    started_at: datetime  # UTC, wall clock: for time stamps in files
    ended_at: datetime
    wall_s: float  # monotonic: for durations
    final_message: str
    tool_calls: tuple[ToolCall, ...]
    receipts: tuple[Receipt, ...] = ()
    sealed: Path | None = None  # the task's own checks/ folder, which the agent never saw
    restored: frozenset[str] = frozenset()  # paths that the agent was given in the base commit's version, or not at all


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One check and what it found; ``expected`` and ``found`` are for people, ``where`` names the file."""

    name: str
    kind: str
    status: CheckStatus
    expected: str
    found: str
    where: str | None = None
    required: bool = True
    weight: float = 1.0

    @property
    def passed(self) -> bool:
        """Return whether it passed; an error or a skipped check did not."""
        return self.status is CheckStatus.PASSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Something that the agent said of its own work: text, until a meter confirms it."""

    kind: ClaimKind
    value: float | int | str | bool | None
    unit: str | None
    subject: str | None
    text: str  # the span as written
    start: int  # its offset in the message, in characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What a meter shows: the value, and which meter (``by``: "step clock", "snapshot", "receipts", ...)."""

    value: float | int | str | bool | None
    unit: str | None
    source: Source
    by: str
    detail: str = ""  # for people: "354 lines in report.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A claim held against an observation. ``ratio`` is claimed / observed, for numbers."""

    verdict: ClaimVerdict
    kind: ClaimKind
    claim: Claim | None  # None: expected, and never made
    observation: Observation | None  # None: no meter speaks of it
    ratio: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One session of the agent on a fresh copy of the workspace."""

    number: int  # counts from 1
    decision: Decision
    verdict: Verdict
    end: AgentEnd
    end_detail: str
    started_at: str
    wall_s: float
    turns: int
    requests: int
    usage: Usage | None
    cost_usd: Decimal | None  # from receipts; None: some request has no known price
    claimed_cost_usd: Decimal | None  # the agent's own figure: shown, never used
    served: tuple[str, ...]
    checks: tuple[CheckResult, ...]
    findings: tuple[Finding, ...]
    changes: Changes
    delivered: bool  # it handed in something: work in the workspace, or a claim
    final_message: str
    transcript: str | None  # path below the output folder
    isolation: str  # "uid + network", "uid" or "none"
    carried: bool = False  # its changes were carried back into the workspace
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """A step with all its attempts; the last one decides."""

    id: str
    verdict: Verdict
    asked: str
    attempts: tuple[Attempt, ...]
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """A whole run, as ``report.json`` holds it."""

    id: str
    verdict: Verdict
    started_at: str
    wall_s: float
    steps: tuple[StepResult, ...]
    ledger_head: str | None
    isolation: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One task, one model, one epoch: a line of ``trials.jsonl``."""

    id: str  # suite/task@model#epoch
    suite: str
    task_id: str
    model: str
    epoch: int  # counts from 1
    result: StepResult

    @property
    def attempt(self) -> Attempt | None:
        """Return the attempt that decided, ``None`` when none was begun."""
        return self.result.attempts[-1] if self.result.attempts else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentResult:
    """All trials of one experiment and where they came from."""

    suite: str
    models: tuple[str, ...]
    epochs: int
    started_at: str
    wall_s: float
    trials: tuple[Trial, ...]
    ledger_head: str | None
    isolation: str
    tasks: tuple[str, ...] = ()  # the ids of all that were to be tried; empty: those of the trials
    tools: Mapping[str, str] = field(default_factory=dict)  # name -> version
    simulated: bool = False


def now() -> datetime:
    """Return the wall-clock time in UTC; durations come from the monotonic clock."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """Return a time as RFC 3339 in UTC with milliseconds: the one form in our files."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def to_json(record: Any) -> Any:
    """Return a record as plain JSON values; ``Decimal`` becomes a string, so that no cent is lost."""
    if is_dataclass(record) and not isinstance(record, type):
        return {f.name: to_json(getattr(record, f.name)) for f in fields(record)}
    if isinstance(record, Mapping):
        return {str(key): to_json(value) for key, value in record.items()}
    if isinstance(record, (list, tuple)):
        return [to_json(value) for value in record]
    return str(record) if isinstance(record, (Decimal, Path)) else record


def dumps(record: Any) -> str:
    """Return one line of JSON, keys in the order of the record's fields, other alphabets as they are."""
    return json.dumps(to_json(record), ensure_ascii=False, separators=(",", ":"))


def from_json(kind: type[T], data: Any) -> T:
    """Return the record that parsed JSON describes; raises ``pydantic.ValidationError`` when it does not fit."""
    from pydantic import TypeAdapter  # noqa: PLC0415  the gateway, which must start fast, does without

    return TypeAdapter(kind).validate_python(data)
