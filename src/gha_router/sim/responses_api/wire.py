"""A reply as one response, and that response as the events of a stream.

Sources: https://platform.openai.com/docs/api-reference/responses/object and .../responses-streaming.
"""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from gha_router.sim.reply import Block, Reply, Text
from gha_router.sim.wire import Json, compact, digest, output_tokens, pieces, tokens

LEAST_OUTPUT = 16  # tokens
ENCRYPTED = "reasoning.encrypted_content"
CACHED_FROM, CACHED_STEP = 1024, 128  # tokens: https://platform.openai.com/docs/guides/prompt-caching
THOUGHT = 64  # tokens of reasoning in a reply
# What of an item is not there yet when it begins.
_EMPTY: dict[str, Json] = {
    "message": {"content": []},
    "function_call": {"arguments": ""},
    "reasoning": {"summary": []},
}
SUMMARY = "The next step follows from the task."


def response(reply: Reply, body: Mapping[str, Any], created: int) -> Json:
    """Return the reply as a ``response`` of this Unix second. Its ids follow from the request alone."""
    stem = digest(body)
    output = [_item(block, f"{stem}{index:02d}") for index, block in enumerate(reply.blocks)]
    thinks = ENCRYPTED in (body.get("include") or [])
    if thinks:
        output.insert(0, _reasoning(stem, shown=(body.get("reasoning") or {}).get("summary") is not None))
    return {
        "id": f"resp_{stem}",
        "object": "response",
        "created_at": created,
        "status": "completed",
        "error": None,
        "incomplete_details": None,
        "instructions": body.get("instructions"),
        "metadata": {},
        "model": body["model"],
        "output": output,
        "parallel_tool_calls": True,
        "store": body.get("store", True),
        "temperature": 1.0,
        "tool_choice": body.get("tool_choice", "auto"),
        "tools": body.get("tools", []),
        "top_p": 1.0,
        "usage": usage(reply, body, thought=THOUGHT if thinks else 0),
    }


def usage(reply: Reply, body: Mapping[str, Any], *, thought: int) -> Json:
    """Return the estimated usage: the input with what is cached of it, the output with the reasoning."""
    given, taken = tokens(compact([body.get("instructions"), body.get("tools"), body["input"]])), output_tokens(reply)
    return {
        "input_tokens": given,
        "input_tokens_details": {"cached_tokens": _cached(body), "cache_write_tokens": 0},
        "output_tokens": taken + thought,
        "output_tokens_details": {"reasoning_tokens": thought},
        "total_tokens": given + taken + thought,
    }


def is_genuine(item: Mapping[str, Any]) -> bool:
    """Return whether a reasoning item comes from here, and unchanged."""
    return item.get("encrypted_content") == _encrypted(str(item.get("id")).removeprefix("rs_"))


def events(whole: Json) -> Iterator[Json]:
    """Return the events that stream this response, without their numbers."""
    begun = {**whole, "status": "in_progress", "output": [], "usage": None}
    yield {"type": "response.created", "response": begun}
    yield {"type": "response.in_progress", "response": begun}
    for place, item in enumerate(whole["output"]):
        started = {**item, **_EMPTY[item["type"]], "status": "in_progress"}
        yield {"type": "response.output_item.added", "output_index": place, "item": started}
        for event in _growth(item):
            yield {"item_id": item["id"], "output_index": place, **event}
        yield {"type": "response.output_item.done", "output_index": place, "item": item}
    yield {"type": "response.completed", "response": whole}


def encode(number: int, event: Json) -> bytes:
    """Return one event as it stands in the stream."""
    data = compact({**event, "sequence_number": number})
    return f"event: {event['type']}\ndata: {data}\n\n".encode(errors="replace")


def _growth(item: Json) -> Iterator[Json]:
    """Return what comes between an item's beginning and its end."""
    match item["type"]:
        case "message":
            [part] = item["content"]
            here = {"content_index": 0}
            yield {"type": "response.content_part.added", **here, "part": {**part, "text": ""}}
            for piece in pieces(part["text"]):
                yield {"type": "response.output_text.delta", **here, "delta": piece, "logprobs": []}
            yield {"type": "response.output_text.done", **here, "text": part["text"], "logprobs": []}
            yield {"type": "response.content_part.done", **here, "part": part}
        case "function_call":
            for piece in pieces(item["arguments"]):
                yield {"type": "response.function_call_arguments.delta", "delta": piece}
            done = {"arguments": item["arguments"], "name": item["name"]}
            yield {"type": "response.function_call_arguments.done", **done}
        case "reasoning":
            for number, part in enumerate(item["summary"]):
                here = {"summary_index": number}
                yield {"type": "response.reasoning_summary_part.added", **here, "part": {**part, "text": ""}}
                for piece in pieces(part["text"]):
                    yield {"type": "response.reasoning_summary_text.delta", **here, "delta": piece}
                yield {"type": "response.reasoning_summary_text.done", **here, "text": part["text"]}
                yield {"type": "response.reasoning_summary_part.done", **here, "part": part}


def _item(block: Block, identity: str) -> Json:
    if isinstance(block, Text):
        part = {"type": "output_text", "text": block.text, "annotations": [], "logprobs": []}
        head = {"id": f"msg_{identity}", "type": "message", "status": "completed"}
        return {**head, "role": "assistant", "content": [part]}
    head = {"id": f"fc_{identity}", "type": "function_call", "status": "completed", "call_id": f"call_{identity}"}
    return {**head, "name": block.name, "arguments": compact(dict(block.input))}


def _reasoning(stem: str, *, shown: bool) -> Json:
    summary = [{"type": "summary_text", "text": SUMMARY}] if shown else []
    return {"id": f"rs_{stem}", "type": "reasoning", "summary": summary, "encrypted_content": _encrypted(stem)}


def _encrypted(stem: str) -> str:
    """Return what stands for a thought: nobody but the one who wrote it can tell whether it is whole."""
    return f"gAAAAA{sha256(f'simulated {stem}'.encode()).hexdigest()}"


def _cached(body: Mapping[str, Any]) -> int:
    """Return how much of the input would be in the cache: all that was asked before the last reply."""
    if isinstance(body["input"], str):
        return 0
    own = [index for index, item in enumerate(body["input"]) if _is_own(item)]
    if not own:
        return 0
    turn = own[-1]
    while turn > 0 and _is_own(body["input"][turn - 1]):
        turn -= 1
    before = tokens(compact([body.get("instructions"), body.get("tools"), body["input"][:turn]]))
    return before // CACHED_STEP * CACHED_STEP if before >= CACHED_FROM else 0


def _is_own(item: Mapping[str, Any]) -> bool:
    return item.get("role") == "assistant" or item.get("type") in ("function_call", "reasoning")
