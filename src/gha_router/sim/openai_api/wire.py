"""A reply as one completion, and that completion as chunks.

Sources: https://platform.openai.com/docs/api-reference/chat/object and .../chat/streaming.
"""

from collections.abc import Iterator, Mapping
from itertools import chain, zip_longest
from typing import Any

from gha_router.sim.reply import Reply, Text, ToolUse
from gha_router.sim.wire import Json, compact, digest, output_tokens, pieces, tokens

# Prompts are cached from 1,024 tokens on, in steps of 128: https://platform.openai.com/docs/guides/prompt-caching
CACHED_FROM = 1024
CACHED_STEP = 128
FINISH = {"end_turn": "stop", "tool_use": "tool_calls"}


def completion(reply: Reply, body: Mapping[str, Any], created: int) -> Json:
    """Return the reply as a ``chat.completion`` of this Unix second. Its ids follow from the request alone."""
    stem = digest(body)
    text = "".join(block.text for block in reply.blocks if isinstance(block, Text))
    uses = [block for block in reply.blocks if isinstance(block, ToolUse)]
    message: Json = {"role": "assistant", "content": text or (None if uses else ""), "refusal": None}
    if uses:
        message["tool_calls"] = [_call(use, f"call_{stem}{index:02d}") for index, use in enumerate(uses)]
    return {
        "id": f"chatcmpl-{stem}",
        "object": "chat.completion",
        "created": created,
        "model": body["model"],
        "choices": [
            {"index": 0, "message": message, "logprobs": None, "finish_reason": FINISH[reply.stop_reason]},
        ],
        "usage": usage(reply, body),
        "system_fingerprint": "fp_simulated",
    }


def usage(reply: Reply, body: Mapping[str, Any]) -> Json:
    """Return the estimated usage. ``prompt_tokens`` include the cached ones, as OpenAI's do."""
    given, taken = prompt_tokens(body, len(body["messages"])), output_tokens(reply)
    return {
        "prompt_tokens": given,
        "completion_tokens": taken,
        "total_tokens": given + taken,
        "prompt_tokens_details": {"cached_tokens": cached_tokens(body), "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
    }


def prompt_tokens(body: Mapping[str, Any], messages: int) -> int:
    """Return the estimated input of a request with this many of its messages: they and its tools."""
    return tokens(compact([body.get("tools"), body["messages"][:messages]]))


def cached_tokens(body: Mapping[str, Any]) -> int:
    """Return how much of the input would be in the cache: all that was asked before the last reply."""
    roles = [message["role"] for message in body["messages"]]
    if "assistant" not in roles:
        return 0
    before = prompt_tokens(body, len(roles) - 1 - roles[::-1].index("assistant"))
    return before // CACHED_STEP * CACHED_STEP if before >= CACHED_FROM else 0


def chunks(whole: Json, *, with_usage: bool, interleaved: bool) -> Iterator[Json]:
    """Return the chunks that stream this completion.

    OpenAI sends parallel calls one after the other. With ``interleaved`` their pieces come by turns, as other servers
    of this dialect send them: it is the index that says which call a piece belongs to.
    """
    ((choice),) = whole["choices"]
    frame = {key: whole[key] for key in ("id", "created", "model", "system_fingerprint")}
    frame |= {"object": "chat.completion.chunk", **({"usage": None} if with_usage else {})}
    deltas = chain(
        [{"role": "assistant", "content": choice["message"]["content"] and "", "refusal": None}],
        ({"content": piece} for piece in pieces(choice["message"]["content"] or "")),
        _in_turn(choice["message"].get("tool_calls", []), interleaved=interleaved),
    )
    for delta in deltas:
        yield {**frame, "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": None}]}
    ended = {"index": 0, "delta": {}, "logprobs": None, "finish_reason": choice["finish_reason"]}
    yield {**frame, "choices": [ended]}
    if with_usage:
        yield {**frame, "choices": [], "usage": whole["usage"]}


def encode(chunk: Json) -> bytes:
    """Return one chunk as it stands in the stream."""
    return f"data: {compact(chunk)}\n\n".encode(errors="replace")


def _call(use: ToolUse, call_id: str) -> Json:
    function = {"name": use.name, "arguments": compact(dict(use.input))}
    return {"id": call_id, "type": "function", "function": function}


def _in_turn(calls: list[Json], *, interleaved: bool) -> Iterator[Json]:
    each = [_call_deltas(index, call) for index, call in enumerate(calls)]
    one_after_another = chain.from_iterable(each)
    by_turns = (delta for group in zip_longest(*each) for delta in group if delta is not None)
    for delta in by_turns if interleaved else one_after_another:
        yield {"tool_calls": [delta]}


def _call_deltas(index: int, call: Json) -> Iterator[Json]:
    opening = {**call["function"], "arguments": ""}
    yield {"index": index, "id": call["id"], "type": "function", "function": opening}
    for piece in pieces(call["function"]["arguments"]):
        yield {"index": index, "function": {"arguments": piece}}
