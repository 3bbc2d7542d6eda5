"""Data held against a JSON schema: nothing is fetched, patterns end, and aliases count as often as they stand."""

import json
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from datetime import date, time
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

from gha_router.checks.base import Sight, sight
from gha_router.checks.datapath import format_path
from gha_router.checks.patterns import Backtracks, Watch, mistake_in
from gha_router.checks.say import counted, plain
from gha_router.checks.say import value as shown
from gha_router.checks.workspace import Unreadable
from gha_router.records import CheckStatus

MOST_VALUES = 50_000  # nine lines of aliases can mean billions
FAULTS = 3  # that are named
DIALECTS = ("https://json-schema.org/draft/2020-12/schema", "http://json-schema.org/draft-07/schema")

_WATCH: ContextVar[Watch] = ContextVar("watch")  # the library hands its keywords nothing of ours


class Mistake(NamedTuple):
    """Why something is no schema that can be used here. ``path``: keys and indexes to the place in it."""

    path: tuple[str | int, ...]
    what: str


def held_against(schema: Mapping[str, Any], data: Any) -> Sight:
    """Return whether data follows a schema, and its first faults. Raises ``Unreadable``, ``RecursionError``."""
    from referencing.exceptions import Unresolvable  # noqa: PLC0415 - a tenth of a second for those who use it

    unfolded, watch = _Unfolded(data), Watch()
    _WATCH.set(watch)
    try:
        for pattern in _key_patterns(schema):
            for key in unfolded.keys:  # the library searches them itself, without a limit
                watch.search(pattern, key)
        faults = [_said(fault) for fault in islice(_validator(schema).iter_errors(unfolded.data), FAULTS + 1)]
    except Backtracks as mistake:
        return sight(holds=False, found=str(mistake))
    except Unresolvable as mistake:
        return Sight(status=CheckStatus.ERROR, found=f"a `$ref` of the schema leads nowhere: {plain(str(mistake))}")
    if not faults:
        return sight(holds=True, found=f"it does, with {counted(unfolded.values, 'value')}")
    more = "; and more" if len(faults) > FAULTS else ""
    return sight(holds=False, found="; ".join(faults[:FAULTS]) + more)


class _Unfolded:
    """Data as JSON has it: keys are texts, dates too, a whole number is written in one way, no part is shared."""

    def __init__(self, data: Any) -> None:
        self.values = 0
        self.keys: set[str] = set()
        self.data = self._form(data)

    def _form(self, value: Any) -> Any:
        self.values += 1
        if self.values > MOST_VALUES:
            raise Unreadable(f"more than {MOST_VALUES:,} values: not looked at")
        match value:
            case Mapping():
                named = {_key(key): self._form(inner) for key, inner in value.items()}
                self.keys |= named.keys()
                return named
            case list():
                return [self._form(inner) for inner in value]
            case float() if value.is_integer():
                return int(value)
            case date() | time():
                return value.isoformat()
            case None | bool() | int() | float() | str():
                return value
            case _:
                return str(value)


def _key(key: object) -> str:
    """Return a key as it was written: YAML 1.1 makes truth values and null of some."""
    return key if isinstance(key, str) else json.dumps(key, default=str)


def mistake_of(schema: Mapping[str, Any]) -> Mistake | None:
    """Return why this is no schema that can be used here, ``None`` when it is one."""
    from jsonschema import SchemaError  # type: ignore[import-untyped] # noqa: PLC0415

    try:
        schema = _Unfolded(schema).data
    except (Unreadable, RecursionError):
        return Mistake((), "it is nested too deeply, or too large")
    for path, reference in _references(schema):
        if not (isinstance(reference, str) and reference.startswith("#")):
            return Mistake(path, f"`$ref` {shown(reference)} leads out of it; nothing is fetched")
    named = schema.get("$schema", DIALECTS[0])
    if not isinstance(named, str) or _dialect(named) is None:
        return Mistake(("$schema",), f"`$schema` {shown(named)} is not known; for example {DIALECTS[0]}")
    try:
        _dialect(named).check_schema(schema)
    except SchemaError as mistake:
        return Mistake(tuple(mistake.absolute_path), _said(mistake))
    except RecursionError:
        return Mistake((), "it is nested too deeply")
    wrong = ((pattern, mistake_in(pattern)) for pattern in (*_key_patterns(schema), *_patterns(schema)))
    return next((Mistake((), f"the pattern {shown(text)} {mistake}") for text, mistake in wrong if mistake), None)


def _references(schema: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    match schema:
        case Mapping():
            for key, inner in schema.items():
                if key in {"$ref", "$dynamicRef", "$recursiveRef"} and not isinstance(inner, Mapping):
                    yield (*path, key), inner
                yield from _references(inner, (*path, key))
        case list() as items:
            for index, inner in enumerate(items):
                yield from _references(inner, (*path, index))


def _patterns(schema: Any) -> list[str]:
    found = (inner.get("pattern") for inner in _mappings_in(schema))
    return [pattern for pattern in found if isinstance(pattern, str)]


def _key_patterns(schema: Any) -> set[str]:
    found = (inner.get("patternProperties") for inner in _mappings_in(schema))
    return {pattern for patterns in found if isinstance(patterns, Mapping) for pattern in patterns}


def _mappings_in(schema: Any) -> Iterator[Mapping[str, Any]]:
    pending = [schema]
    while pending:
        match pending.pop():
            case Mapping() as inner:
                yield inner
                pending.extend(inner.values())
            case list() as items:
                pending.extend(items)


def _said(fault: Any) -> str:
    """Return one fault with its place; the library's own words hold the value, which may be long."""
    place = format_path(list(fault.absolute_path)) if fault.absolute_path else "the top"
    return f"{place}: {plain(fault.message, 120)}"


@cache
def _dialect(named: str) -> Any:
    from jsonschema.validators import validator_for  # type: ignore[import-untyped] # noqa: PLC0415

    found = validator_for({"$schema": named}, default=None)
    return None if found is None else _bounded(found)


def _validator(schema: Mapping[str, Any]) -> Any:
    """Return the library's validator for this schema; it finds nothing outside, not even over the network."""
    from referencing import Registry  # noqa: PLC0415

    return _dialect(schema.get("$schema", DIALECTS[0]))(schema, registry=Registry())


def _bounded(dialect: Any) -> Any:
    """Return a dialect in which patterns end, and in which unique items are not compared each with each."""
    from jsonschema import ValidationError  # noqa: PLC0415
    from jsonschema.validators import extend  # noqa: PLC0415

    def pattern(_validator: Any, wanted: str, instance: Any, _schema: Any) -> Iterator[Any]:
        if isinstance(instance, str) and not _WATCH.get().search(wanted, instance):
            yield ValidationError(f"{instance!r} does not match {wanted!r}")

    def unique(_validator: Any, wanted: bool, instance: Any, _schema: Any) -> Iterator[Any]:  # noqa: FBT001 - a schema's
        if (
            wanted
            and isinstance(instance, list)
            and len({json.dumps(item, sort_keys=True) for item in instance}) < len(instance)
        ):
            yield ValidationError(f"{shown(instance)} has non-unique elements")

    return extend(dialect, {"pattern": pattern, "uniqueItems": unique})
