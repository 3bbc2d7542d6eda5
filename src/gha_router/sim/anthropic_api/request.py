"""A request to ``/v1/messages``, read as a conversation."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gha_router.sim.conversation import (
    ANSWER_TOOL,
    Conversation,
    Result,
    in_order_of,
    mappings,
    opening_words,
    text_of,
    words_of,
    working_directory,
)
from gha_router.sim.hands import printed


def read_conversation(body: Mapping[str, Any]) -> Conversation:
    """Return what a request body says. Blocks of unknown shape are passed over."""
    messages = mappings(body["messages"])
    told = [text_of(message.get("content")) for message in messages if message.get("role") == "system"]
    calls = [str(block.get("id")) for block in _blocks(messages, "tool_use")]
    answered = [(str(block.get("tool_use_id")), _result(block)) for block in _blocks(messages, "tool_result")]
    tools = {
        str(tool["name"]): tool.get("input_schema") or {} for tool in mappings(body.get("tools")) if "name" in tool
    }
    form = (body.get("output_config") or {}).get("format") or {}
    schema = form.get("schema") if form.get("type") == "json_schema" else None
    return Conversation(
        prompt=opening_words(messages),
        results=in_order_of(calls, answered),
        cwd=working_directory((*told, text_of(body.get("system"))), messages),
        tools=frozenset(tools),
        answer_schema=tools.get(ANSWER_TOOL) or schema,
        answers_in_words=ANSWER_TOOL not in tools,
    )


def _blocks(messages: Sequence[Mapping[str, Any]], kind: str) -> Iterator[Mapping[str, Any]]:
    for message in messages:
        yield from (block for block in mappings(message.get("content")) if block.get("type") == kind)


def _result(block: Mapping[str, Any]) -> Result:
    output, failed = printed(words_of(block.get("content")))
    return Result(output=output.strip(), is_error=failed or block.get("is_error") is True)
