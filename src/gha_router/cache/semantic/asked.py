"""Which request may be answered by what was said to another one, and what of it is compared.

One turn of a user, in words alone. With tools, with what a tool found, with a picture or a document the answer depends
on more than can be compared; with turns before it, on all of them.
"""

from dataclasses import dataclass
from typing import Any

from gha_router.cache.semantic.reading import Reading, read
from gha_router.records import Json

MAX_CHARACTERS = 2_000  # what an encoder reads of a text at most, more or less; who writes more says something new
_SAID = {"messages", "system"}  # all else are parameters, which have to be equal
_NEVER = ("tools", "tool_choice", "functions", "mcp_servers", "container", "context_management")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a request asks, under which instructions, with which parameters."""

    text: str
    reading: Reading
    system: Any
    parameters: Json


def asked(body: Json) -> Asked | None:
    """Return what a canonical request asks; ``None`` for one that only the very same one may be answered like."""
    if any(body.get(name) for name in _NEVER):
        return None
    match body.get("messages"):
        case [{"role": "user", "content": content}]:
            text = _text(content)
        case _:
            return None
    if text is None or not text.strip() or len(text) > MAX_CHARACTERS:
        return None
    reading = read(text)
    if not reading.parts:  # "Go on": of what, it does not say
        return None
    parameters = {name: value for name, value in body.items() if name not in _SAID}
    return Asked(text=text, reading=reading, system=body.get("system"), parameters=parameters)


def _text(content: Any) -> str | None:
    if isinstance(content, str):
        return content
    if not isinstance(content, list) or not content:
        return None
    texts = []
    for block in content:
        match block:
            case {"type": "text", "text": str(text), **rest} if not rest:
                texts.append(text)
            case _:
                return None
    return "\n".join(texts)
