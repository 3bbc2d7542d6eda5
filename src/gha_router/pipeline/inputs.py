"""What steps hand on to later ones, and how a later one's prompt and condition get it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gha_router.agent.snapshot import quote, unquote
from gha_router.checks.datapath import NotThere, PathError, parse_path, walk
from gha_router.config import Config, Input, Trail
from gha_router.errors import ConfigError
from gha_router.pipeline.plan import StepPlan
from gha_router.records import Attempt, Evidence, StepResult, Verdict

WHOLE = "$"  # of a structured answer, as JSONPath writes it
LONGEST_FILE = 400_000  # bytes of a file that goes into a prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """What a verified step leaves to later ones, secrets taken out: its final message, its answer, and files."""

    text: str
    structured: Any = None
    files: Mapping[str, str] = field(default_factory=dict)  # those that somebody asks for, by path


class NotHandedOver(Exception):
    """The result lacks what a later step needs: it is not what was asked for."""


class NotAvailable(Exception):
    """An input comes from a step that has no verified result."""


def check_inputs(config: Config, at: Trail, inputs: Mapping[str, Input], schemas: Mapping[str, object]) -> None:
    """Refuse what no step can hand over: paths that cannot be read, and answers of a step that gives none."""
    for name, given in inputs.items():
        where = (*at, "inputs", name)
        if given.structured is not None:
            place = config.position((*where, "structured"))
            if schemas.get(given.from_) is None:
                hint = f"Give `{given.from_}` an `output_schema`."
                raise ConfigError(f"`{given.from_}` gives no structured answer", where=place, hint=hint)
            _check_path(given.structured, lambda what, hint, place=place: ConfigError(what, where=place, hint=hint))
        parts = (given.file or "x").split("/")
        if {"", ".", ".."} & set(parts) or ".git" in (part.lower() for part in parts):
            raise ConfigError(
                f"`{given.file}` is no file of the workspace",
                where=config.position((*where, "file")),
                hint="Write its path from the workspace's folder, such as `notes/sources.md`.",
            )


def _check_path(path: str, fault: Any) -> None:
    try:
        path == WHOLE or parse_path(path)
    except PathError as error:
        raise fault(f"this path {error}", "Such as `sources[0].title`; `$` is the whole answer.") from None


def wanted_from(step: str, plans: Sequence[StepPlan]) -> tuple[Input, ...]:
    """Return what others take from a step."""
    return tuple(given for plan in plans for given in plan.inputs.values() if given.from_ == step)


def collect(attempt: Attempt, evidence: Evidence, wanted: Sequence[Input]) -> Outputs:
    """Return what a verified attempt hands on. Raises ``NotHandedOver`` where something is not there."""
    files = {given.file: _content(given.file, evidence) for given in wanted if given.file is not None}
    outputs = Outputs(text=attempt.final_message, structured=attempt.structured, files=files)
    for given in wanted:
        _value(given, outputs)
    return outputs


def _content(path: str, evidence: Evidence) -> str:
    entry = evidence.after.entries.get(quote(path))
    if entry is None or entry.kind != "file":
        raise NotHandedOver(f"there is no file {path}, and a later step takes it as an input")
    if entry.size > LONGEST_FILE:
        raise NotHandedOver(f"{path} has {entry.size:,} bytes: an input may have {LONGEST_FILE:,}")
    try:
        return (evidence.workspace / unquote(entry.path)).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise NotHandedOver(f"{path} is no text in UTF-8, and a later step takes it as an input") from None


def _value(given: Input, outputs: Outputs) -> Any:
    if given.file is not None:
        return outputs.files[given.file]
    if given.structured is None:
        return outputs.text
    if given.structured == WHOLE:
        return outputs.structured
    try:
        return walk(outputs.structured, parse_path(given.structured))
    except NotThere as error:
        raise NotHandedOver(f"the structured answer has {error}, and a later step takes it as an input") from None


def values_for(
    plan: StepPlan, results: Mapping[str, StepResult], handed: Mapping[str, Outputs]
) -> dict[str, dict[str, Any]]:
    """Return what a step's prompt and condition speak of. Raises ``NotAvailable`` where there is no default."""
    inputs = {}
    for name, given in plan.inputs.items():
        if given.from_ in handed:
            inputs[name] = _value(given, handed[given.from_])
        elif given.default is not None:
            inputs[name] = given.default
        else:
            raise NotAvailable(
                f"its input `{name}` comes from `{given.from_}`, which is {results[given.from_].verdict}"
            )
    return {"inputs": inputs, "steps": _steps(results, handed)}


def _steps(results: Mapping[str, StepResult], handed: Mapping[str, Outputs]) -> dict[str, Any]:
    nothing = Outputs(text="")
    return {
        step: {
            "verdict": str(result.verdict),
            "text": handed.get(step, nothing).text,
            "structured": handed.get(step, nothing).structured,
        }
        for step, result in results.items()
    }


def verified(result: StepResult) -> bool:
    """Return whether what a step made may be handed on."""
    return result.verdict is Verdict.VERIFIED


def as_json(outputs: Outputs) -> str:
    """Return outputs in one line, for a digest."""
    return json.dumps([outputs.text, outputs.structured, dict(outputs.files)], sort_keys=True, ensure_ascii=False)
