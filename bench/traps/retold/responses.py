"""OpenAI's Responses API on the wire: platform.openai.com/docs/api-reference/responses and .../responses-streaming."""

from collections.abc import Iterable, Iterator

from bench.traps.seen import Sent
from bench.traps.wire import Json, compact

_CREATED = 1_790_000_000
_REASONS = {"length": "max_output_tokens", "content_filter": "content_filter"}


class Teller:
    """Tells a chat completion as a response."""

    def __init__(self) -> None:
        self._number = 0
        self._model = ""
        self._items: list[Json] = []
        self._places: dict[object, int] = {}  # "text", "thought" or a call's index -> its place in the output
        self._open: list[int] = []
        self._finish: str | None = None
        self._usage: Json | None = None

    def chunk(self, data: Json) -> Iterator[bytes]:
        """Return the events of one chunk."""
        if "error" in data and not data.get("choices"):
            error = data["error"]
            yield self._event("error", code=_code(error), message=error["message"], param=None)
            return
        if not self._model:
            self._model = data["model"]
            yield self._event("response.created", response=self._response("in_progress"))
            yield self._event("response.in_progress", response=self._response("in_progress"))
        self._usage = data.get("usage") or self._usage
        for choice in data["choices"]:
            yield from self._delta(choice["delta"])
            if choice["finish_reason"] == "error":
                response = self._response("failed") | {"error": {"code": "server_error", **_said(data["error"])}}
                yield self._event("response.failed", response=response)
            elif choice["finish_reason"]:
                self._finish = choice["finish_reason"]
                for place in list(self._open):
                    yield from self._close(place)

    def end(self) -> Iterator[bytes]:
        """Return the last event, where the reply came to its end."""
        if self._finish is not None:
            ended = "incomplete" if self._finish in _REASONS else "completed"
            yield self._event(f"response.{ended}", response=self._response(ended))

    def whole(self, data: Json, status: int) -> tuple[Json, int]:
        """Return a whole response; an error under 200 is one that failed."""
        if "choices" not in data:
            failed = {"id": "resp_1", "object": "response", "created_at": _CREATED, "status": "failed", "output": []}
            return (data, status) if status >= 400 else (failed | {"error": _error(data["error"])}, status)
        [choice] = data["choices"]
        message = choice["message"]
        self._model, self._usage, self._finish = data["model"], data["usage"], choice["finish_reason"]
        if message["content"]:
            self._items.append(_message(message["content"]))
        for index, call in enumerate(message.get("tool_calls", [])):
            function = call["function"]
            self._items.append(_call(index, call["id"], function["name"], function["arguments"]))
        return self._response("incomplete" if self._finish in _REASONS else "completed"), status

    def _delta(self, delta: Json) -> Iterator[bytes]:
        if thought := delta.get("reasoning_content"):
            yield from self._think(thought)
        if said := delta.get("content"):
            yield from self._say(said)
        for call in delta.get("tool_calls", []):
            yield from self._piece(call)

    def _think(self, said: str) -> Iterator[bytes]:
        if "thought" not in self._places:
            item = {"id": "rs_1", "type": "reasoning", "summary": [], "encrypted_content": "gAAA-of-the-upstream"}
            yield from self._add("thought", item)
            part = {"type": "summary_text", "text": ""}
            yield self._of("response.reasoning_summary_part.added", "thought", summary_index=0, part=part)
            self._items[self._places["thought"]]["summary"].append(dict(part))
        self._items[self._places["thought"]]["summary"][0]["text"] += said
        yield self._of("response.reasoning_summary_text.delta", "thought", summary_index=0, delta=said)

    def _say(self, said: str) -> Iterator[bytes]:
        if "thought" in self._places and self._places["thought"] in self._open:
            yield from self._close(self._places["thought"])
        place = self._places.get("text")
        if place is None or place != len(self._items) - 1:  # a message behind calls is another one
            self._places["text"] = len(self._items)
            yield from self._add("text", _message(""))
            part = {"type": "output_text", "text": "", "annotations": [], "logprobs": []}
            yield self._of("response.content_part.added", "text", content_index=0, part=part)
        self._items[self._places["text"]]["content"][0]["text"] += said
        yield self._of("response.output_text.delta", "text", content_index=0, delta=said, logprobs=[])

    def _piece(self, call: Json) -> Iterator[bytes]:
        key, function = ("call", call["index"]), call["function"]
        if key not in self._places:
            yield from self._add(key, _call(call["index"], call["id"], function["name"], ""))
        if arguments := function["arguments"]:
            self._items[self._places[key]]["arguments"] += arguments
            yield self._of("response.function_call_arguments.delta", key, delta=arguments)

    def _add(self, key: object, item: Json) -> Iterator[bytes]:
        self._places[key] = len(self._items)
        self._open.append(len(self._items))
        self._items.append(item)
        begun = item | {"status": "in_progress"} | ({"content": []} if item["type"] == "message" else {})
        yield self._event("response.output_item.added", output_index=self._places[key], item=begun)

    def _close(self, place: int) -> Iterator[bytes]:
        self._open.remove(place)
        item = self._items[place]
        here = {"item_id": item["id"], "output_index": place}
        match item["type"]:
            case "message":
                [part] = item["content"]
                said = {"content_index": 0, "text": part["text"], "logprobs": []}
                yield self._event("response.output_text.done", **here, **said)
                yield self._event("response.content_part.done", **here, content_index=0, part=part)
            case "function_call":
                done = {"arguments": item["arguments"], "name": item["name"]}
                yield self._event("response.function_call_arguments.done", **here, **done)
            case "reasoning":
                [part] = item["summary"]
                done = {"summary_index": 0, "text": part["text"]}
                yield self._event("response.reasoning_summary_text.done", **here, **done)
                yield self._event("response.reasoning_summary_part.done", **here, summary_index=0, part=part)
        yield self._event("response.output_item.done", output_index=place, item=item)

    def _of(self, kind: str, key: object, **fields: object) -> bytes:
        place = self._places[key]
        return self._event(kind, item_id=self._items[place]["id"], output_index=place, **fields)

    def _event(self, kind: str, **fields: object) -> bytes:
        number, self._number = self._number, self._number + 1
        data = compact({"type": kind, "sequence_number": number, **fields})
        return b"event: %b\ndata: %b\n\n" % (kind.encode(), data)

    def _response(self, status: str) -> Json:
        reason = _REASONS.get(self._finish or "") if status == "incomplete" else None
        return {
            "id": "resp_1",
            "object": "response",
            "created_at": _CREATED,
            "status": status,
            "error": None,
            "incomplete_details": {"reason": reason} if reason else None,
            "instructions": None,
            "model": self._model,
            "output": [] if status == "in_progress" else self._items,
            "parallel_tool_calls": True,
            "tool_choice": "auto",
            "tools": [],
            "usage": None if status == "in_progress" else _usage(self._usage or {}),
        }


