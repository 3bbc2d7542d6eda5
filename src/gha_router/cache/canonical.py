"""A request without what changes from one sending to the next and changes no answer.

Left out, and nothing else:

    stream                        whether the answer comes in pieces: an entry is told either way
    model                         the name that was asked for; who was decided on is in the partition
    metadata.user_id              who asks, with the session's id in it
    cache_control                 of the request, system blocks, messages' blocks and tools: how it is billed
    x-anthropic-billing-header:   a system block that is nothing but it; it changes with every request. The model reads
                                  it: one with words of anybody's in it is as much of the request as any other
    Today's date is 2026-11-21    also with ``:`` for ``is``: in the system's texts, and in a ``<system-reminder>`` of
                                  the first message. A reply that is older than the TTL is told no more

Everything else stays: a path, a commit or a tool's result that is another one makes it another request. Of headers
``anthropic-beta`` and ``anthropic-version`` count, which change what a model does; session and agent ids do not.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from gha_router.cache.partition import digest_of
from gha_router.records import Json

BILLING = re.compile(r"x-anthropic-billing-header:(?: ?cc[a-z_]{0,16}=[\w.-]{0,32};?){0,6}\s?", re.ASCII)
DATE = re.compile(r"Today's date(?: is|:) \d{4}[-/]\d{2}[-/]\d{2}\b")
UNDATED = "Today's date is left out"
REMINDER = "<system-reminder>"
HEADERS = ("anthropic-beta", "anthropic-version")
MARK = "cache_control"
# What others hold or do, and may do otherwise the next time; the first also carries keys.
OUTSIDE = ("mcp_servers", "container")


class Unfit(ValueError):
    """A request that is not answered from the cache, nor kept; the message says why, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Canonical:
    """``body`` without what is left out, the headers that count, and the digest of both (64 hex digits)."""

    body: Json
    digest: str
    headers: tuple[tuple[str, ...], ...] = ()  # the words of each of ``HEADERS``


def canonical(raw: bytes, headers: Mapping[str, str] | None = None) -> Canonical:
    """Return a Messages request in its canonical form. ``headers`` are named in lower case. Raises ``Unfit``."""
    body = _read(raw)
    if outside := next((name for name in OUTSIDE if body.get(name)), None):
        raise Unfit(f"`{outside}`: what it reaches is outside of the request")
    kept = {name: value for name, value in body.items() if name not in {"stream", MARK, "model"}}
    if isinstance(metadata := body.get("metadata"), dict):
        kept["metadata"] = {name: value for name, value in metadata.items() if name != "user_id"}
        if not kept["metadata"]:
            del kept["metadata"]
    for name, read in (("system", _system), ("tools", _unmarked), ("messages", _messages)):
        if name in kept:
            kept[name] = read(kept[name])
    count = tuple(_header(headers or {}, name) for name in HEADERS)
    return Canonical(body=kept, digest=digest_of([kept, count]), headers=count)


def _read(raw: bytes) -> Json:
    """Return a body as one object. Parsers differ in which of two members of one name they take: none may have two."""
    try:
        body = orjson.loads(raw)
        if isinstance(body, dict) and orjson.dumps(body) != raw:  # with spaces, escapes, or something twice
            json.loads(raw, object_pairs_hook=_each_once)
    except (ValueError, RecursionError) as error:
        raise Unfit(f"it cannot be read in one way only: {error}") from None
    if not isinstance(body, dict):
        raise Unfit("it is no JSON object")
    return body


def _each_once(pairs: list[tuple[str, Any]]) -> None:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name stands twice in an object")


def _system(system: Any) -> Any:
    if isinstance(system, str):
        return DATE.sub(UNDATED, system)
    if not isinstance(system, list):
        return system
    blocks = _unmarked(system)
    billing = next((place for place, block in enumerate(blocks) if _is_billing(block)), None)  # there is one
    return [_undated(block) for place, block in enumerate(blocks) if place != billing]


def _messages(messages: Any) -> Any:
    if not isinstance(messages, list):
        return messages
    return [_message(message, first=index == 0) for index, message in enumerate(messages)]


def _message(message: Any, *, first: bool) -> Any:
    if not isinstance(message, dict) or "content" not in message:
        return message
    content = message["content"]
    if message.get("role") == "system":  # Claude Code sends a second one in its place among the messages
        return {**message, "content": _system(content)}
    if isinstance(content, list):
        content = _unmarked(content)
        if first:
            content = [_undated(block) if _is_reminder(block) else block for block in content]
    elif first and isinstance(content, str) and content.startswith(REMINDER):
        content = DATE.sub(UNDATED, content)
    return {**message, "content": content}


def _unmarked(blocks: Any) -> Any:
    if not isinstance(blocks, list):
        return blocks
    return [_without(block, MARK) if isinstance(block, dict) and MARK in block else block for block in blocks]


def _without(block: Json, name: str) -> Json:
    return {key: value for key, value in block.items() if key != name}


def _undated(block: Any) -> Any:
    match block:
        case {"type": "text", "text": str(text)} if DATE.search(text):
            return {**block, "text": DATE.sub(UNDATED, text)}
    return block


def _is_billing(block: Any) -> bool:
    match block:
        case {"type": "text", "text": str(text), **more}:
            return not more and BILLING.fullmatch(text) is not None
    return False


def _is_reminder(block: Any) -> bool:
    return isinstance(block, dict) and str(block.get("text", "")).startswith(REMINDER)


def _header(headers: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(sorted(_words(headers.get(name, ""))))


def _words(value: str) -> Iterable[str]:
    return {word.strip() for word in value.split(",") if word.strip()}
