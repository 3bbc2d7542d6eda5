"""What whole and streamed replies have in common: identities, stop reasons, where text and reasoning stand."""

import re

from gha_router.gateway.translate.errors import Failure
from gha_router.gateway.translate.reading import an_object, digest, dump, objects, text
from gha_router.gateway.translate.request import ChatRequest
from gha_router.records import Json

_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")  # Anthropic: tool_use.id

_STOP_REASONS = {
    "length": "max_tokens",
    "max_tokens": "max_tokens",
    "model_length": "max_tokens",  # Mistral
    "content_filter": "refusal",
    "safety": "refusal",  # Gemini
    "prohibited_content": "refusal",
    "refusal": "refusal",
}
_FAILED = frozenset({"error", "insufficient_system_resource", "malformed_function_call"})
BROKEN_OFF = "the upstream's reply broke off before its end"


def message_id(reply: Json, request: ChatRequest) -> str:
    """Return the message's id: the client joins messages with the same, and upstreams repeat theirs (Ollama does)."""
    return "msg_" + digest(text(reply.get("id")), str(reply.get("created")), request.seed, size=12)


class CallIds:
    """Gives each tool call an id that no other call of the conversation has, the upstream's own where it will do."""

    def __init__(self, request: ChatRequest, message: str) -> None:
        self._taken = set(request.call_ids)
        self._message = message

    def take(self, given: str) -> str:
        """Return the id to use for the next call."""
        if not _ID.fullmatch(given) or given in self._taken:
            given = f"call_{digest(self._message, given, str(len(self._taken)), size=12)}"
        self._taken.add(given)
        return given


def reasoning_in(message: Json) -> str:
    """Return the reasoning in a message or delta, as DeepSeek and Kimi, OpenRouter and Ollama, or Mistral name it."""
    return text(message.get("reasoning_content")) or text(message.get("reasoning")) or _listed(message, "thinking")


def text_in(message: Json) -> str:
    """Return the text in a message or delta."""
    content = message.get("content")
    said = content if isinstance(content, str) else _listed(message, "text")
    return said + text(message.get("refusal"))


def _listed(message: Json, kind: str) -> str:
    """Return the text of one kind in content that is a list (Mistral's thinking models)."""
    said = ""
    for part in objects(message.get("content")):
        if part.get("type") == kind:
            inner = part.get(kind)
            said += inner if isinstance(inner, str) else "".join(text(item.get("text")) for item in objects(inner))
    return said


def arguments_in(function: Json) -> str:
    """Return a call's arguments as text: some upstreams send them parsed."""
    arguments = function.get("arguments")
    return arguments if isinstance(arguments, str) else "" if arguments is None else dump(arguments)


def signature_in(call: Json) -> str:
    """Return the signature that Gemini puts on a tool call."""
    google = an_object(an_object(call.get("extra_content")).get("google"))
    return text(google.get("thought_signature"))


def failure_in(finish: str) -> Failure | None:
    """Return why a reply with this finish reason is none."""
    if finish.lower() not in _FAILED:
        return None
    kind = "overloaded_error" if "resource" in finish else "api_error"
    return Failure(type=kind, message=f"the upstream ended its reply with the reason {finish}")


def stop_of(choice: Json, finish: str, request: ChatRequest, *, called: bool, refused: bool) -> tuple[str, str | None]:
    """Return Anthropic's stop reason and stop sequence.

    A reply that calls a tool stops for it, whatever the upstream says, unless it was cut: then the last call may be
    half a call.
    """
    reason = _STOP_REASONS.get(finish.lower())
    if reason is None and called:
        return "tool_use", None
    if reason is None and refused:
        return "refusal", None
    matched = choice.get("stop_reason")  # vLLM: the sequence that was met
    if reason is None and isinstance(matched, str) and matched in request.stops:
        return "stop_sequence", matched
    return reason or "end_turn", None
