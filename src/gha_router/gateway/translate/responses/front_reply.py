"""A message of Anthropic's as a response of OpenAI's: whole, or event by event.

A whole message is read as the stream that it would have been, so that there is one way of writing items.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import orjson

from gha_router.gateway import dialect
from gha_router.gateway.sse import object_in
from gha_router.gateway.translate.front_reply import chat_error
from gha_router.gateway.translate.reading import an_object, dump, objects, text
from gha_router.gateway.translate.responses.format import INCOMPLETE_OF_STOP, Happening, Item, Part, responses_usage
from gha_router.gateway.translate.responses.front_request import pack
from gha_router.gateway.translate.responses.front_tools import Kind, Tool, Toolbox, text_in
from gha_router.records import Json

# What of the request a response repeats, with what stands there when it was not said.
_REPEATED: Json = {
    "instructions": None,
    "max_output_tokens": None,
    "metadata": {},
    "parallel_tool_calls": True,
    "reasoning": None,
    "temperature": None,
    "text": {"format": {"type": "text"}},
    "tool_choice": "auto",
    "tools": [],
    "top_p": None,
    "truncation": "disabled",
}
# What clients act on, by the status of an error.
_CODES = {402: "insufficient_quota", 429: "rate_limit_exceeded"}
_FAILURES = {
    "rate_limit_error": "rate_limit_exceeded",
    "billing_error": "insufficient_quota",
    "invalid_request_error": "invalid_prompt",
}
BROKE_OFF: Json = {"type": "api_error", "message": "the upstream's reply broke off before its end"}


def response_error(status: int, message: str) -> Json:
    """Return an error in OpenAI's envelope, with the code that Codex acts on."""
    told = chat_error(status, message)
    envelope = orjson.dumps(told)
    code = "context_length_exceeded" if dialect.is_too_long(status, envelope) else _CODES.get(status)
    return {"error": {**told["error"], "code": code}}


def response(message: Json, asked: Json, tools: Toolbox, *, created: int = 0) -> Json:
    """Return a whole message as a response; ``created`` in Unix seconds."""
    stream = ResponseStream(asked, tools, created=created)
    events = [event for part in _events_of(message) for event in stream.feed(part)]
    return an_object(events[-1].get("response"))


def _events_of(message: Json) -> Iterator[Json]:
    """Yield the events that would have streamed a message."""
    yield {"type": "message_start", "message": {**message, "content": []}}
    for index, block in enumerate(objects(message.get("content"))):
        opening = {**block, "text": "", "thinking": "", "signature": "", "input": {}}
        yield {"type": "content_block_start", "index": index, "content_block": opening}
        for delta in (
            {"text": text(block.get("text"))},
            {"thinking": text(block.get("thinking"))},
            {"signature": text(block.get("signature"))},
            {"partial_json": dump(an_object(block.get("input"))) if block.get("type") == "tool_use" else ""},
        ):
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    yield {"type": "message_delta", "delta": {"stop_reason": message.get("stop_reason")}, "usage": message.get("usage")}
    yield {"type": "message_stop"}


@dataclass(slots=True, kw_only=True)
class _Open:
    """An item that is being written."""

    place: int  # in the output
    identity: str
    block: Json
    tool: Tool | None = None
    said: list[str] = field(default_factory=list)
    signature: str = ""
    summed: bool = False  # the summary of its thinking is open

    @property
    def whole(self) -> str:
        return "".join(self.said)


