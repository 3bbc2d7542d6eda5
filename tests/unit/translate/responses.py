"""Made-up responses, whole and as the events of a stream, in OpenAI's published format."""

from collections.abc import Iterator
from typing import Any

import orjson

from gha_router.gateway.translate import ChatRequest, responses_request
from gha_router.records import Json
from tests.unit.translate.anthropic_stream import Received, read
from tests.unit.translate.chat import body

ORIGIN = "responses openai/gpt-5.3-codex"
USAGE = {
    "input_tokens": 1000,
    "input_tokens_details": {"cached_tokens": 800},
    "output_tokens": 50,
    "output_tokens_details": {"reasoning_tokens": 30},
    "total_tokens": 1050,
}


def asked(request_body: Json | None = None, **fields: Any) -> ChatRequest:
    """Translate a request for ``gpt-5.3-codex``."""
    named: Json = {"model": "gpt-5.3-codex", "origin": ORIGIN, "session": None, "max_output": None, "context": None}
    return responses_request(request_body or body(), **(named | fields))


def message(text: str = "", *, refusal: str | None = None) -> Json:
    part: Json = {"type": "output_text", "text": text, "annotations": []}
    part = part if refusal is None else {"type": "refusal", "refusal": refusal}
    return {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": [part]}


def thought(*summary: str, name: str = "rs_1", encrypted: str | None = "gAAAA==") -> Json:
    parts = [{"type": "summary_text", "text": one} for one in summary]
    return {"id": name, "type": "reasoning", "summary": parts, "encrypted_content": encrypted}


def called(name: str = "Read", call: str = "call_1", **arguments: Any) -> Json:
    given = orjson.dumps(arguments).decode()
    head = {"id": f"fc_{call}", "type": "function_call", "status": "completed"}
    return {**head, "call_id": call, "name": name, "arguments": given}


def response(*output: Json, status: str = "completed", **fields: Any) -> Json:
    head = {"id": "resp_1", "object": "response", "created_at": 1, "model": "gpt-5.3-codex", "error": None}
    return {**head, "status": status, "output": list(output), "usage": USAGE, **fields}


def events(whole: Json, size: int = 7) -> Iterator[Json]:
    """Yield the events of a response, its texts in pieces of ``size`` characters."""
    begun = {**whole, "status": "in_progress", "output": [], "usage": None}
    yield {"type": "response.created", "response": begun}
    for place, item in enumerate(whole["output"]):
        empty: Json = {"function_call": {"arguments": ""}, "message": {"content": []}, "reasoning": {"summary": []}}
        yield {"type": "response.output_item.added", "output_index": place, "item": item | empty[item["type"]]}
        for kind, number, text in _texts(item):
            for start in range(0, len(text), size):
                delta = {"output_index": place, "delta": text[start : start + size]}
                yield {"type": f"response.{kind}.delta", **delta, **number}
        yield {"type": "response.output_item.done", "output_index": place, "item": item}
    yield {"type": f"response.{whole['status']}", "response": whole}


def _texts(item: Json) -> Iterator[tuple[str, Json, str]]:
    for number, part in enumerate(item.get("content") or []):
        kind = "refusal" if part["type"] == "refusal" else "output_text"
        yield kind, {"content_index": number}, part.get("text") or part.get("refusal") or ""
    for number, part in enumerate(item.get("summary") or []):
        yield "reasoning_summary_text", {"summary_index": number}, part["text"]
    if item["type"] == "function_call":
        yield "function_call_arguments", {}, item["arguments"]


def sse(told: list[Json]) -> bytes:
    lines = (b"event: %b\ndata: %b\n\n" % (one["type"].encode(), orjson.dumps(one)) for one in told)
    return b"".join(lines)


def received(told: list[Json]) -> Received:
    """Read a whole stream as a strict client does."""
    return read(told)
