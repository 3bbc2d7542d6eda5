"""What a model can know: everything stands in the request, so that the simulation keeps no state."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# What agents put among the user's words: Claude Code, and Codex.
REMINDER = re.compile(r"<(system-reminder|environment_context)>.*?</\1>", re.DOTALL)
ANSWER_TOOL = "StructuredOutput"  # how Claude Code asks for an answer that fits a JSON schema: by a tool
WORKING_DIRECTORY = re.compile(r"[Ww]orking directory: *(\S.*)|<cwd>(.*?)</cwd>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came back from a tool call."""

    output: str  # stripped
    is_error: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A request, as far as a simulated model reads it; the same in every dialect."""

    prompt: str  # the user's words up to the first reply
    results: tuple[Result, ...]  # one for each answered tool call so far, in the order of the calls
    cwd: str
    tools: frozenset[str]  # names of the offered tools
    answer_schema: Mapping[str, Any] | None = None  # of the structured answer that is asked for
    answers_in_words: bool = False  # the answer is the message itself, as for Codex, and no tool's input


def opening_words(messages: Sequence[Mapping[str, Any]]) -> str:
    """Return what the user wrote before the first reply."""
    words: list[str] = []
    for message in messages:
        if message.get("role") == "assistant":
            break
        if message.get("role") == "user":
            words.append(words_of(message.get("content")))
    return "\n".join(words).strip()


def words_of(content: object) -> str:
    """Return the words of a content value without reminders, which are not the user's."""
    return REMINDER.sub("", text_of(content)).strip()


def text_of(content: object) -> str:
    """Return the text of a content value: a string, or a list of parts of which the text parts count."""
    if isinstance(content, str):
        return content
    texts = (part.get("text") for part in mappings(content) if part.get("type") == "text")
    return "\n".join(text for text in texts if isinstance(text, str))


def working_directory(told: Iterable[str], messages: Iterable[Mapping[str, Any]]) -> str:
    """Return the directory that system texts name, or else a reminder beside the user's words; ``.`` without either.

    Claude Code tells models of an older kind in reminders what it tells others in system messages.
    """
    reminders = (
        reminder
        for message in messages
        if message.get("role") == "user"
        for reminder in REMINDER.finditer(text_of(message.get("content")))
    )
    for text in (*told, *(reminder[0] for reminder in reminders)):
        if found := WORKING_DIRECTORY.search(text):
            return (found[1] or found[2]).strip()
    return "."


def in_order_of(calls: Sequence[str], answered: Sequence[tuple[str, Result]]) -> tuple[Result, ...]:
    """Return the results in the order of the calls (by id); those of no known call come last, as they came."""
    place = {call: index for index, call in reversed([*enumerate(calls)])}
    ordered = sorted(answered, key=lambda one: place.get(one[0], len(calls)))
    return tuple(result for _, result in ordered)


def mappings(value: object) -> list[Mapping[str, Any]]:
    """Return the JSON objects of a list; of anything else, none."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
