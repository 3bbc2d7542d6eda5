"""The frozen records that cross a wall between rooms, and their JSON form.

Three rules: unknown is ``None`` and never ``0``; money is ``Decimal`` (USD); a number that people will read has a
``Source``. Durations are seconds, sizes are bytes, times are UTC.
"""

from gha_router.records.evidence import (
    Changes,
    CheckResult,
    Claim,
    Evidence,
    FileEntry,
    Finding,
    Observation,
    OwnRun,
    Snapshot,
    ToolCall,
)
from gha_router.records.jsonform import Json, dumps, from_json, now, stamp, to_json
from gha_router.records.receipts import COUNTS, Decision, Receipt, Try, Usage
from gha_router.records.results import (
    Aside,
    Attempt,
    Baseline,
    Billed,
    ExperimentResult,
    RunResult,
    Setback,
    StepResult,
    Trial,
)
from gha_router.records.words import AgentEnd, CheckStatus, ClaimKind, ClaimVerdict, Source, Verdict

__all__ = [
    "COUNTS",
    "AgentEnd",
    "Aside",
    "Attempt",
    "Baseline",
    "Billed",
    "Changes",
    "CheckResult",
    "CheckStatus",
    "Claim",
    "ClaimKind",
    "ClaimVerdict",
    "Decision",
    "Evidence",
    "ExperimentResult",
    "FileEntry",
    "Finding",
    "Json",
    "Observation",
    "OwnRun",
    "Receipt",
    "RunResult",
    "Setback",
    "Snapshot",
    "Source",
    "StepResult",
    "ToolCall",
    "Trial",
    "Try",
    "Usage",
    "Verdict",
    "dumps",
    "from_json",
    "now",
    "stamp",
    "to_json",
]
