"""All kinds of checks, and how a specification becomes one of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from gha_router.checks.answer import MESSAGE
from gha_router.checks.attributes import Digest, Mode
from gha_router.checks.base import Check
from gha_router.checks.blank import NotEmpty
from gha_router.checks.command import Command
from gha_router.checks.counts import CountOf, LineCount, Number
from gha_router.checks.data import Json, Toml, Yaml
from gha_router.checks.diff import Changed, ChangedOnly, DiffSize, Protected
from gha_router.checks.files import Absent, Exists, Fresh
from gha_router.checks.json_schema import JsonSchema
from gha_router.checks.judge import Judge
from gha_router.checks.listing import Listing
from gha_router.checks.say import plain
from gha_router.checks.say import value as shown
from gha_router.checks.secrets import Secrets
from gha_router.checks.spec import Common, Params, is_number, nearest
from gha_router.checks.suite import Suite
from gha_router.checks.text import Contains, Equals, NotContains, Regex
from gha_router.checks.timing import Timestamp
from gha_router.checks.trace import Trace
from gha_router.checks.workflow import Workflow
from gha_router.errors import ConfigError, Position

KINDS: tuple[type[Check], ...] = (
    *(Exists, Absent, Fresh, Digest, Mode),
    *(Contains, NotContains, Regex, Equals, NotEmpty),
    *(LineCount, CountOf, Number, Listing),
    *(Yaml, Json, Toml, JsonSchema, Workflow),
    Timestamp,
    *(Command, Suite),
    *(Changed, ChangedOnly, Protected, DiffSize),
    Secrets,
    Trace,
    Judge,
)
CATALOGUE: Mapping[str, type[Check]] = MappingProxyType({check.kind: check for check in KINDS})

COMMON = ("name", "weight", "required", "gate")
NAME_LENGTH = 80

# What a check speaks of. The values that it expects stay out of its name, which a retried agent may be told.
SUBJECT = ("run", "file", "dir", "in", "answer", "path", "unit", "paths", "tool", "claim")


def parse(raw: Any, where: Position) -> Check:
    """Return the check that a parsed YAML value describes. Raises ``ConfigError``."""
    if not isinstance(raw, Mapping):
        hint = f"for example `{CATALOGUE['exists'].example}`"
        raise ConfigError(f"a check is a mapping with its kind as a key, not {shown(raw)}", where=where, hint=hint)
    kind = _kind(raw, where)
    check = CATALOGUE[kind]
    values = _values(check, raw[kind], where)
    common = _common(check, raw, default_name(kind, raw[kind]), where)
    return check.read(Params(kind=kind, values=values, common=common, example=check.example, where=where))


def parse_all(raws: Sequence[Any], where: Callable[[int], Position]) -> tuple[Check, ...]:
    """Return the checks in their order, ``where(i)`` being the place of the i-th; names told apart by a number."""
    checks: list[Check] = []
    taken: set[str] = set()
    for index, raw in enumerate(raws):
        check = parse(raw, where(index))
        name, count = check.name, 1
        while name in taken:
            count += 1
            name = f"{check.name} ({count})"
        taken.add(name)
        checks.append(replace(check, name=name))
    _refuse_judges_alone(checks)
    return tuple(checks)


def _refuse_judges_alone(checks: Sequence[Check]) -> None:
    """Refuse a list whose only required checks are opinions: nothing would be verified by it."""
    required = [check for check in checks if check.required]
    judges = [check for check in required if isinstance(check, Judge)]
    if judges and len(judges) == len(required):
        raise ConfigError(
            "a judge is the only required check: an opinion proves nothing",
            where=judges[0].at,
            hint="Add a check of the result itself, such as `exists`, `contains` or `command`, or leave `required` "
            "out: a judge is advisory then.",
        )


def default_name(kind: str, params: Any) -> str:
    """Return ``line_count report.md``: the kind and what it speaks of, never the value that it expects."""
    if isinstance(params, Mapping):
        subject = " ".join(str(params[key]) for key in SUBJECT if isinstance(params.get(key), str))
    elif kind in CATALOGUE and CATALOGUE[kind].short in {"text", "pattern"}:
        subject = MESSAGE
    else:
        listed = params if isinstance(params, list) else [params]
        subject = ", ".join(part for part in listed if isinstance(part, str))
    return plain(f"{kind} {subject}".strip(), NAME_LENGTH)


def _kind(raw: Mapping[Any, Any], where: Position) -> str:
    kinds = [key for key in raw if key in CATALOGUE]
    for key in raw:
        if key not in CATALOGUE and key not in COMMON:
            known = [*COMMON, *CATALOGUE] if not kinds else list(COMMON)
            raise ConfigError(f"{shown(key)} is no key of a check", where=where, hint=nearest(key, known))
    if not kinds:
        raise ConfigError("a check without a kind", where=where, hint=f"known are: {', '.join(CATALOGUE)}")
    if len(kinds) > 1:
        hint = "write them as two checks"
        raise ConfigError(f"a check has one kind, not {' and '.join(kinds)}", where=where, hint=hint)
    return str(kinds[0])


def _values(check: type[Check], params: Any, where: Position) -> dict[str, Any]:
    """Return the parameters by name, a bare value under the name that it is short for."""
    if isinstance(params, Mapping):
        for key in params:
            if key not in check.parameters:
                near = nearest(key, list(check.parameters))
                if key in COMMON:
                    near = f"`{key}` stands beside `{check.kind}`, not in it"
                hint = f"{near}\n  for example `{check.example}`"
                raise ConfigError(f"{check.kind} has no parameter {shown(key)}", where=where, hint=hint)
        return dict(params)
    if check.short is None:
        hint = f"for example `{check.example}`"
        raise ConfigError(f"{check.kind} needs a mapping, not {shown(params)}", where=where, hint=hint)
    return {check.short: params}


def _common(check: type[Check], raw: Mapping[str, Any], default: str, where: Position) -> Common:
    name, weight = raw.get("name", default), raw.get("weight", 1.0)
    required = raw.get("required", check.required_by_default)
    if not isinstance(name, str) or not name.strip():
        raise ConfigError(
            f"`name` must be text, not {shown(name)}", where=where, hint='for example `name: "the report"`'
        )
    if not is_number(weight) or weight <= 0:
        raise ConfigError(
            f"`weight` must be a number above 0, not {shown(weight)}", where=where, hint="leave it out for 1"
        )
    if not isinstance(required, bool):
        hint = "an optional check has `required: false`"
        raise ConfigError(f"`required` must be true or false, not {shown(required)}", where=where, hint=hint)
    gate = raw.get("gate", False)
    if not isinstance(gate, bool):
        raise ConfigError(
            f"`gate` must be true or false, not {shown(gate)}", where=where, hint="leave it out for false"
        )
    if gate and not required:
        hint = "leave out `required: false`: a gate's word counts"
        raise ConfigError("a check that is not required is no gate", where=where, hint=hint)
    return Common(name=plain(name), required=required, weight=float(weight), gate=gate)
