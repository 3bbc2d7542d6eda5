"""A request for OpenAI's Responses API, as one for Anthropic's Messages API.

Field by field, from an allow-list. ``store``, ``include``, ``prompt_cache_key``, ``service_tier``, ``truncation``,
``metadata``, ``text.verbosity`` change nothing here and are left out. A reasoning item that comes back holds the
thinking of one of our own replies (``pack``); those of others can be read by nobody but who wrote them.
Sources: openai ``ResponseCreateParams``, anthropic ``MessageCreateParams``; Codex CLI 0.169 for what it sends.
"""

import base64
import binascii

import orjson

from gha_router.gateway.translate.front_turns import Turns, source_of
from gha_router.gateway.translate.reading import Untranslatable, an_object, dump, number, objects, text, whole
from gha_router.gateway.translate.responses.format import Item, Part
from gha_router.gateway.translate.responses.front_tools import Toolbox, asked_of
from gha_router.records import Json

DEFAULT_MAX_TOKENS = 32_000  # as Claude Code asks; Codex names none, and its replies hold thinking
MARK = "gha-router."
EFFORTS = {"minimal": "low", "low": "low", "medium": "medium", "high": "high", "xhigh": "max", "max": "max"}
_KEPT = {
    "previous_response_id": "send the earlier items in `input`, as with `store: false`",
    "conversation": "send the earlier items in `input`, as with `store: false`",
    "background": "ask without `background`, and stream",
    "prompt": "write the prompt into `instructions` and `input`",
}
# What OpenAI's servers did themselves, in conversations that were begun elsewhere.
_PASSED_OVER = frozenset(
    {
        "code_interpreter_call",
        "computer_call",
        "computer_call_output",
        "file_search_call",
        "image_generation_call",
        "mcp_approval_request",
        "mcp_approval_response",
        "mcp_call",
        "mcp_list_tools",
        "tool_search_call",
        "tool_search_output",
        "web_search_call",
    }
)
_THINKING = frozenset({"thinking", "redacted_thinking"})


def messages_of_responses(asked: Json) -> tuple[Json, Toolbox]:
    """Return the request as one for Messages, and the tools that tell how to write its calls.

    Raises ``Untranslatable`` with a message for people; the request is not changed.
    """
    for name, mend in _KEPT.items():
        if asked.get(name):
            raise Untranslatable(f"`{name}` is not supported: the gateway keeps no conversations; {mend}")
    tools = Toolbox()
    tools.offer(asked.get("tools"))
    turns = _Turns(tools)
    turns.instruct(text(asked.get("instructions")))
    given = asked.get("input")
    for item in [{"role": "user", "content": given}] if isinstance(given, str) else objects(given):
        turns.add(item)
    messages = turns.closed()
    if not messages:
        raise Untranslatable("`input` holds no message with content")
    limit = whole(asked.get("max_output_tokens")) or DEFAULT_MAX_TOKENS
    body: Json = {"model": text(asked.get("model")), "max_tokens": max(1, limit), "messages": messages}
    config = _reasoning(asked, body)
    form = an_object(an_object(asked.get("text")).get("format"))
    if form.get("type") == "json_object":
        turns.system.append("Answer with one JSON object, and nothing else.")
    if form.get("type") == "json_schema" and isinstance(form.get("schema"), dict):
        config["format"] = {"type": "json_schema", "schema": form["schema"]}
    if config:
        body["output_config"] = config
    if turns.system:
        body["system"] = "\n\n".join(turns.system)
    if asked.get("stream") is True:
        body["stream"] = True
    return body | tools.choice(asked), tools


def pack(block: Json) -> str:
    """Return a thinking block as what a client keeps and sends back unread."""
    return MARK + base64.urlsafe_b64encode(orjson.dumps(block)).decode()


def unpack(item: Json) -> Json | None:
    """Return the thinking block in a reasoning item, ``None`` where it is not one of ours."""
    packed = text(item.get("encrypted_content"))
    if not packed.startswith(MARK):
        return None
    try:
        block = orjson.loads(base64.urlsafe_b64decode(packed[len(MARK) :].encode()))
    except (binascii.Error, ValueError):
        return None
    return block if isinstance(block, dict) and block.get("type") in _THINKING else None


