"""A request to ``/v1/chat/completions``, read as a conversation.

Source: https://platform.openai.com/docs/api-reference/chat/create. A tool message has no mark for a call that failed,
so that a model can only tell from its words. They are Claude Code's own, or what people write before an error.
"""

import re
from collections.abc import Mapping
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

SYSTEM = {"system", "developer"}
FAILED = re.compile(r"<tool_use_error>|Exit code [1-9]|Error\b")


def read_conversation(body: Mapping[str, Any]) -> Conversation:
    """Return what a request body says. Parts that are no text (images, sounds) are passed over."""
    messages = mappings(body["messages"])
    told = [text_of(message.get("content")) for message in messages if message.get("role") in SYSTEM]
    calls = [str(call.get("id")) for message in messages for call in mappings(message.get("tool_calls"))]
    answered = [
        (str(message.get("tool_call_id")), _result(message)) for message in messages if message.get("role") == "tool"
    ]
    functions = mappings([tool.get("function") for tool in mappings(body.get("tools"))])
    tools = {str(one["name"]): one.get("parameters") or {} for one in functions if "name" in one}
    form = body.get("response_format") or {}
    return Conversation(
        prompt=opening_words(messages),
        results=in_order_of(calls, answered),
        cwd=working_directory(told, messages),
        tools=frozenset(tools),
        answer_schema=tools.get(ANSWER_TOOL) or (form.get("json_schema") or {}).get("schema"),
        answers_in_words=ANSWER_TOOL not in tools,
    )


def _result(message: Mapping[str, Any]) -> Result:
    output, failed = printed(words_of(message.get("content")))
    return Result(output=output.strip(), is_error=failed or FAILED.match(output) is not None)
