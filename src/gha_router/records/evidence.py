"""What is known of an attempt: its files before and after, what the agent called and said, and what was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from gha_router.records.receipts import Receipt
from gha_router.records.words import CheckStatus, ClaimKind, ClaimVerdict, Source


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
    structured: Any | None = None  # the answer to the step's JSON schema, as the agent gave it
    restored: frozenset[str] = frozenset()  # paths that the agent was given in the base commit's version, or not at all


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRun:
    """Tests that a check ran itself, after the agent had ended. ``None``: the run ended without saying how many."""

    command: str
    passed: int | None = None
    failed: int | None = None
    skipped: int | None = None


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
    tests: OwnRun | None = None
    gate: bool = False  # its errors are measured against all required checks

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