def _message(said: str) -> Json:
    part = {"type": "output_text", "text": said, "annotations": [], "logprobs": []}
    return {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": [part]}


def _call(index: int, identity: str, name: str, arguments: str) -> Json:
    head = {"id": f"fc_{index}", "type": "function_call", "status": "completed"}
    return {**head, "call_id": identity, "name": name, "arguments": arguments}


def _usage(usage: Json) -> Json:
    given, taken = usage.get("prompt_tokens", 0), usage.get("completion_tokens", 0)
    cached = usage.get("prompt_tokens_details", {}).get("cached_tokens", 0)
    return {
        "input_tokens": given,
        "input_tokens_details": {"cached_tokens": cached, "cache_write_tokens": 0},
        "output_tokens": taken,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": given + taken,
    }


def _code(error: Json) -> str:
    return "rate_limit_exceeded" if error.get("code") == 429 else "server_error"


def _said(error: Json) -> Json:
    return {"message": error["message"]}


def _error(error: Json) -> Json:
    return {"code": _code(error), **_said(error)}


# What a request was sent as, in a chat's words

_PARTS = {"input_text": "text", "output_text": "text"}


def chat_of(sent: Sent) -> Json:
    """Return a request's body as a chat completion's. That usage always comes is said as a chat would ask for it."""
    told = dict(sent.json)
    messages = [{"role": "system", "content": told.pop("instructions")}] if "instructions" in told else []
    messages += _messages(told.pop("input"))
    told |= {"messages": messages}
    if "tools" in told:
        told["tools"] = [_tool(tool) for tool in told["tools"]]
    for theirs, chats in (("max_output_tokens", "max_completion_tokens"),):
        if theirs in told:
            told[chats] = told.pop(theirs)
    if told.get("include") == ["reasoning.encrypted_content"]:
        del told["include"]
    if told.get("stream"):
        told["stream_options"] = {"include_usage": True}
    reasoning = told.pop("reasoning", None)
    return told | ({"reasoning_effort": reasoning.get("effort")} if reasoning else {})


def _tool(tool: Json) -> Json:
    return {"type": tool["type"], "function": {name: value for name, value in tool.items() if name != "type"}}


def _messages(items: Iterable[Json]) -> Iterator[Json]:
    """Yield a chat's messages. An output may hold images here: they are told as what the user sends behind it."""
    last: Json | None = None
    images: list[Json] = []
    for item in [*items, {"type": "end"}]:
        if images and item["type"] != "function_call_output":
            yield {"role": "user", "content": images}
            images = []
        match item["type"]:
            case "message" | "function_call" if item["type"] == "function_call" or item["role"] == "assistant":
                last = last or {"role": "assistant", "content": None}
                if item["type"] == "message":
                    last["content"] = (last["content"] or "") + "".join(part["text"] for part in item["content"])
                else:
                    function = {"name": item["name"], "arguments": item["arguments"]}
                    call = {"id": item["call_id"], "type": "function", "function": function}
                    last.setdefault("tool_calls", []).append(call)
                continue
            case "reasoning":
                continue
        if last:
            yield last
            last = None
        match item["type"]:
            case "message":
                content = [_part(part) for part in item["content"]]
                plain = all(part["type"] == "text" for part in content)
                said = "\n\n".join(part["text"] for part in content) if plain else content
                yield {"role": item["role"], "content": said}
            case "function_call_output":
                output = item["output"]
                parts = [{"type": "input_text", "text": output}] if isinstance(output, str) else output
                told = [_part(part) for part in parts]
                images += [part for part in told if part["type"] != "text"]
                said = "\n".join(part["text"] for part in told if part["type"] == "text")
                yield {"role": "tool", "tool_call_id": item["call_id"], "content": said}


def _part(part: Json) -> Json:
    if part["type"] == "input_image":
        return {"type": "image_url", "image_url": {"url": part["image_url"]}}
    return {"type": "text", "text": part["text"]} if part["type"] in _PARTS else part
