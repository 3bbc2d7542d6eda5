"""A request for Anthropic's Messages API, as one for OpenAI's chat completions.

Field by field, from an allow-list: what is not named here does not reach the upstream (``context_management``, betas,
``metadata``, ``cache_control``, ``service_tier``, ``container`` ...).
Sources: anthropic ``MessageCreateParams`` (and its beta), openai ``CompletionCreateParams``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gha_router.gateway.translate import schemas
from gha_router.gateway.translate.content import Parts, system_text
from gha_router.gateway.translate.conversation import Conversation, finished
from gha_router.gateway.translate.quirks import Quirks
from gha_router.gateway.translate.reading import (
    Untranslatable,
    an_object,
    digest,
    dump,
    encoded,
    number,
    objects,
    text,
    whole,
)
from gha_router.gateway.translate.tools import Names, Toolbox, choice_of
from gha_router.records import Json

BYTES_PER_TOKEN = 3  # errs high
TOKENS_PER_MEDIUM = 1600  # an image at Anthropic's largest size; a page or two of a PDF
LEAST_OUTPUT = 1024  # tokens: the estimate errs high, and a prompt that is too long is better refused upstream
_MEDIUM_BUDGET, _HIGH_BUDGET = 4096, 12288  # thinking tokens from which an effort is medium, high
# An effort as it is asked for -> as chat completions take it.
_EFFORTS = {"low": "low", "medium": "medium", "high": "high", "xhigh": "high", "max": "high"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """What is sent to the upstream, and what is needed to understand its reply."""

    body: Json
    names: Mapping[str, str]  # a tool's name towards the upstream -> its own, where they differ
    notes: tuple[str, ...]  # what was left out
    input_tokens: int  # estimated, high
    thinking: bool = True  # False: the client wants to see none
    tools: frozenset[str] = frozenset()  # the names offered, as the upstream knows them
    call_ids: frozenset[str] = frozenset()  # of the calls in the conversation
    stops: frozenset[str] = frozenset()
    seed: str = field(default="", repr=False)  # differs between the requests of a conversation
    origin: str = ""  # who thinks, as the signatures of its thinking name it; "": the model

    @property
    def thinker(self) -> str:
        """Return whom the signatures of the reply's thinking name."""
        return self.origin or text(self.body.get("model"))

    def encode(self) -> bytes:
        """Return the body as JSON."""
        return encoded(self.body)


def chat_request(body: Json, *, model: str, quirks: Quirks, max_output: int | None, context: int | None) -> ChatRequest:
    """Translate a request. ``model`` is the upstream's name; ``max_output`` and ``context`` are its sizes in tokens.

    Raises ``Untranslatable`` with a message for people. The body is not changed; parts of it are shared.
    """
    try:
        return _chat_request(body, model, quirks, max_output, context)
    except RecursionError:
        raise Untranslatable("the request is nested too deeply") from None


def _chat_request(body: Json, model: str, quirks: Quirks, max_output: int | None, context: int | None) -> ChatRequest:
    tools = Toolbox(names=Names())
    parts = Parts(quirks=quirks, tools=tools)
    notes = parts.notes
    conversation = Conversation(model=model, parts=parts)
    if system := system_text(body.get("system")):
        conversation.messages.append({"role": "system", "content": system})
    for message in objects(body.get("messages")):
        conversation.add(message)
    messages = finished(conversation, quirks, notes)
    if all(message["role"] == "system" for message in messages):
        raise Untranslatable("the request holds no message with content")
    choice = body.get("tool_choice")
    tools.loaded.add(text(an_object(choice).get("name")))
    offered = tools.offered(body.get("tools"), quirks, notes)
    chat: Json = {"model": model, "messages": messages}
    if offered:
        chat["tools"] = offered
    chat |= choice_of(choice, offered, tools.names, quirks, notes)
    chat |= _thinking(body, model, quirks)
    chat |= sampling(body, model, quirks, notes)
    _structured(body, chat, quirks)
    if body.get("stream") is True:
        chat["stream"] = True
        if quirks.stream_usage:
            chat["stream_options"] = {"include_usage": True}
    input_tokens = estimated(chat, parts)
    if (limit := output_limit(body.get("max_tokens"), max_output, context, input_tokens)) is not None:
        chat[quirks.max_tokens_field] = limit
    return ChatRequest(
        body=chat,
        names=tools.names.originals,
        notes=tuple(sorted(notes)),
        input_tokens=input_tokens,
        thinking=wants_thinking(body),
        tools=frozenset(tool["function"]["name"] for tool in offered),
        call_ids=frozenset(conversation.ids),
        stops=frozenset(stops_of(body)),
        seed=digest(str(len(messages)), dump(messages[-1])),
    )


