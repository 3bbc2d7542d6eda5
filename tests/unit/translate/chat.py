"""Made-up requests, chunks and replies; nothing of the room under test but its public names."""

from typing import Any

import orjson

from gha_router.gateway.translate import ChatRequest, ChatStream, Quirks, chat_request
from gha_router.records import Json
from tests.unit.translate.anthropic_stream import Received, read

READ = {"name": "Read", "description": "Reads a file.", "input_schema": {"type": "object", "properties": {}}}
BASH = {**READ, "name": "Bash"}


def body(*messages: Json, **fields: Any) -> Json:
    """A request of the client's; without messages: one that says hello."""
    said = list(messages) or [{"role": "user", "content": "hello"}]
    return {"model": "tier1", "max_tokens": 1000, "messages": said, **fields}


def user(*blocks: Json | str) -> Json:
    return {"role": "user", "content": _content(blocks)}


def assistant(*blocks: Json | str) -> Json:
    return {"role": "assistant", "content": _content(blocks)}


def _content(blocks: tuple[Json | str, ...]) -> list[Json]:
    return [{"type": "text", "text": block} if isinstance(block, str) else block for block in blocks]


def use(name: str = "Read", call: str = "toolu_1", **arguments: Any) -> Json:
    return {"type": "tool_use", "id": call, "name": name, "input": arguments}


def result(*content: Json | str, call: str = "toolu_1", **fields: Any) -> Json:
    said = content[0] if len(content) == 1 and isinstance(content[0], str) else _content(content)
    return {"type": "tool_result", "tool_use_id": call, "content": said, **fields}


IMAGE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0="}}
PDF = {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0="}}


def asked(request_body: Json, quirks: Quirks | None = None, **fields: Any) -> ChatRequest:
    """Translate a request for a model that is called ``m1``."""
    arguments: Json = {"model": "m1", "max_output": None, "context": None, **fields}
    return chat_request(request_body, quirks=quirks or Quirks(), **arguments)


def chunk(delta: Json | None = None, finish: str | None = None, **fields: Any) -> Json:
    choice = {"index": 0, "delta": delta or {}, "finish_reason": finish}
    return {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "choices": [choice], **fields}


def call(index: int | None = None, **fields: Any) -> Json:
    """One tool call delta: ``id``, ``name`` and ``arguments`` as far as they are given."""
    delta: Json = {} if index is None else {"index": index}
    if "id" in fields:
        delta |= {"id": fields.pop("id"), "type": "function"}
    return delta | {"function": fields}


def calls(*deltas: Json) -> Json:
    return chunk({"tool_calls": list(deltas)})


STOP, CALLED = chunk(finish="stop"), chunk(finish="tool_calls")
USAGE = {"id": "chatcmpl-1", "created": 1, "choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 5}}


def events_of(*chunks: Json, request: ChatRequest | None = None) -> list[Json]:
    request = request or asked(body(tools=[READ, BASH]))
    stream = ChatStream(asked="tier1", request=request, input_estimate=7)
    events = [event for piece in chunks for event in stream.feed(piece)]
    return events + stream.finish()


def received(*chunks: Json, request: ChatRequest | None = None) -> Received:
    """What a client has after these chunks; the stream is a valid one."""
    return read(events_of(*chunks, request=request))


def sse(*chunks: Json) -> bytes:
    return b"".join(b"data: " + orjson.dumps(piece) + b"\n\n" for piece in chunks) + b"data: [DONE]\n\n"
