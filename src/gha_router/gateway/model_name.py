"""Put the asked model's name back into a reply, in place; every other byte stays as it is.

Parsing and writing the body again would change number spellings, unknown escapes and key order.
"""

import json
import re

import orjson

from gha_router.gateway.body import in_bytes, members_of

_CANDIDATE = re.compile(rb'"model"\s*:\s*("(?:[^"\\]|\\.)*")')
_PROBE = b'"gha-router probe 5b0c0c62"'
# Candidates that are probed, each for a reading of the whole body. A reply whose tool call lists a thousand models has
# a thousand, and everybody else's request would wait: such a body is walked through once.
PROBED = 4


def replace(body: bytes, path: tuple[str, ...], name: str) -> bytes:
    """Return ``body`` with the string at ``path`` (its last part is ``model``) replaced by ``name``.

    ``body`` is returned as it is when there is no such string. A key of that name may also stand deeper in the body or
    inside a text: a candidate is taken only when a parser finds our probe at ``path`` after putting it there.
    """
    for probed, match in enumerate(_CANDIDATE.finditer(body)):
        walked = _walked(body, path) if probed == PROBED else None
        if walked or _is_at(path, body, match.span(1)):
            start, end = walked or match.span(1)
            return body[:start] + json.dumps(name).encode() + body[end:]
        if probed == PROBED:
            break
    return body


def _is_at(path: tuple[str, ...], body: bytes, span: tuple[int, int]) -> bool:
    start, end = span
    return bool(_at(body[:start] + _PROBE + body[end:], path) == orjson.loads(_PROBE))


def _at(body: bytes, path: tuple[str, ...]) -> object:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    for part in path:
        if not isinstance(value, dict):
            return None
        value = value.get(part)
    return value


def _walked(body: bytes, path: tuple[str, ...]) -> tuple[int, int] | None:
    """Return where the string at ``path`` stands, if it is one; of members of one name the last counts."""
    try:
        text = body.decode()
        start, end = 0, len(text)
        for part in path:
            places = {name: span for name, *span in members_of(text[start:end])}
            start, end = (start + at for at in places[part])
    except (ValueError, LookupError, RecursionError):
        return None
    return in_bytes(text, start, end) if text[start] == '"' else None
