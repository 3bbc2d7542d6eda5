"""The JSON schema of ``report.json``, made of the records themselves: docs/report.schema.json.

A report of this version keeps the names, types and meanings that stand here; it may gain names.
"""

from typing import Any

from pydantic import TypeAdapter

from gha_router.experiment.acceptance import GATE, TESTS, WORD
from gha_router.experiment.leaderboard import Contradiction, Row, Spend
from gha_router.records import Json, RunResult, Verdict
from gha_router.report.document import SCHEMA

DIALECT = "https://json-schema.org/draft/2020-12/schema"
AMOUNT = r"^-?\d+(\.\d+)?([eE][+-]?\d+)?$"  # USD, of which no cent is lost
USD: Json = {"type": "string", "pattern": AMOUNT}
TEXT: Json = {"type": "string"}
COUNT: Json = {"type": "integer", "minimum": 0}
NUMBER: Json = {"type": "number"}
TEXTS: Json = {"type": "array", "items": TEXT}


def report_schema() -> Json:
    """Return the schema."""
    defs: Json = {}
    run, row, contradiction, spend = (_of(kind, defs) for kind in (RunResult, Row, Contradiction, Spend))
    verdict: Json = {"enum": [one.value for one in Verdict]}
    common: Json = {
        "schema": {
            "const": SCHEMA,
            "description": "The version. It changes when a name is lost or means another thing.",
        },
        "verdict": verdict,
        "sources": {
            "type": "object",
            "additionalProperties": TEXT,
            "description": "Of each figure: measured by us, metered by our receipts, or claimed by the agent.",
        },
        "ledger_head": _or_null(TEXT),
        "isolation": TEXT,
    }
    of_run: Json = {
        **common,
        "kind": {"const": "run"},
        "cost_usd": _or_null(USD),
        "verified_steps": COUNT,
        "cost_per_verified_usd": _or_null(USD),
        "baseline": _or_null(TEXT),
        "baseline_usd": _or_null(USD),
        "saved_usd": _or_null(USD),
        "saved_share": _or_null(NUMBER),
        "run": run,
    }
    of_experiment: Json = {
        **common,
        "kind": {"const": "experiment"},
        "suite": TEXT,
        "models": TEXTS,
        "epochs": COUNT,
        "started_at": TEXT,
        "wall_s": NUMBER,
        "known_cost_usd": USD,
        "unpriced": COUNT,
        "complete": TEXTS,
        "tasks": TEXTS,
        "planned": COUNT,
        "rows": _list(_with(row, {"counted": COUNT, "claim_accuracy": _or_null(NUMBER)}, defs)),
        "contradictions": _list(contradiction),
        "acceptance": _object({who: {"type": "object"} for who in (WORD, TESTS, GATE)}, required=False),
        "trials": _list(_with(spend, _trial(verdict), defs)),
        "simulated": {"type": "boolean"},
        "tools": {"type": "object", "additionalProperties": TEXT},
    }
    return {
        "$schema": DIALECT,
        "title": "report.json of gha-router",
        "oneOf": [_object(of_run), _object(of_experiment)],
        "$defs": dict(sorted(defs.items())),
    }


def _trial(verdict: Json) -> Json:
    return {
        **dict.fromkeys(("id", "task_id", "model"), TEXT),
        **dict.fromkeys(("epoch", "attempts", "contradicted"), COUNT),
        **dict.fromkeys(("end", "error"), _or_null(TEXT)),
        "verdict": verdict,
        "failed_checks": TEXTS,
    }


def _of(kind: type, defs: Json) -> Json:
    """Return the schema of a record, its parts in ``defs``."""
    found = TypeAdapter(kind).json_schema(mode="serialization", ref_template="#/$defs/{model}")
    defs.update({name: _plain(part) for name, part in found.pop("$defs", {}).items()})
    return _plain(found)  # type: ignore[no-any-return]  # an object stays one


def _plain(schema: Any) -> Any:
    """Return a schema as our files are written: every name is there, and ``Decimal`` is any decimal number's text."""
    match schema:
        case {"type": "string", "pattern": str()}:
            return USD
        case dict():
            kept = {key: _plain(value) for key, value in schema.items() if key not in {"title", "default"}}
            return kept | {"required": list(kept["properties"])} if "properties" in kept else kept
        case list():
            return [_plain(one) for one in schema]
    return schema


def _with(schema: Json, more: Json, defs: Json) -> Json:
    """Return the schema of a record to whose names others come."""
    found = defs[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    names = {**found["properties"], **more}
    return {**found, "properties": names, "required": list(names)}


def _object(names: Json, *, required: bool = True) -> Json:
    return {"type": "object", "properties": names, **({"required": list(names)} if required else {})}


def _list(item: Json) -> Json:
    return {"type": "array", "items": item}


def _or_null(schema: Json) -> Json:
    return {"anyOf": [schema, {"type": "null"}]}
