"""The conversation as Claude Code's own ``stream-json`` writes it: one JSON object a line.

The form is that of ``claude -p --output-format stream-json`` and of claude-code-action's ``execution_file``, so that
one reader serves all three. What the SDK's typed messages leave out is left out here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gha_router.records import Json, ToolCall

ANSWER_TOOL = "StructuredOutput"  # the CLI's own: a call of it is the answer, and no work


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a transcript shows.

    ``final_message`` is prose: with a structured answer the CLI's ``result`` is that answer's JSON, and what was said
    is the last text before it. ``structured`` is the answer, a JSON value that nobody has looked at.
    """

    final_message: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    result: Json | None = field(default=None)  # the last result entry
    structured: Any | None = None


def read(entries: Iterable[Mapping[str, Any]]) -> Reading:
    """Return what a transcript shows. Of several results the last one counts (a subagent's run ends with two)."""
    calls: dict[str, ToolCall] = {}
    spoken, result = "", None
    for entry in entries:
        match entry:
            case {"type": "assistant", "message": {"content": [*blocks]}}:
                texts = [block["text"] for block in blocks if _is(block, "text", "text")]
                if not entry.get("parent_tool_use_id"):  # a subagent speaks to its agent, not to us
                    spoken = "\n".join(texts) or spoken
                for block in blocks:
                    if _is(block, "tool_use", "id", "name") and block["name"] != ANSWER_TOOL:
                        calls[block["id"]] = ToolCall(name=block["name"], input=block.get("input") or {})
            case {"type": "user", "message": {"content": [*blocks]}}:
                for block in blocks:
                    if _is(block, "tool_result", "tool_use_id"):
                        _returned(calls, block)
            case {"type": "result"}:
                result = dict(entry)
    said = result.get("result") if result else None
    structured = result.get("structured_output") if result else None
    return Reading(
        final_message=said if isinstance(said, str) and structured is None else spoken,
        tool_calls=tuple(calls.values()),
        result=result,
        structured=structured,
    )


def _is(block: object, kind: str, *texts: str) -> bool:
    """Return whether this is a block of that kind whose ``texts`` are text: transcripts of others are read too."""
    return (
        isinstance(block, dict)
        and block.get("type") == kind
        and all(isinstance(block.get(name), str) for name in texts)
    )


def _returned(calls: dict[str, ToolCall], block: Json) -> None:
    """Put a tool's result to its call."""
    call = calls.get(block["tool_use_id"])
    if call is not None:
        output = _text(block.get("content"))
        calls[block["tool_use_id"]] = replace(call, output=output, is_error=bool(block.get("is_error")))


def _text(content: object) -> str:
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return ""
