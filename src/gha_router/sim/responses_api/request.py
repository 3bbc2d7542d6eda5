"""A request to ``/v1/responses``, read as a conversation.

Source: https://platform.openai.com/docs/api-reference/responses/create.
"""

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
from gha_router.sim.openai_api.request import FAILED, SYSTEM


def read_conversation(body: Mapping[str, Any]) -> Conversation:
    """Return what a request body says. Parts that are no text are passed over."""
    given = body["input"]
    items = [{"role": "user", "content": given}] if isinstance(given, str) else mappings(given)
    messages = [_message(item) for item in items]
    told = [text_of(message["content"]) for message in messages if message["role"] in SYSTEM]
    answered = [
        (str(item.get("call_id")), _result(item)) for item in items if item.get("type") == "function_call_output"
    ]
    functions = mappings(body.get("tools"))
    tools = {str(one["name"]): one.get("parameters") or {} for one in functions if "name" in one}
    return Conversation(
        prompt=opening_words(messages),
        results=in_order_of([str(item["call_id"]) for item in items if item.get("type") == "function_call"], answered),
        cwd=working_directory([str(body.get("instructions") or ""), *told], messages),
        tools=frozenset(tools),
        answer_schema=tools.get(ANSWER_TOOL),
    )


def _message(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an item as a chat's message; a call is the assistant's word."""
    role = item.get("role") or {"function_call_output": "tool"}.get(str(item.get("type")), "assistant")
    return {"role": role, "content": _texts(item.get("content"))}


def _result(item: Mapping[str, Any]) -> Result:
    output = words_of(_texts(item.get("output")))
    return Result(output=output, is_error=FAILED.match(output) is not None)


def _texts(content: object) -> object:
    if isinstance(content, str):
        return content
    return [{"type": "text", "text": part["text"]} for part in mappings(content) if isinstance(part.get("text"), str)]
