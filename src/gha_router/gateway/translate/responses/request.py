"""A request for Anthropic's Messages API, as one for OpenAI's Responses API.

Field by field, from an allow-list, as ``translate.request`` does it for chat completions.
Sources: anthropic ``MessageCreateParams`` (and its beta), openai ``ResponseCreateParams``.
"""

import re

from gha_router.gateway.translate import schemas
from gha_router.gateway.translate.content import Parts, system_text
from gha_router.gateway.translate.quirks import RESPONSES
from gha_router.gateway.translate.reading import Untranslatable, an_object, digest, dump, objects, text
from gha_router.gateway.translate.request import (
    ChatRequest,
    effort_of,
    estimated,
    output_limit,
    sampling,
    stops_of,
    wanted_schema,
    wants_thinking,
)
from gha_router.gateway.translate.responses.format import Item
from gha_router.gateway.translate.responses.items import Items
from gha_router.gateway.translate.tools import Names, Toolbox, choice_of
from gha_router.records import Json

# "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16"; Claude Code asks for 1 at times.
LEAST_OUTPUT = 16
ENCRYPTED = "reasoning.encrypted_content"
# platform.openai.com, model pages: who knows the effort `xhigh`; the pro models know few efforts, all of them `high`.
_XHIGH = re.compile(r"codex-max|gpt-5\.[2-9]|gpt-(?:[6-9]|\d\d)")
_PRO = re.compile(r"-pro\b")
# openai-python, ``ResponseOutputMessage.phase``: "for models like gpt-5.3-codex and beyond, preserve and resend".
_PHASES = re.compile(r"gpt-5\.(?:3-codex|[4-9])|gpt-(?:[6-9]|\d\d)")


def responses_request(
    body: Json, *, model: str, origin: str, session: str | None, max_output: int | None, context: int | None
) -> ChatRequest:
    """Translate a request.

    ``model`` is the upstream's name; ``origin`` the deployment's, whose thoughts alone are sent back; ``session`` says
    which requests begin alike; ``max_output`` and ``context`` are the model's sizes in tokens. Raises
    ``Untranslatable`` with a message for people. The body is not changed; parts of it are shared.
    """
    try:
        return _responses_request(body, model, origin, session, max_output, context)
    except RecursionError:
        raise Untranslatable("the request is nested too deeply") from None


def _responses_request(
    body: Json, model: str, origin: str, session: str | None, max_output: int | None, context: int | None
) -> ChatRequest:
    tools = Toolbox(names=Names())
    parts = Parts(quirks=RESPONSES, tools=tools)
    notes = parts.notes
    items = Items(origin=origin, parts=parts, phases=bool(_PHASES.search(model)))
    for message in objects(body.get("messages")):
        items.add(message)
    items.close()
    if all(item.get("role") == "developer" for item in items.items):
        raise Untranslatable("the request holds no message with content")
    choice = body.get("tool_choice")
    tools.loaded.add(text(an_object(choice).get("name")))
    offered = tools.offered(body.get("tools"), RESPONSES, notes)
    asked: Json = {"model": model, "input": items.items, "store": False}
    if system := system_text(body.get("system")):
        asked["instructions"] = system
    if offered:
        asked["tools"] = [_flat(tool) for tool in offered]
    asked |= _chosen(choice_of(choice, offered, tools.names, RESPONSES, notes))
    asked |= _thinking(body, model)
    asked |= sampling(body, model, RESPONSES, notes)
    asked |= _structured(body)
    if session:
        asked["prompt_cache_key"] = digest(session, size=16)
    if body.get("stream") is True:
        asked["stream"] = True
    input_tokens = estimated(asked, parts)
    if (limit := output_limit(body.get("max_tokens"), max_output, context, input_tokens)) is not None:
        asked["max_output_tokens"] = max(limit, LEAST_OUTPUT)
    return ChatRequest(
        body=asked,
        names=tools.names.originals,
        notes=tuple(sorted(notes)),
        input_tokens=input_tokens,
        thinking=wants_thinking(body),
        tools=frozenset(tool["function"]["name"] for tool in offered),
        call_ids=frozenset(items.ids),
        stops=frozenset(stops_of(body)),
        seed=digest(str(len(items.items)), dump(items.items[-1])),
        origin=origin,
    )


def without_thoughts(asked: Json) -> Json:
    """Return a request without the model's earlier reasoning; the same one when it has none."""
    kept = [item for item in asked["input"] if item["type"] != Item.REASONING]
    return asked if len(kept) == len(asked["input"]) else asked | {"input": kept}


def _flat(tool: Json) -> Json:
    """Return a chat's tool as a response's, which is strict unless it says that it is not."""
    return {"type": "function", "strict": False, **tool["function"]}


def _chosen(fields: Json) -> Json:
    choice = fields.get("tool_choice")
    named = an_object(choice).get("function")
    return fields | {"tool_choice": {"type": "function", **named}} if named else fields


def _thinking(body: Json, model: str) -> Json:
    if not RESPONSES.reasons(model):
        return {}
    reasoning: Json = {}
    if (effort := _effort(effort_of(body, RESPONSES), model)) is not None:
        reasoning["effort"] = effort
    # Only for who wants to see it: organisations that are not verified are refused summaries of some models.
    if an_object(body.get("thinking")).get("type") in ("enabled", "adaptive"):
        reasoning["summary"] = "auto"
    return {"include": [ENCRYPTED]} | ({"reasoning": reasoning} if reasoning else {})


def _effort(effort: str | None, model: str) -> str | None:
    if effort in ("xhigh", "max"):
        effort = "xhigh" if _XHIGH.search(model) and not _PRO.search(model) else "high"
    return effort if effort == "high" or not _PRO.search(model) else None


def _structured(body: Json) -> Json:
    schema = wanted_schema(body)
    if schema is None:
        return {}
    form = {"type": "json_schema", "name": "answer", "schema": schema, "strict": schemas.is_strict(schema)}
    return {"text": {"format": form}}