def estimated(translated: Json, parts: Parts) -> int:
    """Return how many tokens a translated request has, high rather than low; its images are not read as text."""
    size = len(encoded(translated)) - parts.media_bytes
    return max(1, -(-size // BYTES_PER_TOKEN)) + TOKENS_PER_MEDIUM * parts.media


def wants_thinking(body: Json) -> bool:
    """Return whether the client may be shown what the model thinks."""
    return an_object(body.get("thinking")).get("type") != "disabled"


def output_limit(asked: object, max_output: int | None, context: int | None, input_tokens: int) -> int | None:
    """Return the most tokens that the reply may have: what was asked, within the model's sizes."""
    limits = [limit for limit in (whole(asked), max_output) if limit is not None and limit > 0]
    if limits and context is not None:
        limits.append(max(context - input_tokens, min(LEAST_OUTPUT, context)))
    return max(1, min(limits)) if limits else None


def _thinking(body: Json, model: str, quirks: Quirks) -> Json:
    thinking = an_object(body.get("thinking"))
    kind = thinking.get("type")
    fields: Json = {}
    if quirks.thinking_switch and kind in ("enabled", "adaptive", "disabled"):
        fields["thinking"] = {"type": "disabled" if kind == "disabled" else "enabled"}
    effort = effort_of(body, quirks) if quirks.reasons(model) else None
    return fields if effort is None else fields | {"reasoning_effort": _EFFORTS.get(effort, effort)}


def effort_of(body: Json, quirks: Quirks) -> str | None:
    """Return how hard the model is to think, in OpenAI's words; ``None``: as it pleases."""
    thinking = an_object(body.get("thinking"))
    if thinking.get("type") == "disabled":
        return quirks.no_effort
    asked = text(an_object(body.get("output_config")).get("effort"))
    if asked in _EFFORTS:
        return asked
    if thinking.get("type") != "enabled":
        return None
    budget = number(thinking.get("budget_tokens")) or 0
    return "low" if budget < _MEDIUM_BUDGET else "medium" if budget < _HIGH_BUDGET else "high"


def sampling(body: Json, model: str, quirks: Quirks, notes: set[str]) -> Json:
    """Return the fields that say how tokens are drawn, and where the reply stops."""
    fields: Json = {}
    stops = stops_of(body)
    if quirks.fixed_sampling and quirks.reasons(model):
        notes |= {name for name in ("temperature", "top_p") if number(body.get(name)) not in (None, 1)}
        if stops:
            notes.add("stop_sequences")
        return fields
    for name in ("temperature", "top_p"):
        if (value := number(body.get(name))) is not None:
            fields[name] = value
    if (top_k := whole(body.get("top_k"))) is not None:
        if quirks.top_k:
            fields["top_k"] = top_k
        else:
            notes.add("top_k")
    if kept := stops[: quirks.max_stops]:
        fields["stop"] = kept
    if len(stops) > quirks.max_stops:
        notes.add(f"stop sequences after the first {quirks.max_stops}")
    return fields


def stops_of(body: Json) -> list[str]:
    """Return the sequences that end the reply."""
    stops = body.get("stop_sequences")
    return [stop for stop in stops if isinstance(stop, str) and stop] if isinstance(stops, list) else []


def wanted_schema(body: Json) -> Json | None:
    """Return the schema of the answer: in ``output_config.format``, or ``output_format`` as it was called before."""
    wanted = an_object(an_object(body.get("output_config")).get("format")) or an_object(body.get("output_format"))
    schema = wanted.get("schema")
    return schema if wanted.get("type") == "json_schema" and isinstance(schema, dict) else None


def _structured(body: Json, chat: Json, quirks: Quirks) -> None:
    """Ask for an answer that fits a schema."""
    schema = wanted_schema(body)
    if schema is None:
        return
    if quirks.structured_outputs:
        if quirks.gemini_schemas:
            form: Json = {"name": "answer", "schema": schemas.for_gemini(schema)}
        else:
            form = {"name": "answer", "schema": schema, "strict": schemas.is_strict(schema)}
        chat["response_format"] = {"type": "json_schema", "json_schema": form}
        return
    said = f"Answer with one JSON object, and nothing else, that fits this JSON schema:\n{dump(schema)}"
    messages = chat["messages"]
    if messages[0]["role"] == "system":
        messages[0]["content"] += f"\n\n{said}"
    else:
        messages.insert(0, {"role": "system", "content": said})
    if quirks.json_object:
        chat["response_format"] = {"type": "json_object"}
