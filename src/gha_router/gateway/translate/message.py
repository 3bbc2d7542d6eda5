"""A whole chat completion, as a message of Anthropic's."""

from gha_router.gateway.sse import object_in
from gha_router.gateway.translate.errors import BrokenReply, Failure, failure_of
from gha_router.gateway.translate.reading import an_object, objects, text
from gha_router.gateway.translate.reply import (
    BROKEN_OFF,
    CallIds,
    arguments_in,
    failure_in,
    message_id,
    reasoning_in,
    signature_in,
    stop_of,
    text_in,
)
from gha_router.gateway.translate.request import ChatRequest
from gha_router.gateway.translate.thinking import seal
from gha_router.gateway.translate.usage import anthropic_usage
from gha_router.records import Json

_LONGEST_RAW = 2048  # characters, as Claude Code keeps them


def message(reply: Json, *, asked: str, request: ChatRequest) -> Json:
    """Return the reply as a message under the asked model's name.

    Raises ``BrokenReply`` for an error under status 200, and for a reply without choices.
    """
    if reply.get("error"):
        raise BrokenReply(failure_of(reply))
    choices = objects(reply.get("choices"))
    if not choices:
        raise BrokenReply(Failure(type="api_error", message=BROKEN_OFF))
    choice, said = choices[0], an_object(choices[0].get("message"))
    finish = text(choice.get("finish_reason"))
    if failure := failure_in(finish):
        raise BrokenReply(failure)
    identity = message_id(reply, request)
    content = _content(said, request, CallIds(request, identity))
    called = any(block["type"] == "tool_use" for block in content)
    reason, sequence = stop_of(choice, finish, request, called=called, refused=bool(said.get("refusal")))
    return {
        "id": identity,
        "type": "message",
        "role": "assistant",
        "model": asked,
        "content": content,
        "stop_reason": reason,
        "stop_sequence": sequence,
        "usage": anthropic_usage(an_object(reply.get("usage"))),
    }


def _content(said: Json, request: ChatRequest, ids: CallIds) -> list[Json]:
    content: list[Json] = []
    model = request.thinker
    if request.thinking and (thought := reasoning_in(said)):
        content.append({"type": "thinking", "thinking": thought, "signature": seal(model)})
    if (spoken := text_in(said)).strip():
        content.append({"type": "text", "text": spoken})
    for call in objects(said.get("tool_calls")):
        function = an_object(call.get("function"))
        name = text(function.get("name")) or "unknown"
        if signature := signature_in(call):
            content.append({"type": "thinking", "thinking": "", "signature": seal(model, signature)})
        tool: Json = {"type": "tool_use", "id": ids.take(text(call.get("id"))), "name": request.names.get(name, name)}
        content.append(tool | {"input": input_of(arguments_in(function))})
    return content


def input_of(arguments: str) -> Json:
    """Return a call's arguments as an object, which a message must hold.

    What is none is wrapped as Claude Code wraps it, which then tells the model that its input did not parse.
    """
    if arguments.strip() in ("", "null"):
        return {}
    parsed = object_in(arguments)
    if parsed is not None:
        return parsed
    return {"__unparsedToolInput": {"raw": arguments[:_LONGEST_RAW], "len": len(arguments)}}
