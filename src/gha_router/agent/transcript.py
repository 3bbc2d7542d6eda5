"""The conversation as Claude Code's own ``stream-json`` writes it: one JSON object a line.

The form is that of ``claude -p --output-format stream-json`` and of claude-code-action's ``execution_file``, so that
one reader serves all three. What the SDK's typed messages leave out is left out here. Transcripts of others may hold
anything: what is not understood is passed over, and nothing in one hides what else it holds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gha_router.records import Json, ToolCall


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a transcript shows."""

    final_message: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    result: Json | None = field(default=None)  # the last result entry
    cwd: str | None = None  # where the agent worked
    repeated: tuple[str, ...] = ()  # ids that more than one tool call has


def read(entries: Iterable[Mapping[str, Any]]) -> Reading:
    """Return what a transcript shows. Of several results the last one counts (a subagent's run ends with two)."""
    calls: list[ToolCall] = []
    latest: dict[str, int] = {}  # the id of a tool call -> its place
    repeated: list[str] = []
    spoken, result, cwd = "", None, None
    for entry in entries:
        match entry:
            case {"type": "assistant", "message": {"content": [*blocks]}}:
                texts = [block["text"] for block in blocks if _is(block, "text", "text")]
                spoken = "\n".join(texts) or spoken
                for block in blocks:
                    if _is(block, "tool_use", "id", "name"):
                        given = block.get("input")
                        repeated += [block["id"]] if block["id"] in latest else []
                        latest[block["id"]] = len(calls)
                        calls.append(ToolCall(name=block["name"], input=given if isinstance(given, dict) else {}))
            case {"type": "user", "message": {"content": [*blocks]}}:
                for block in blocks:
                    if _is(block, "tool_result", "tool_use_id"):
                        _returned(calls, latest.get(block["tool_use_id"]), block)
            case {"type": "system", "subtype": "init", "cwd": str(told)}:
                cwd = told
            case {"type": "result"}:
                result = dict(entry)
    said = result.get("result") if result else None
    return Reading(
        final_message=said if isinstance(said, str) else spoken,
        tool_calls=tuple(calls),
        result=result,
        cwd=cwd,
        repeated=tuple(dict.fromkeys(repeated)),
    )


def _is(block: object, kind: str, *texts: str) -> bool:
    """Return whether this is a block of that kind whose ``texts`` are text: transcripts of others are read too."""
    return (
        isinstance(block, dict)
        and block.get("type") == kind
        and all(isinstance(block.get(name), str) for name in texts)
    )


def _returned(calls: list[ToolCall], place: int | None, block: Json) -> None:
    """Put a tool's result to its call."""
    if place is not None:
        output = _text(block.get("content"))
        calls[place] = replace(calls[place], output=output, is_error=bool(block.get("is_error")))


def _text(content: object) -> str:
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return ""