def _reasoning(asked: Json, body: Json) -> Json:
    """Put what was asked of the thinking into ``body``, and return what it means for ``output_config``."""
    effort = text(an_object(asked.get("reasoning")).get("effort"))
    if effort == "none":
        body["thinking"] = {"type": "disabled"}
    elif effort in EFFORTS:
        body["thinking"] = {"type": "adaptive"}
        return {"effort": EFFORTS[effort]}
    temperature, top_p = number(asked.get("temperature")), number(asked.get("top_p"))
    if temperature is not None:
        body["temperature"] = min(max(temperature, 0), 1)
    elif top_p is not None:  # newer models take one of the two
        body["top_p"] = min(max(top_p, 0), 1)
    return {}


class _Turns(Turns):
    """Takes the items of ``input`` one after the other."""

    def __init__(self, tools: Toolbox) -> None:
        super().__init__()
        self._tools = tools

    def add(self, item: Json) -> None:
        """Take one item. Raises ``Untranslatable``."""
        match item.get("type") or Item.MESSAGE:
            case Item.MESSAGE:
                self._message(item)
            case Item.REASONING:
                block = unpack(item)
                self._assistant([block] if block else [])
            case Item.CALL | Item.CUSTOM_CALL | "local_shell_call":
                self._called(item)
            case Item.OUTPUT | Item.CUSTOM_OUTPUT | "local_shell_call_output":
                self.result(item.get("call_id") or item.get("id"), blocks_of(item.get("output")))
            case "additional_tools":  # Codex's own, for the models that OpenAI runs
                self._tools.offer(item.get("tools"))
            case str(kind) if kind in _PASSED_OVER:
                pass
            case "item_reference":
                raise Untranslatable("`item_reference` is not supported: the gateway keeps no items; send them whole")
            case kind:
                raise Untranslatable(f"an item of type {dump(kind)[:40]} in `input` is not supported")

    def closed(self) -> list[Json]:
        """Return the turns; thinking at the end of one is left out, for it is not an answer."""
        said, self._turns = self._turns, []
        for turn in said:
            blocks = turn["content"]
            while turn["role"] == "assistant" and blocks and blocks[-1]["type"] in _THINKING:
                blocks.pop()
            self.say(turn["role"], blocks)
        return super().closed()

    def _message(self, item: Json) -> None:
        blocks = blocks_of(item.get("content"))
        match item.get("role"):
            case "system" | "developer":
                self.instruct("\n".join(text(block.get("text")) for block in blocks))
            case "assistant":
                self._assistant(blocks)
            case _:
                self.say("user", blocks)

    def _called(self, item: Json) -> None:
        if self.answered:
            self.close()
        given = item.get("call_id") or item.get("id")
        self.say("assistant", self.call(given, self._tools.name_of(item), asked_of(item)))

    def _assistant(self, blocks: list[Json]) -> None:
        if self.answered:
            self.close()
        self.say("assistant", blocks)


def blocks_of(content: object) -> list[Json]:
    """Return a content value (a text, or parts) as blocks. Raises ``Untranslatable``."""
    if isinstance(content, str):
        return [{"type": "text", "text": content}] if content.strip() else []
    return [block for part in objects(content) for block in _block(part)]


def _block(part: Json) -> list[Json]:
    match part.get("type"):
        case Part.INPUT_TEXT | Part.OUTPUT_TEXT | Part.REFUSAL | Part.SUMMARY | Part.REASONING | "text":
            said = text(part.get("text")) or text(part.get("refusal"))
            return [{"type": "text", "text": said}] if said.strip() else []
        case Part.INPUT_IMAGE if part.get("image_url"):
            return [{"type": "image", "source": source_of(part["image_url"])}]
        case Part.INPUT_FILE if part.get("file_data") or part.get("file_url"):
            document: Json = {"type": "document", "source": source_of(part.get("file_data") or part.get("file_url"))}
            return [document | ({"title": part["filename"]} if text(part.get("filename")) else {})]
    raise Untranslatable(
        f"content of type {dump(part.get('type'))[:40]} is not supported: text, images and files that come whole are"
    )
