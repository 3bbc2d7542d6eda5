"""A request for OpenAI's chat completions, as one for Anthropic's Messages API.

Field by field, from an allow-list. Left out, as there is nothing to say them with: ``seed``, ``logit_bias``, penalties,
``logprobs``, ``user``, ``store``, and ``reasoning_effort`` (Anthropic wants thinking sent back signed, which a chat
has no place for). Sources: openai ``CompletionCreateParams``, anthropic ``MessageCreateParams``.
"""

from gha_router.gateway.translate.front_turns import DEFAULT_MAX_TOKENS, Turns, input_of, source_of
from gha_router.gateway.translate.reading import (
    Untranslatable,
    an_object,
    dump,
    number,
    objects,
    text,
    whole,
)
from gha_router.records import Json

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


class _Turns(Turns):
    """Takes a chat's messages one after the other."""

    def add(self, message: Json) -> None:
        """Take one message."""
        match message.get("role"):
            case "system" | "developer":
                self.instruct("\n".join(text(block.get("text")) for block in _blocks(message.get("content"))))
            case "assistant":
                self._assistant(message)
            case "tool" | "function":
                self.result(message.get("tool_call_id"), _blocks(message.get("content")))
            case _:
                self.say("user", _blocks(message.get("content")))

    def _assistant(self, message: Json) -> None:
        self.close()
        blocks = _blocks(message.get("content"))
        if refusal := text(message.get("refusal")):
            blocks.append({"type": "text", "text": refusal})
        for call in objects(message.get("tool_calls")):
            function = an_object(call.get("function"))
            blocks += self.call(call.get("id"), text(function.get("name")), input_of(function.get("arguments")))
        self.say("assistant", blocks)


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
                {"type": "image", "source": source_of(image if isinstance(image, str) else an_object(image).get("url"))}
            ]
        case "file":
            file = an_object(part.get("file"))
            document: Json = {"type": "document", "source": source_of(file.get("file_data"))}
            return [document | ({"title": file["filename"]} if text(file.get("filename")) else {})]
    raise Untranslatable(f"content of type {dump(part.get('type'))[:40]} is not supported: text, images and files are")