class ResponseStream:
    """Takes the events of Anthropic's stream, gives those of Responses, each with its number.

    ``failed`` is the error that ended it; ``finished`` says that nothing more comes.
    """

    def __init__(self, asked: Json, tools: Toolbox, *, created: int = 0) -> None:
        self.failed: Json | None = None
        self.finished = False
        self._tools = tools
        self._number = 0
        self._stem = "0"
        self._output: list[Json] = []
        self._open: dict[object, _Open] = {}  # by the block's index
        self._usage: Json = {}
        self._stop = ""
        repeated = {name: asked[name] for name in _REPEATED if asked.get(name) is not None}
        self._base: Json = {
            "object": "response",
            "created_at": created,
            "model": text(asked.get("model")),
            "previous_response_id": None,
            "store": False,
            **_REPEATED,
            **repeated,
        }

    def feed(self, event: Json) -> list[Json]:
        """Take one event; return those that it brings."""
        return [] if self.finished else list(self._feed(event))

    def finish(self) -> list[Json]:
        """Return the last events at the end of the bytes: a failure, when the message had not come to its own."""
        return self.feed({"type": "error", "error": BROKE_OFF})

    def _feed(self, event: Json) -> Iterator[Json]:
        index = event.get("index")
        key = index if isinstance(index, int) else None
        match event.get("type"):
            case "message_start":
                yield from self._start(an_object(event.get("message")))
            case "content_block_start":
                yield from self._begin(key, an_object(event.get("content_block")))
            case "content_block_delta" if key in self._open:
                yield from self._delta(self._open[key], an_object(event.get("delta")))
            case "content_block_stop" if key in self._open:
                yield from self._close(self._open.pop(key))
            case "message_delta":
                self._take(event.get("usage"))
                self._stop = text(an_object(event.get("delta")).get("stop_reason")) or self._stop
            case "message_stop":
                yield from self._end()
            case "error":
                yield from self._fail(an_object(event.get("error")))

    def _start(self, message: Json) -> Iterator[Json]:
        if self._number:
            return
        self._stem = text(message.get("id")).removeprefix("msg_") or "0"
        self._take(message.get("usage"))
        begun = self._response("in_progress")
        yield self._event(Happening.CREATED, response=begun)
        yield self._event(Happening.IN_PROGRESS, response=begun)

    def _begin(self, key: int | None, block: Json) -> Iterator[Json]:
        for other in [*self._open]:  # one item at a time, as OpenAI writes them
            yield from self._close(self._open.pop(other))
        kind = block.get("type")
        prefixes = {"text": "msg", "thinking": "rs", "redacted_thinking": "rs", "tool_use": "fc"}
        if kind not in prefixes:
            return
        if not self._number:
            yield from self._start({})
        tool = self._tools.tool(text(block.get("name"))) if kind == "tool_use" else None
        place = len(self._output)
        item = _Open(place=place, identity=f"{prefixes[str(kind)]}_{self._stem}_{place}", block=block, tool=tool)
        self._open[key] = item
        self._output.append(self._item(item, "in_progress"))
        yield self._event(Happening.ITEM_ADDED, output_index=place, item=self._output[place])
        if kind == "text":
            yield self._of(Happening.PART_ADDED, item, content_index=0, part=_part(""))

    def _delta(self, item: _Open, delta: Json) -> Iterator[Json]:
        match item.block.get("type"):
            case "text" if said := text(delta.get("text")):
                item.said.append(said)
                yield self._of(Happening.TEXT, item, content_index=0, delta=said, logprobs=[])
            case "thinking" if thought := text(delta.get("thinking")):
                item.said.append(thought)
                if not item.summed:
                    item.summed = True
                    yield self._of(Happening.SUMMARY_ADDED, item, summary_index=0, part=_summary(""))
                yield self._of(Happening.SUMMARY, item, summary_index=0, delta=thought)
            case "thinking":
                item.signature += text(delta.get("signature"))
            case "tool_use" if fragment := text(delta.get("partial_json")):
                item.said.append(fragment)
                if item.tool is not None and item.tool.kind is Kind.FUNCTION:
                    yield self._of(Happening.ARGUMENTS, item, delta=fragment)

    def _close(self, item: _Open) -> Iterator[Json]:
        whole = item.whole
        match item.block.get("type"):
            case "text":
                yield self._of(Happening.TEXT_DONE, item, content_index=0, text=whole, logprobs=[])
                yield self._of(Happening.PART_DONE, item, content_index=0, part=_part(whole))
            case "thinking" if item.summed:
                yield self._of(Happening.SUMMARY_DONE, item, summary_index=0, text=whole)
                yield self._of(Happening.SUMMARY_PART_DONE, item, summary_index=0, part=_summary(whole))
            case "tool_use" if item.tool is not None:
                yield from self._called(item, item.tool)
        done = self._output[item.place] = self._item(item, "completed")
        yield self._event(Happening.ITEM_DONE, output_index=item.place, item=done)

    def _called(self, item: _Open, tool: Tool) -> Iterator[Json]:
        if tool.kind is Kind.FUNCTION:
            if not item.said:
                item.said.append("{}")
                yield self._of(Happening.ARGUMENTS, item, delta="{}")
            yield self._of(Happening.ARGUMENTS_DONE, item, arguments=item.whole, name=tool.name)
        elif tool.kind is Kind.CUSTOM:
            given = text_in(object_in(item.whole) or {}, item.whole)
            if given:
                yield self._of(Happening.CUSTOM_INPUT, item, delta=given)
            yield self._of(Happening.CUSTOM_INPUT_DONE, item, input=given)

    def _item(self, item: _Open, status: str) -> Json:
        block, whole = item.block, item.whole
        match block.get("type"):
            case "text":
                content = [] if status == "in_progress" else [_part(whole)]
                said: Json = {"type": Item.MESSAGE, "id": item.identity, "role": "assistant"}
                return {**said, "status": status, "content": content}
            case "tool_use" if item.tool is not None:
                asked = object_in(whole) or {}
                return item.tool.item(item.identity, text(block.get("id")), asked, whole, status)
        thought = {"type": "thinking", "thinking": whole, "signature": item.signature}
        kept = thought if block.get("type") == "thinking" else {"type": "redacted_thinking", "data": block.get("data")}
        packed = None if status == "in_progress" else pack(kept)
        summary = [_summary(whole)] if whole and status != "in_progress" else []
        return {"type": Item.REASONING, "id": item.identity, "summary": summary, "encrypted_content": packed}

    def _end(self) -> Iterator[Json]:
        if not self._number:
            yield from self._start({})
        why = INCOMPLETE_OF_STOP.get(self._stop)
        for key in [*self._open]:
            yield from self._close(self._open.pop(key))
        self.finished = True
        if why is None:
            yield self._event(Happening.COMPLETED, response=self._response("completed"))
            return
        if self._output and "status" in self._output[-1]:  # what was cut is the last
            self._output[-1] = {**self._output[-1], "status": "incomplete"}
        cut = {**self._response("incomplete"), "incomplete_details": {"reason": why}}
        yield self._event(Happening.INCOMPLETE, response=cut)

    def _fail(self, error: Json) -> Iterator[Json]:
        if not self._number:
            yield from self._start({})
        self.failed, self.finished = error, True
        kind, message = text(error.get("type")), text(error.get("message")) or "the upstream failed"
        too_long = dialect.is_too_long(400, orjson.dumps({"error": {"message": message}}))
        code = "context_length_exceeded" if too_long else _FAILURES.get(kind, "server_error")
        failed = {**self._response("failed"), "error": {"code": code, "message": message}}
        yield self._event(Happening.FAILED, response=failed)

    def _response(self, status: str) -> Json:
        usage = None if status == "in_progress" else responses_usage(self._usage)
        head = {"id": f"resp_{self._stem}", **self._base, "status": status}
        return {**head, "error": None, "incomplete_details": None, "output": [*self._output], "usage": usage}

    def _take(self, usage: object) -> None:
        """Take note of a usage: later counts replace earlier ones, and a count that is left out stays."""
        self._usage |= {name: value for name, value in an_object(usage).items() if value is not None}

    def _of(self, kind: Happening, item: _Open, **fields: object) -> Json:
        return self._event(kind, item_id=item.identity, output_index=item.place, **fields)

    def _event(self, kind: Happening, **fields: object) -> Json:
        event = {"type": kind.value, "sequence_number": self._number, **fields}
        self._number += 1
        return event


def _part(said: str) -> Json:
    return {"type": Part.OUTPUT_TEXT, "text": said, "annotations": [], "logprobs": []}


def _summary(thought: str) -> Json:
    return {"type": Part.SUMMARY, "text": thought}
