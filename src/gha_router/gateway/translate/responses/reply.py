"""A whole response, as a message of Anthropic's, and what whole and streamed responses have in common."""

from gha_router.gateway.translate.errors import BrokenReply, Failure, failure_of
from gha_router.gateway.translate.message import input_of
from gha_router.gateway.translate.reading import an_object, objects, text
from gha_router.gateway.translate.reply import BROKEN_OFF, CallIds, message_id, stop_of
from gha_router.gateway.translate.request import ChatRequest
from gha_router.gateway.translate.responses.format import STOP_OF_INCOMPLETE, Item, Part, anthropic_usage
from gha_router.gateway.translate.responses.thought import signature_of, words_of
from gha_router.gateway.translate.thinking import seal
from gha_router.records import Json

LENGTH = "max_tokens"


def response_message(reply: Json, *, asked: str, request: ChatRequest) -> Json:
    """Return the response as a message under the asked model's name.

    Raises ``BrokenReply`` for one that failed, also under status 200, and for what is none.
    """
    if failure := failure_in(reply):
        raise BrokenReply(failure)
    output = objects(reply.get("output"))
    if reply.get("status") not in ("completed", "incomplete", None) or not isinstance(reply.get("output"), list):
        raise BrokenReply(Failure(type="api_error", message=BROKEN_OFF))
    identity = message_id(head_of(reply), request)
    content = _content(output, request, CallIds(request, identity))
    called = any(block["type"] == "tool_use" for block in content)
    refused = any(part.get("type") == Part.REFUSAL for item in output for part in objects(item.get("content")))
    reason, sequence = stop_of({}, finish_of(reply), request, called=called, refused=refused)
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


def head_of(response: Json) -> Json:
    """Return a response's identity as a chat completion has it."""
    return {"id": response.get("id"), "created": response.get("created_at")}


def finish_of(response: Json) -> str:
    """Return why a response ended, in the words of ``reply.stop_of``."""
    if response.get("status") != "incomplete":
        return "stop"
    return STOP_OF_INCOMPLETE.get(text(an_object(response.get("incomplete_details")).get("reason")), LENGTH)


def failure_in(response: Json) -> Failure | None:
    """Return why a response is none; ``None`` when it is one."""
    if response.get("error"):
        return failure_of(response)
    if response.get("status") not in ("failed", "cancelled"):
        return None
    return Failure(type="api_error", message=f"the upstream's response {response['status']}, and it says no reason")


def _content(output: list[Json], request: ChatRequest, ids: CallIds) -> list[Json]:
    content: list[Json] = []
    for item in output:
        match item.get("type"):
            case Item.MESSAGE:
                parts = objects(item.get("content"))
                said = "".join(text(part.get("text")) + text(part.get("refusal")) for part in parts)
                if said.strip():
                    content.append({"type": "text", "text": said})
            case Item.REASONING if request.thinking:
                thought, signature = words_of(item), signature_of(item)
                if thought or signature:
                    sealed = seal(request.thinker, signature)
                    content.append({"type": "thinking", "thinking": thought, "signature": sealed})
            case Item.CALL:
                name = text(item.get("name")) or "unknown"
                called = {"type": "tool_use", "id": ids.take(text(item.get("call_id")))}
                arguments = input_of(text(item.get("arguments")))
                content.append(called | {"name": request.names.get(name, name), "input": arguments})
    return content
