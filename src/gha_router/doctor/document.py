"""A checkup as JSON, for machines: docs/formats.md describes it. Of keys it holds the variables' names alone."""

import json
from decimal import Decimal

from gha_router.doctor.findings import Checked, Checkup, Finding, KeyState, OllamaModel, OllamaServer, exit_code
from gha_router.doctor.memory import parallel_text, plan_of, plan_text
from gha_router.errors import ConfigError
from gha_router.records import Json

SCHEMA = "gha-router/doctor/1"


def checkup_json(result: Checkup, *, strict: bool) -> str:
    """Return the whole checkup, indented, with a line end."""
    code = exit_code(result.all_findings, strict=strict)
    return _text(
        {
            "schema": SCHEMA,
            "configuration": result.configuration,
            "ok": code == 0,
            "exit_code": code,
            "called": result.called,
            "cost_usd": _usd(result.cost_usd),
            "keys": [_key(key) for key in result.keys],
            "models": [_model(one) for one in result.checked],
            "agents": dict(result.agents),
            "ollama": [_server(server) for server in result.ollama],
            "findings": [_finding(finding) for finding in result.findings],
        }
    )


def refusal_json(file: str, error: ConfigError) -> str:
    """Return, in the same shape, that the configuration itself cannot be used."""
    finding = {"health": "mistake", "what": str(error), "hint": error.hint}
    empty: Json = {"called": False, "cost_usd": None, "keys": [], "models": [], "agents": {}, "ollama": []}
    return _text(
        {
            "schema": SCHEMA,
            "configuration": file,
            "ok": False,
            "exit_code": error.exit_code,
            **empty,
            "findings": [finding],
        }
    )


def _text(document: Json) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _usd(value: Decimal | None) -> str | None:
    """Return USD in plain digits, exactly."""
    return None if value is None else f"{value.normalize():f}"


def _finding(finding: Finding) -> Json:
    return {"health": finding.health.name.lower(), "what": finding.what, "hint": finding.hint}


def _key(key: KeyState) -> Json:
    state = "missing" if key.missing else "set" if key.needed else "not needed"
    return {
        "provider": key.provider,
        "format": key.format,
        "address": key.address,
        "key": state,
        "missing": list(key.missing),
    }


def _model(one: Checked) -> Json:
    return {
        "deployment": one.entry.deployment.model,
        "names": list(one.entry.names),
        **(_finding(one.finding) if one.finding else {"health": None, "what": one.unasked, "hint": None}),
        "seconds": None if one.seconds is None else round(one.seconds, 3),
        "answered_by": one.answered_by,
        "cost_usd": _usd(one.cost_usd),
        "context": one.context,
        "max_output": one.max_output,
        "supports": dict(one.supports),
        "price_source": one.price_source,
    }


def _server(server: OllamaServer) -> Json:
    plan = plan_of(server)
    memory = {
        "needed_bytes": plan.needed,
        "unknown": list(plan.unknown),
        "machine_bytes": plan.machine,
        "left_bytes": plan.left,
        "text": plan_text(plan),
        "parallel": parallel_text(plan),
    }
    return {
        "provider": server.provider,
        "address": server.address,
        "version": server.version,
        "models": [_ollama_model(model) for model in server.models],
        "other_loaded": [_ollama_model(model) for model in server.others],
        "memory": memory if server.models else None,
        "findings": [_finding(finding) for finding in server.findings],
    }


def _ollama_model(model: OllamaModel) -> Json:
    return {
        "name": model.name,
        "installed": model.installed,
        "mend": None if model.installed else f"ollama pull {model.name}",
        "size_bytes": model.size,
        "loaded": model.loaded is not None,
        "loaded_bytes": model.loaded,
        "loaded_context": model.loaded_context,
        "context": model.context,
        "capabilities": list(model.capabilities),
    }
