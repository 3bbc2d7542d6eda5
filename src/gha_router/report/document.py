"""``report.json``: the same report for machines.

Keys keep their order and their meaning within ``SCHEMA``; ``Decimal`` is a string; unknown is ``null``. ``sources``
says of each figure whether it was measured, metered or claimed. Of a run the whole record stands under ``run``, so
that it can be rendered again; an experiment's trials are in ``trials.jsonl`` and summarised here.
"""

import json
import math
from typing import Any

from gha_router.experiment.collected import Collected, collected
from gha_router.experiment.leaderboard import Leaderboard, Row, leaderboard
from gha_router.experiment.points import Point
from gha_router.records import ExperimentResult, Json, RunResult, Source, to_json
from gha_router.report.believed import as_json

SCHEMA = "gha-router/report/1"
TRIALS = 5000  # summaries of trials; all are in outcomes.csv and trials.jsonl
OUTCOMES = (
    "verdict",
    "trials",
    "counted",
    "verified",
    "failed",
    "errors",
    "refused",
    "cancelled",
    "skipped",
    "failures",
)
CLAIMS = ("claim_accuracy", "confirmed", "contradicted", "unreported", "unverifiable")
TIMES = ("wall_s", "wall_p50_s", "wall_p95_s")
MEASURED = (*OUTCOMES, "success", "interval", "pass_hat_k", "correctness", *CLAIMS, *TIMES, "undelivered", "gave_up")
METERED = ("cost_usd", "known_cost_usd", "unpriced", "cost_per_verified_usd", "tokens", "requests")
SOURCES = {
    **dict.fromkeys(MEASURED, Source.MEASURED.value),
    **dict.fromkeys(METERED, Source.METERED.value),
    **dict.fromkeys(("stars", "front", "pareto"), "measured success, metered cost"),
    "intervals": "computed, 95 %, of the figure of the same name; tokens and cost_usd: a trial",
    "acceptance": "claimed and measured, against measured",
    **dict.fromkeys(("baseline_usd", "saved_usd", "saved_share"), "metered tokens, listed price"),
    "cached": Source.METERED.value,
    "duration_ratio": "claimed / measured",
    "contradictions.claimed": Source.CLAIMED.value,
    "contradictions.observed": "as each says in its source",
}


def report_json(result: ExperimentResult | Collected | RunResult, board: Leaderboard | None = None) -> str:
    """Return the text of ``report.json``, ending in a newline; ``board``: its leaderboard, if it is known."""
    match result:
        case ExperimentResult() | Collected():
            found = collected(result)
            body = _experiment(found, board or leaderboard(found))
        case RunResult():
            body = _run(result)
    text = json.dumps(_finite(body), ensure_ascii=False, indent=2, allow_nan=False)
    # A lone surrogate in an agent's words cannot be written as UTF-8, but as an escape it is JSON.
    return text.encode("utf-8", "backslashreplace").decode() + "\n"


def _experiment(result: Collected, board: Leaderboard) -> Json:
    return {
        "schema": SCHEMA,
        "kind": "experiment",
        "verdict": board.verdict.value,
        "suite": result.suite,
        "models": list(result.models),
        "epochs": result.epochs,
        "started_at": result.started_at,
        "wall_s": result.wall_s,
        "known_cost_usd": str(board.known_cost_usd),
        "unpriced": board.unpriced,
        "complete": [row.model for row in board.complete],
        "sources": SOURCES,
        "tasks": list(board.tasks),
        "planned": board.planned,
        "rows": [_row(row) for row in board.rows],
        "pareto": [row.model for row in board.front],
        "contradicted": board.contradicted,
        "contradictions": to_json(board.contradictions),
        "acceptance": as_json(result.acceptance),
        "trials": [_trial(point) for point in result.points[:TRIALS]],
        "trials_left_out": max(0, len(result.points) - TRIALS),
        "shard": result.shard,
        "shard_trials": result.shard_trials,
        "shards": to_json(result.shards),
        "ledger_head": result.ledger_head,
        "isolation": result.isolation,
        "simulated": result.simulated,
        "tools": dict(result.tools),
    }


def _row(row: Row) -> Json:
    return {**to_json(row), "counted": row.counted, "claim_accuracy": row.claim_accuracy}


def _trial(point: Point) -> Json:
    return {
        "id": point.id,
        "task_id": point.task_id,
        "model": point.model,
        "epoch": point.epoch,
        "verdict": point.verdict.value,
        "attempts": point.attempts,
        "end": point.end.value if point.end else None,
        "failed_checks": list(point.failed_checks),
        "contradicted": point.claims[1],
        **to_json(point.spent),
        "error": point.error,
    }


def _run(result: RunResult) -> Json:
    return {
        "schema": SCHEMA,
        "kind": "run",
        "verdict": result.verdict.value,
        "sources": SOURCES,
        "ledger_head": result.ledger_head,
        "isolation": result.isolation,
        **_worth(result),
        "run": to_json(result),
    }


def _worth(result: RunResult) -> Json:
    """Return what the whole run cost, and how that compares; of the same names as the action's outputs."""
    return {
        "cost_usd": to_json(result.cost_usd),
        "verified_steps": result.verified_steps,
        "cost_per_verified_usd": to_json(result.cost_per_verified_usd),
        "baseline": result.baseline.model if result.baseline else None,
        "baseline_usd": to_json(result.baseline.cost_usd) if result.baseline else None,
        "saved_usd": to_json(result.saved_usd),
        "saved_share": result.saved_share,
    }


def _finite(value: Any) -> Any:
    """Return JSON values with ``null`` for infinities: "1e999 s" is a claim that JSON has no number for."""
    match value:
        case float() if not math.isfinite(value):
            return None
        case dict():
            return {key: _finite(item) for key, item in value.items()}
        case list():
            return [_finite(item) for item in value]
    return value
