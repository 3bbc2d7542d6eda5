"""A request for OpenAI's chat completions, as one for Anthropic's Messages API.

Field by field, from an allow-list. Left out, as there is nothing to say them with: ``seed``, ``logit_bias``, penalties,
``logprobs``, ``user``, ``store``, and ``reasoning_effort`` (Anthropic wants thinking sent back signed, which a chat
has no place for). Sources: openai ``CompletionCreateParams``, anthropic ``MessageCreateParams``.
"""

import re

from gha_router.gateway.sse import object_in
from gha_router.gateway.translate.reading import (
    Untranslatable,
    an_object,
    digest,
    dump,
    number,
    objects,
    text,
    whole,
)
from gha_router.records import Json

DEFAULT_MAX_TOKENS = 8192  # Anthropic wants a number; every model since Claude 3.5 takes this one
INTERRUPTED = "[No result: the call was interrupted.]"
LOST_CALL = "[Result of an earlier tool call]\n"
_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_DATA_URL = re.compile(r"data:([\w.+-]+/[\w.+-]+)(?:;[\w=.+-]+)*;base64,", re.IGNORECASE)
_CHOICES = {"auto": "auto", "none": "none", "required": "any"}


def messages_request(chat: Json) -> Json:
    """Translate a chat request. Raises ``Untranslatable`` with a message for people; the chat is not changed."""
    if (whole(chat.get("n")) or 1) > 1:
        raise Untranslatable("`n` above 1 is not supported: one request gives one answer")
    if chat.get("functions"):
        raise Untranslatable("`functions` is not supported: declare them as `tools`")
    turns = _Turns()
    for message in objects(chat.get("messages")):
        turns.add(message)
    messages = turns.closed()
    if not messages:
        raise Untranslatable("the request holds no message with content")
    limit = whole(chat.get("max_completion_tokens")) or whole(chat.get("max_tokens")) or DEFAULT_MAX_TOKENS
    body: Json = {"model": text(chat.get("model")), "max_tokens": max(1, limit), "messages": messages}
    form = an_object(chat.get("response_format"))
    if form.get("type") == "json_object":
        turns.system.append("Answer with one JSON object, and nothing else.")
    if turns.system:
        body["system"] = "\n\n".join(turns.system)
    schema = an_object(form.get("json_schema")).get("schema")
    if form.get("type") == "json_schema" and isinstance(schema, dict):
        body["output_config"] = {"format": {"type": "json_schema", "schema": schema}}
    if tools := _tools(chat):
        body["tools"] = tools
        body |= _choice(chat)
    return body | _sampling(chat)


def _sampling(chat: Json) -> Json:
    fields: Json = {}
    temperature, top_p = number(chat.get("temperature")), number(chat.get("top_p"))
    if temperature is not None:
        fields["temperature"] = min(max(temperature, 0), 1)
    elif top_p is not None:  # newer models take one of the two
        fields["top_p"] = min(max(top_p, 0), 1)
    stop = chat.get("stop")
    stops = [stop] if isinstance(stop, str) else stop if isinstance(stop, list) else []
    if stops := [item for item in stops if isinstance(item, str) and item.strip()]:
        fields["stop_sequences"] = stops
    if chat.get("stream") is True:
        fields["stream"] = True
    return fields


def _tools(chat: Json) -> list[Json]:
    tools: dict[str, Json] = {}
    for tool in objects(chat.get("tools")):
        function = an_object(tool.get("function"))
        if not (name := text(function.get("name"))):
            raise Untranslatable(f"a tool of type {str(tool.get('type'))[:40]} is not supported: declare a function")
        schema = an_object(function.get("parameters"))
        made: Json = {"name": name, "input_schema": {**schema, "type": "object"}}
        if description := text(function.get("description")):
            made["description"] = description
        tools.setdefault(name, made)
    return list(tools.values())


def _choice(chat: Json) -> Json:
    asked = chat.get("tool_choice")
    choice: Json = {}
    if isinstance(asked, str) and asked in _CHOICES:
        choice = {"type": _CHOICES[asked]}
    elif name := text(an_object(an_object(asked).get("function")).get("name")):
        choice = {"type": "tool", "name": name}
    if chat.get("parallel_tool_calls") is False and choice.get("type") != "none":
        choice = {"type": "auto"} | choice | {"disable_parallel_tool_use": True}
    return {"tool_choice": choice} if choice else {}


