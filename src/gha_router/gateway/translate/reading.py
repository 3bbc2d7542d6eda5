"""Reading JSON of other people: whatever stands there, these give something that can be worked with."""

import hashlib
import json

import orjson

from gha_router.records import Json


class Untranslatable(ValueError):
    """The request asks for something that the other dialect has no words for; the message is for people."""


def objects(value: object) -> list[Json]:
    """Return the objects in a list; a value that is no list holds none."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def an_object(value: object) -> Json:
    """Return the value when it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def text(value: object) -> str:
    """Return the value when it is a text, else an empty one."""
    return value if isinstance(value, str) else ""


def whole(value: object) -> int | None:
    """Return the value when it is a whole number (``true`` is none), else ``None``."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def count(value: object) -> int:
    """Return the value when it is a positive whole number, else 0."""
    found = whole(value)
    return found if found is not None and found > 0 else 0


def number(value: object) -> float | None:
    """Return the value when it is a number, else ``None``."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def dump(value: object) -> str:
    """Return a value as compact JSON text."""
    return encoded(value).decode()


def encoded(value: object) -> bytes:
    """Return a value as compact JSON. Raises ``Untranslatable`` for what JSON cannot carry."""
    try:
        return orjson.dumps(value)
    except TypeError:  # integers beyond 64 bits, and what is nested deeper than orjson goes
        pass
    try:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
    except (TypeError, ValueError, RecursionError):
        raise Untranslatable("the request holds something that JSON cannot carry, or is nested too deeply") from None


def digest(*parts: str, size: int = 8) -> str:
    """Return ``2 * size`` hexadecimal digits that follow from the parts alone."""
    return hashlib.blake2b("\0".join(parts).encode(errors="replace"), digest_size=size).hexdigest()
