"""What a model can know: everything stands in the request, so that the simulation keeps no state."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

REMINDER = re.compile(r"<system-reminder>.*?</system-reminder>", re.DOTALL)
WORKING_DIRECTORY = re.compile(r"[Ww]orking directory: *(\S.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came back from a tool call."""

    output: str  # stripped
    is_error: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A request to ``/v1/messages``, as far as a simulated model reads it."""

    prompt: str  # the user's words up to the first reply
    results: tuple[Result, ...]  # one for each tool call so far, in order
    cwd: str
    tools: frozenset[str]  # names of the offered tools


def read_conversation(body: Mapping[str, Any]) -> Conversation:
    """Return what a request body says. Blocks of unknown shape are passed over."""
    messages = [message for message in body["messages"] if isinstance(message, Mapping)]
    return Conversation(
        prompt=_prompt(messages),
        results=tuple(_results(messages)),
        cwd=_cwd(body.get("system"), messages),
        tools=frozenset(str(tool["name"]) for tool in _mappings(body.get("tools")) if "name" in tool),
    )


def _prompt(messages: list[Mapping[str, Any]]) -> str:
    words: list[str] = []
    for message in messages:
        if message.get("role") == "assistant":
            break
        if message.get("role") == "user":
            words.append(_text(message.get("content")))
    return "\n".join(words).strip()


def _results(messages: list[Mapping[str, Any]]) -> Iterator[Result]:
    for message in messages:
        for block in _mappings(message.get("content")):
            if block.get("type") == "tool_result":
                yield Result(output=_text(block.get("content")), is_error=block.get("is_error") is True)


def _cwd(system: object, messages: list[Mapping[str, Any]]) -> str:
    told = [_text(message.get("content")) for message in messages if message.get("role") == "system"]
    for text in (*told, _text(system)):
        if found := WORKING_DIRECTORY.search(text):
            return found[1].strip()
    return "."


def _text(content: object) -> str:
    """Return the text of a content value: a string, or a list of blocks of which the text blocks count."""
    if isinstance(content, str):
        text = content
    else:
        texts = (block.get("text") for block in _mappings(content) if block.get("type") == "text")
        text = "\n".join(text for text in texts if isinstance(text, str))
    return REMINDER.sub("", text).strip()


def _mappings(value: object) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
