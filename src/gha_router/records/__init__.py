"""The frozen records that cross a wall between rooms, and their JSON form.

Three rules: unknown is ``None`` and never ``0``; money is ``Decimal`` (USD); a number that people will read has a
``Source``. Durations are seconds, sizes are bytes, times are UTC.
"""

from gha_router.records.evidence import (
    Changes,
    CheckResult,
    Claim,
    Evidence,
    EvidenceMissing,
    FileEntry,
    Finding,
    Observation,
    OwnRun,
    PartialEvidence,
    Snapshot,
    ToolCall,
)
from gha_router.records.jsonform import Json, dumps, from_json, now, stamp, to_json
from gha_router.records.receipts import COUNTS, Decision, Receipt, Try, Usage, total_cost, total_usage
from gha_router.records.results import (
    Aside,
    Attempt,
    Baseline,
    Basis,
    Billed,
    ExperimentResult,
    Judging,
    Life,
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
    "Basis",
    "Billed",
    "Changes",
    "CheckResult",
    "CheckStatus",
    "Claim",
    "ClaimKind",
    "ClaimVerdict",
    "Decision",
    "Evidence",
    "EvidenceMissing",
    "ExperimentResult",
    "FileEntry",
    "Finding",
    "Json",
    "Judging",
    "Life",
    "Observation",
    "OwnRun",
    "PartialEvidence",
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
    "total_cost",
    "total_usage",
]
