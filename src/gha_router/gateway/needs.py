"""What a request needs of a model beside text, and what of it no byte shows: read off the parsed body, in one walk.

Block and tool types: docs.claude.com, Messages API ("Vision", "PDF support", "Files", "Server tools").
"""

import json
from dataclasses import dataclass
from math import ceil, inf
from typing import Any, Literal, TypeGuard

import msgspec

from gha_router.records import Json

TOOLS, VISION, PDF, WEB_SEARCH = "tools", "vision", "pdf", "web_search"  # the words of ``pricing.SUPPORTS``
# Sources of a document whose text stands in the request.
_PLAIN = ("text", "content")
_CALLS = ("tool_use", "tool_result")
_MEDIA = ("image", "document", "container_upload")
_FETCH = "web_fetch"
# Other tools that the provider runs, and whose results join the prompt, of any length: of MCP servers and programs.
_UNBOUNDED = ("mcp_toolset", "code_execution")
_ADVISER = "advisor"
# Searches that are counted on where a request names no ``max_uses``; Claude Code names 8.
SEARCHES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What one request needs, and how much of it cannot be counted by its bytes."""

    words: frozenset[str] = frozenset()  # of ``pricing.SUPPORTS``
    images: int = 0
    image_bytes: int = 0  # of the images' data in the request
    unbounded: bool = False  # PDFs, or pages that the provider fetches: any number of tokens, up to the context
    searches: int = 0  # by the provider's own tool, at most
    adviser: bool = False  # a tool lets another model answer, of the request's own choice and at that model's price


NOTHING = Needs()
ONLY_TOOLS = Needs(words=frozenset({TOOLS}))
# Of a request that cannot be read here and perhaps by its provider: a number of 5,000 digits, a nest 1,000 deep.
ANYTHING = Needs(words=frozenset({TOOLS}), unbounded=True)


class _Text(msgspec.Struct, tag_field="type", tag="text", gc=False): ...


class _Thinking(msgspec.Struct, tag_field="type", tag="thinking", gc=False): ...


class _Call(msgspec.Struct, tag_field="type", tag="tool_use", gc=False): ...


class _Result(msgspec.Struct, tag_field="type", tag="tool_result", gc=False):
    content: str | list[_Text] | None = None


class _Message(msgspec.Struct, gc=False):
    content: str | list[_Text | _Thinking | _Call | _Result] | None = None


class _Plain(msgspec.Struct, gc=False):
    content: str | list[_Text | _Thinking] | None = None


class _Tool(msgspec.Struct, gc=False):
    type: Literal["custom"] | None = None


_messages = msgspec.json.Decoder(list[_Message]).decode
_plain = msgspec.json.Decoder(list[_Plain]).decode
_tools = msgspec.json.Decoder(list[_Tool]).decode


def needs_in(tools: bytes, messages: bytes) -> Needs:
    """Return the needs of a request by the bytes of its ``tools`` and ``messages``, empty where it has none.

    Most requests have the client's own tools, calls of them and text. That is seen without making anything of what is
    in the blocks, in half the time that it takes to read them.
    """
    try:
        if tools and _tools(tools):
            _messages(messages or b"[]")
            return ONLY_TOOLS
        _plain(messages or b"[]")
    except (ValueError, RecursionError):
        pass  # something else is in them
    else:
        return NOTHING
    try:
        return needs_of(_read(tools), _read(messages))
    except (ValueError, RecursionError):  # other parsers read what this one does not
        return ANYTHING


def _read(value: bytes) -> Any:
    return json.loads(value) if value else None


def needs_of(tools: object, messages: object) -> Needs:
    """Return the needs of a request with these ``tools`` and ``messages``; what has another shape needs nothing."""
    words, searches, fetches, adviser = _of_tools(tools)
    media: list[Json] = []
    # Every block of every message, also inside tool results and documents: hundreds in a request, hence one plain loop.
    waiting = [message.get("content") for message in messages if type(message) is dict] if _is_list(messages) else []
    while waiting:
        blocks = waiting.pop()
        if type(blocks) is dict:  # the result of a page that was fetched is one, and holds a document
            blocks = [blocks]
        for block in blocks if type(blocks) is list else ():
            if type(block) is not dict or (kind := block.get("type")) == "text":
                continue
            if kind in _CALLS:
                words.add(TOOLS)
            elif kind in _MEDIA:
                media.append(block)
                waiting.append(_of(block.get("source"), "content"))
            waiting.append(block.get("content"))
    images = [block.get("source") for block in media if block["type"] == "image"]
    files = [block for block in media if _is_file(block)]
    words |= ({VISION} if images else set()) | {PDF for block in files if block["type"] == "document"}
    if not words and not files and not fetches and not adviser:
        return NOTHING
    return Needs(
        words=frozenset(words),
        images=len(images),
        image_bytes=sum(map(_size, images)),
        unbounded=fetches or bool(files),
        searches=searches,
        adviser=adviser,
    )


def _of_tools(tools: object) -> tuple[set[str], int, bool, bool]:
    """Return the words that tools stand for, the searches that they allow, and whether one fetches, or advises."""
    words: set[str] = set()
    searches, fetches, adviser = 0, False, False
    for tool in tools if _is_list(tools) else ():
        kind = tool.get("type") if type(tool) is dict else None  # "web_search_20250305"; none: the client's own
        if type(kind) is str and kind.startswith(WEB_SEARCH):
            words.add(WEB_SEARCH)
            searches += _uses(tool)
        elif type(kind) is str and kind.startswith(_ADVISER):
            adviser = True
        elif type(kind) is str and kind.startswith(_FETCH):
            fetches = True
        else:
            fetches = fetches or (type(kind) is str and kind.startswith(_UNBOUNDED))
            words.add(TOOLS)
    return words, searches, fetches, adviser


def _is_list(value: object) -> TypeGuard[list[Any]]:
    return type(value) is list


def _uses(tool: Json) -> int:
    uses = tool.get("max_uses")  # 500.0 is 500 to many a parser
    return ceil(uses) if isinstance(uses, (int, float)) and uses is not True and 0 < uses < inf else SEARCHES


def _is_file(block: Json) -> bool:
    """Return whether a block holds or names something whose tokens its bytes do not show."""
    kind = block["type"]
    return kind == "container_upload" or (kind == "document" and _of(block.get("source"), "type") not in _PLAIN)


def _size(source: object) -> int:
    data = _of(source, "data")
    return len(data) if isinstance(data, str) else 0


def _of(holder: object, name: str) -> Any:
    return holder.get(name) if isinstance(holder, dict) else None
