"""Reads a result back from the files that a run or an experiment left."""

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from gha_router.errors import Position, UsageError
from gha_router.records import ExperimentResult, Json, RunResult, from_json

HEADER = ("suite", "models", "epochs", "started_at", "wall_s", "ledger_head", "isolation", "tasks", "tools")
LATER = ("simulated", "shard", "shard_trials")  # absent from what older versions wrote


def read(out: Path) -> RunResult | ExperimentResult:
    """Return what ``report.json`` and ``trials.jsonl`` in an output folder hold. Raises ``UsageError``."""
    file = out / "report.json"
    where = Position(str(file))
    hint = "Name the folder that `gha-router run`, `experiment` or `verify` was given with --out."
    if not file.exists() and (out / "suite.json").exists():
        what = "check-suite has no result of a model to tell"
        raise UsageError(what, where=Position(str(out)), hint="Its report is suite.md beside it, and suite.json.")
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        match data:
            case {"kind": "run", "run": run}:
                return from_json(RunResult, run)
            case {"kind": "experiment"}:
                return _experiment(data, out / "trials.jsonl")
    except OSError as error:
        place = Position(str(error.filename or file))
        raise UsageError(f"it cannot be read: {error.strerror}", where=place, hint=hint) from None
    except (ValueError, RecursionError, KeyError) as error:
        what = error.errors()[0]["msg"] if isinstance(error, ValidationError) else type(error).__name__
        raise UsageError(f"this is no result of ours: {what}", where=where, hint=hint) from None
    raise UsageError("this is no result of ours: its `kind` is neither run nor experiment", where=where, hint=hint)


def _experiment(data: Json, trials: Path) -> ExperimentResult:
    lines = trials.read_text(encoding="utf-8").splitlines()
    found: list[Any] = [json.loads(line) for line in lines if line.strip()]
    header = {name: data[name] for name in HEADER}
    header |= {name: data[name] for name in LATER if name in data}
    return from_json(ExperimentResult, {**header, "trials": found})
