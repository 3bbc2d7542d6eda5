"""The JSON form of the records."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

Json = dict[str, Any]
T = TypeVar("T")


def now() -> datetime:
    """Return the wall-clock time in UTC; durations come from the monotonic clock."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """Return a time as RFC 3339 in UTC with milliseconds: the one form in our files."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def to_json(record: Any) -> Any:
    """Return a record as plain JSON values; ``Decimal`` becomes a string, so that no cent is lost."""
    if is_dataclass(record) and not isinstance(record, type):
        return {f.name: to_json(getattr(record, f.name)) for f in fields(record)}
    if isinstance(record, Mapping):
        return {str(key): to_json(value) for key, value in record.items()}
    if isinstance(record, (list, tuple)):
        return [to_json(value) for value in record]
    return str(record) if isinstance(record, (Decimal, Path)) else record


def dumps(record: Any) -> str:
    """Return one line of JSON, keys in the order of the record's fields, other alphabets as they are."""
    return json.dumps(to_json(record), ensure_ascii=False, separators=(",", ":"))


def from_json(kind: type[T], data: Any) -> T:
    """Return the record that parsed JSON describes; raises ``pydantic.ValidationError`` when it does not fit."""
    if kind not in _readers:
        from pydantic import TypeAdapter  # noqa: PLC0415  the gateway, which must start fast, does without

        _readers[kind] = TypeAdapter(kind)
    record: T = _readers[kind].validate_python(data)
    return record


_readers: dict[Any, Any] = {}  # by the kind of record: to make one takes as long as to read hundreds of records