class _Turns:
    """Takes a chat's messages one after the other; gives turns that alternate, each call answered in the next."""

    def __init__(self) -> None:
        self.system: list[str] = []  # what stands before the conversation
        self._turns: list[Json] = []
        self._open: dict[str, None] = {}  # calls without a result
        self._results: list[Json] = []  # of the last calls; they come first in the user's turn

    def add(self, message: Json) -> None:
        """Take one message."""
        match message.get("role"):
            case "system" | "developer":
                self._system("\n".join(text(block.get("text")) for block in _blocks(message.get("content"))))
            case "assistant":
                self._assistant(message)
            case "tool" | "function":
                self._tool(message)
            case _:
                self._say("user", _blocks(message.get("content")))

    def closed(self) -> list[Json]:
        """Return the turns."""
        self._close()
        turns = self._turns
        if turns and turns[0]["role"] == "assistant":
            turns.insert(0, {"role": "user", "content": [{"type": "text", "text": "[The conversation begins here.]"}]})
        if turns and turns[-1]["role"] == "assistant" and (last := turns[-1]["content"][-1])["type"] == "text":
            last["text"] = last["text"].rstrip()  # "final assistant content cannot end with trailing whitespace"
        return turns

    def _system(self, said: str) -> None:
        if not said.strip():
            return
        if not self._turns and not self._open:
            self.system.append(said)
        else:
            self._say("user", [{"type": "text", "text": f"<system-reminder>\n{said}\n</system-reminder>"}])

    def _assistant(self, message: Json) -> None:
        self._close()
        blocks = _blocks(message.get("content"))
        if refusal := text(message.get("refusal")):
            blocks.append({"type": "text", "text": refusal})
        for call in objects(message.get("tool_calls")):
            function = an_object(call.get("function"))
            identity = _identity(call.get("id"))
            if identity in self._open or not (name := text(function.get("name"))):
                continue
            self._open[identity] = None
            blocks.append({"type": "tool_use", "id": identity, "name": name, "input": _input(function)})
        self._say("assistant", blocks)

    def _tool(self, message: Json) -> None:
        blocks = _blocks(message.get("content"))
        identity = _identity(message.get("tool_call_id"))
        if identity in self._open:
            del self._open[identity]
            result: Json = {"type": "tool_result", "tool_use_id": identity}
            self._results.append(result | ({"content": blocks} if blocks else {}))
            if not self._open:
                self._close()
        elif blocks:
            self._say("user", [{"type": "text", "text": LOST_CALL}, *blocks])

    def _close(self) -> None:
        """Give the calls without a result one, and put all results in front of what the user has said since."""
        for missing in self._open:
            self._results.append({"type": "tool_result", "tool_use_id": missing, "content": INTERRUPTED})
        self._open.clear()
        results, self._results = self._results, []
        if results and self._turns[-1]["role"] == "user":
            self._turns[-1]["content"][:0] = results
        elif results:
            self._turns.append({"role": "user", "content": results})

    def _say(self, role: str, blocks: list[Json]) -> None:
        if not blocks:
            return
        if self._turns and self._turns[-1]["role"] == role:
            self._turns[-1]["content"] += blocks
        else:
            self._turns.append({"role": role, "content": blocks})


def _identity(given: object) -> str:
    said = text(given)
    return said if _ID.fullmatch(said) else f"call_{digest(said)}"


def _input(function: Json) -> Json:
    arguments = function.get("arguments")
    if isinstance(arguments, dict):
        return arguments
    parsed = object_in(text(arguments))
    return parsed if parsed is not None else {"arguments": arguments} if text(arguments).strip() else {}


def _blocks(content: object) -> list[Json]:
    if isinstance(content, str):
        return [{"type": "text", "text": content}] if content.strip() else []
    return [block for part in objects(content) for block in _block(part)]


def _block(part: Json) -> list[Json]:
    match part.get("type"):
        case "text" | "refusal":
            said = text(part.get("text")) or text(part.get("refusal"))
            return [{"type": "text", "text": said}] if said.strip() else []
        case "image_url":
            image = part.get("image_url")
            return [
                {"type": "image", "source": _source(image if isinstance(image, str) else an_object(image).get("url"))}
            ]
        case "file":
            file = an_object(part.get("file"))
            document: Json = {"type": "document", "source": _source(file.get("file_data"))}
            return [document | ({"title": file["filename"]} if text(file.get("filename")) else {})]
    raise Untranslatable(f"content of type {dump(part.get('type'))[:40]} is not supported: text, images and files are")


def _source(url: object) -> Json:
    address = text(url)
    if match := _DATA_URL.match(address):
        return {"type": "base64", "media_type": match[1].lower(), "data": address[match.end() :]}
    if address.startswith(("https://", "http://")):
        return {"type": "url", "url": address}
    raise Untranslatable("an image or file must come as a `data:` URL in base64, or as an https address")
