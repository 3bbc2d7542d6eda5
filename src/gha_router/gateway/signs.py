"""What a request shows of its kind: read off single parts of its body, and only for a kind that somebody routes."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from gha_router.gateway.body import Body

ENABLED = "enabled"
SEARCH = "web_search"  # the server tool is "web_search_20250305"; the client's own tools have no such type
_IMAGE = b'"image"'
_REMINDER = re.compile(r"\s*<system-reminder>.*</system-reminder>\s*", re.DOTALL)  # Claude Code's, a block of its own
_raw_items = msgspec.json.Decoder(list[msgspec.Raw]).decode
_any = msgspec.json.Decoder().decode


def thinks(body: Body) -> bool:
    """Return whether thinking is asked for.

    ``adaptive`` asks for nothing: Claude Code 2.1 sends it with every request, and the model decides.
    """
    thinking = _read(body.part("thinking"))
    return isinstance(thinking, dict) and thinking.get("type") == ENABLED


def searches(body: Body) -> bool:
    """Return whether the provider's own web search is offered."""
    part = body.part("tools")
    if SEARCH.encode() not in part:
        return False
    tools = _read(part)
    kinds = (tool.get("type") for tool in tools if isinstance(tool, dict)) if isinstance(tools, list) else ()
    return any(isinstance(kind, str) and kind.startswith(SEARCH) for kind in kinds)


def sees(body: Body) -> bool:
    """Return whether the user's last turn holds an image; Claude Code puts messages of the system behind it."""
    part = body.part("messages")
    if _IMAGE not in part:
        return False
    turn = _of_user(reversed(_items(part)))
    return isinstance(turn, list) and any(map(_has_image, turn))


def first_prompt(body: Body) -> str:
    """Return the text of the user's first message, which stays in a conversation; empty when there is none."""
    content = _of_user(_items(body.part("messages")))
    if isinstance(content, str):
        return content
    blocks = content if isinstance(content, list) else []
    texts = (block.get("text") for block in blocks if isinstance(block, dict) and block.get("type") == "text")
    return "\n".join(text for text in texts if isinstance(text, str) and not _REMINDER.fullmatch(text))


def _items(part: bytes) -> list[msgspec.Raw]:
    """Return the messages unread: of hundreds one or two are looked at."""
    try:
        return _raw_items(part)
    except (ValueError, RecursionError):
        return []


def _of_user(messages: Iterable[msgspec.Raw]) -> Any:
    """Return the content of the first of these messages that is the user's."""
    for raw in messages:
        message = _read(raw)
        if isinstance(message, dict) and message.get("role") == "user":
            return message.get("content")
    return None


def _has_image(block: Any) -> bool:
    if not isinstance(block, dict):
        return False
    inner = block.get("content")
    return block.get("type") == "image" or (
        isinstance(inner, list) and any(isinstance(one, dict) and one.get("type") == "image" for one in inner)
    )


def _read(part: bytes | msgspec.Raw) -> Any:
    try:
        return _any(part) if part else None
    except (ValueError, RecursionError):  # the upstream refuses it in its own words
        return None
