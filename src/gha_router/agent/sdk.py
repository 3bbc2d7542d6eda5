"""Claude Code through the official SDK. To import it takes half a second, so it is imported when an agent is needed.

Nothing else here touches the SDK's types: what leaves are entries of the transcript.
"""

import contextlib
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from pathlib import Path
from typing import Any, cast

from claude_agent_sdk import (
    AssistantMessage,
    ClaudeAgentOptions,
    ClaudeSDKError,
    Message,
    ResultMessage,
    SystemMessage,
    TextBlock,
    ThinkingBlock,
    ToolResultBlock,
    ToolUseBlock,
    UserMessage,
    query,
)

from gha_router.agent.job import Stopped
from gha_router.records import Json

# The SDK logs what it also raises; it is told once, by us.
logging.getLogger("claude_agent_sdk").setLevel(logging.CRITICAL + 1)

MAX_LINE = 64 * 1024 * 1024  # a tool's output is one line of the stream
_INIT_FIELDS = ("model", "cwd", "session_id", "tools", "claude_code_version", "permissionMode")


async def entries(
    prompt: str,
    *,
    cli: Path,
    cwd: Path,
    model: str,
    turn_limit: int,
    json_schema: Mapping[str, Any] | None,
    stderr: list[str],
) -> AsyncIterator[Json]:
    """Yield the conversation's entries as they come; standard error goes to ``stderr`` line by line.

    With a ``json_schema`` the CLI offers the tool ``StructuredOutput`` whose input it is, asks once more when the model
    ends without a call, and puts the input into the result. Raises ``Stopped``.
    """
    options = ClaudeAgentOptions(
        cli_path=cli,
        cwd=cwd,
        model=model,
        max_turns=turn_limit,
        permission_mode="bypassPermissions",
        setting_sources=["project"],
        system_prompt={"type": "preset", "preset": "claude_code"},
        stderr=stderr.append,
        max_buffer_size=MAX_LINE,
        output_format={"type": "json_schema", "schema": dict(json_schema)} if json_schema is not None else None,
    )
    try:
        stream = cast("AsyncGenerator[Message]", query(prompt=prompt, options=options))
        async with contextlib.aclosing(stream) as messages:
            async for message in messages:
                if (entry := entry_of(message)) is not None:
                    yield entry
    except ClaudeSDKError as error:
        raise Stopped(str(error)) from error


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
