"""The thought signatures of Gemini's tool calls, between LiteLLM's form and that of Gemini's own OpenAI endpoint.

LiteLLM writes a signature behind the call's id, which then is hundreds of characters long; our translation knows the
endpoint's ``extra_content.google.thought_signature`` (ai.google.dev, "Thought signatures"). On the way back LiteLLM
reads ``provider_specific_fields.thought_signature``.
"""

from collections.abc import Iterator

from gha_router.records import Json

SEPARATOR = "__thought__"


def read(reply: Json) -> Json:
    """Return a completion or a chunk with the signatures where our translation reads them."""
    for choice in reply.get("choices") or ():
        for call in _calls(choice.get("delta") or choice.get("message")):
            identity = call.get("id")
            if isinstance(identity, str) and SEPARATOR in identity:
                call["id"], _, signature = identity.partition(SEPARATOR)
                call["extra_content"] = {"google": {"thought_signature": signature}}
    return reply


def written(body: Json) -> Json:
    """Return a request with the signatures where LiteLLM reads them."""
    for message in body.get("messages") or ():
        for call in _calls(message):
            if extra := call.pop("extra_content", None):
                call["provider_specific_fields"] = {"thought_signature": extra["google"]["thought_signature"]}
    return body


def _calls(holder: object) -> Iterator[Json]:
    calls = holder.get("tool_calls") if isinstance(holder, dict) else None
    yield from calls or ()
