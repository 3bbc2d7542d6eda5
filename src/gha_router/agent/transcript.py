"""The conversation as Claude Code's own ``stream-json`` writes it: one JSON object a line.

The form is that of ``claude -p --output-format stream-json`` and of claude-code-action's ``execution_file``, so that
one reader serves all three. What the SDK's typed messages leave out is left out here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from claude_agent_sdk import (
    AssistantMessage,
    Message,
    ResultMessage,
    SystemMessage,
    TextBlock,
    ThinkingBlock,
    ToolResultBlock,
    ToolUseBlock,
    UserMessage,
)

from gha_router.records import Json, ToolCall

_INIT_FIELDS = ("model", "cwd", "session_id", "tools", "claude_code_version", "permissionMode")


def entry_of(message: Message) -> Json | None:
    """Return the transcript's entry for a message of the SDK; ``None`` for those that say nothing of the work."""
    match message:
        case AssistantMessage():
            return {
                "type": "assistant",
                "message": {
                    "role": "assistant",
                    "model": message.model,
                    "content": [_block(block) for block in message.content],
                    "usage": message.usage,
                },
                "parent_tool_use_id": message.parent_tool_use_id,
            }
        case UserMessage():
            content = message.content
            blocks: Any = content if isinstance(content, str) else [_block(block) for block in content]
            return {
                "type": "user",
                "message": {"role": "user", "content": blocks},
                "parent_tool_use_id": message.parent_tool_use_id,
            }
        case ResultMessage():
            return {
                "type": "result",
                "subtype": message.subtype,
                "is_error": message.is_error,
                "num_turns": message.num_turns,
                "duration_ms": message.duration_ms,
                "result": message.result,
                "session_id": message.session_id,
                "total_cost_usd": message.total_cost_usd,
                "structured_output": message.structured_output,
                "permission_denials": message.permission_denials,
            }
        case SystemMessage(subtype="init"):
            known = {name: message.data[name] for name in _INIT_FIELDS if name in message.data}
            return {"type": "system", "subtype": "init", **known}
        case _:
            return None


def _block(block: object) -> Json:
    match block:
        case TextBlock():
            return {"type": "text", "text": block.text}
        case ThinkingBlock():
            return {"type": "thinking", "thinking": block.thinking, "signature": block.signature}
        case ToolUseBlock():
            return {"type": "tool_use", "id": block.id, "name": block.name, "input": block.input}
        case ToolResultBlock():
            return {
                "type": "tool_result",
                "tool_use_id": block.tool_use_id,
                "content": block.content,
                "is_error": bool(block.is_error),
            }
        case _:
            return {"type": type(block).__name__}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a transcript shows."""

    final_message: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    result: Json | None = field(default=None)  # the last result entry


def read(entries: Iterable[Mapping[str, Any]]) -> Reading:
    """Return what a transcript shows. Of several results the last one counts (a subagent's run ends with two)."""
    calls: dict[str, ToolCall] = {}
    spoken, result = "", None
    for entry in entries:
        match entry:
            case {"type": "assistant", "message": {"content": [*blocks]}}:
                texts = [block["text"] for block in blocks if _is(block, "text", "text")]
                spoken = "\n".join(texts) or spoken
                for block in blocks:
                    if _is(block, "tool_use", "id", "name"):
                        calls[block["id"]] = ToolCall(name=block["name"], input=block.get("input") or {})
            case {"type": "user", "message": {"content": [*blocks]}}:
                for block in blocks:
                    if _is(block, "tool_result", "tool_use_id"):
                        _returned(calls, block)
            case {"type": "result"}:
                result = dict(entry)
    said = result.get("result") if result else None
    return Reading(
        final_message=said if isinstance(said, str) else spoken, tool_calls=tuple(calls.values()), result=result
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
