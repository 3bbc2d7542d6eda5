"""The bytes on both sides: requests as Claude Code writes them, replies as upstreams of each dialect stream them.

Requests follow what the CLI sends (2.1.329, headless). Replies follow the public wire formats: Anthropic's "Streaming
messages", OpenAI's "Chat completions: streaming". Cases are written in these two (``WRITTEN``); in the other dialects
they are told again (``bench.traps.retold``).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

Json = dict[str, Any]
MODEL = "@model@"  # stands for the name that a target's configuration gives to the model of a case


class Dialect(StrEnum):
    """What an upstream speaks."""

    OPENAI = "openai"
    ANTHROPIC = "anthropic"
    RESPONSES = "responses"
    GEMINI = "gemini"
    OLLAMA = "ollama"  # 0.14 and later: Messages
    OLLAMA_CHAT = "ollama-chat"  # before: chat completions only


WRITTEN = (Dialect.OPENAI, Dialect.ANTHROPIC)
PATHS = {
    Dialect.OPENAI: ("/chat/completions",),
    Dialect.ANTHROPIC: ("/v1/messages", "/v1/messages/count_tokens"),
    Dialect.RESPONSES: ("/responses",),
    Dialect.GEMINI: (":generateContent", ":streamGenerateContent"),
    Dialect.OLLAMA: ("/v1/messages",),
    Dialect.OLLAMA_CHAT: ("/chat/completions",),
}

BETAS = (
    "claude-code-20250219,interleaved-thinking-2025-05-14,context-management-2025-06-27,thinking-token-count-2026-05-13,"
    "advanced-tool-use-2025-11-20,effort-2025-11-24"
)
HEADERS = {
    "accept": "application/json",
    "content-type": "application/json",
    "user-agent": "claude-cli/2.1.329 (external, sdk-cli)",
    "x-app": "cli",
    "x-stainless-lang": "js",
    "x-stainless-retry-count": "0",
    "x-stainless-timeout": "600",
    "anthropic-beta": BETAS,
    "anthropic-dangerous-direct-browser-access": "true",
    "anthropic-version": "2023-06-01",
}
BILLING = "x-anthropic-billing-header: cc_version=2.1.329.0a8; cc_entrypoint=sdk-cli;"
IDENTITY = "You are a Claude agent, built on Anthropic's Claude Agent SDK."
USER_ID = "user_5f0c_account__session_d35f8f62-2ee1-4297-b474-62764790ec11"
EPHEMERAL = {"type": "ephemeral"}


def tool(name: str, *properties: str, **extra: object) -> Json:
    """Return a tool with properties that are texts."""
    schema = {"type": "object", "properties": {one: {"type": "string"} for one in properties}}
    return {"name": name, "description": f"The {name} tool.", "input_schema": schema, **extra}


TOOLS = (tool("Read", "file_path"), tool("Bash", "command"), tool("ListAgents"))
QUESTION: Json = {"role": "user", "content": [{"type": "text", "text": "Read the files.", "cache_control": EPHEMERAL}]}


def compact(data: object) -> bytes:
    """Return JSON as JavaScript writes it: no spaces, text not escaped."""
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode()


def request(
    *messages: Json, stream: bool = True, tools: Sequence[Json] = TOOLS, max_tokens: int = 4096, **fields: object
) -> bytes:
    """Return a request's body; without messages one question is asked."""
    body = {
        "model": MODEL,
        "messages": list(messages) or [QUESTION],
        "system": [
            {"type": "text", "text": BILLING},
            {"type": "text", "text": IDENTITY, "cache_control": EPHEMERAL},
            {"type": "text", "text": "\n# Harness\n - Keep it short.", "cache_control": {**EPHEMERAL, "ttl": "1h"}},
        ],
        "tools": list(tools),
        "metadata": {"user_id": USER_ID},
        "max_tokens": max_tokens,
        **fields,
    }
    return compact(body | ({"stream": True} if stream else {}))


def user(*content: Json | str) -> Json:
    """Return a user's message of blocks; a text becomes a text block."""
    return {"role": "user", "content": [text(one) if isinstance(one, str) else one for one in content]}


def assistant(*content: Json | str) -> Json:
    """Return an assistant's message of blocks; a text becomes a text block."""
    return {"role": "assistant", "content": [text(one) if isinstance(one, str) else one for one in content]}


def text(value: str) -> Json:
    """Return a text block."""
    return {"type": "text", "text": value}


def tool_use(id_: str, name: str, **given: object) -> Json:
    """Return a tool_use block."""
    return {"type": "tool_use", "id": id_, "name": name, "input": given}


def tool_result(id_: str, content: object) -> Json:
    """Return a tool_result block."""
    return {"type": "tool_result", "tool_use_id": id_, "content": content}


# Anthropic Messages, from the upstream


def event(data: Json) -> bytes:
    """Return one event of a stream."""
    return b"event: %b\ndata: %b\n\n" % (data["type"].encode(), compact(data))


def message_start(model: str = "up-one", **usage: object) -> bytes:
    """Return the first event of a stream."""
    counts = {"input_tokens": 100, "output_tokens": 1} | usage
    message: Json = {
        "id": "msg_01",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": counts,
    }
    return event({"type": "message_start", "message": message})


def block(index: int, start: Json, *deltas: Json) -> list[bytes]:
    """Return a block's events from its start to its stop."""
    return [
        event({"type": "content_block_start", "index": index, "content_block": start}),
        *(event({"type": "content_block_delta", "index": index, "delta": delta}) for delta in deltas),
        event({"type": "content_block_stop", "index": index}),
    ]


def text_block(index: int, *pieces: str) -> list[bytes]:
    """Return a text block's events."""
    return block(index, text(""), *({"type": "text_delta", "text": piece} for piece in pieces))


def tool_block(index: int, id_: str, name: str, *pieces: str) -> list[bytes]:
    """Return a tool_use block's events; ``pieces`` are of its input's JSON."""
    start = {"type": "tool_use", "id": id_, "name": name, "input": {}}
    return block(index, start, *({"type": "input_json_delta", "partial_json": piece} for piece in pieces))


def message_end(stop_reason: str = "end_turn", **usage: object) -> list[bytes]:
    """Return the last two events."""
    counts = {"output_tokens": 20} | usage
    delta = {"stop_reason": stop_reason, "stop_sequence": None}
    return [event({"type": "message_delta", "delta": delta, "usage": counts}), event({"type": "message_stop"})]


def said(*pieces: str, model: str = "up-one") -> list[bytes]:
    """Return the events of a whole reply that is one text."""
    return [message_start(model), *text_block(0, *pieces), *message_end()]


def whole_message(
    *content: Json, model: str = "up-one", stop_reason: str = "end_turn", usage: Json | None = None
) -> Json:
    """Return a reply that is not streamed."""
    return {
        "id": "msg_01",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": list(content),
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "usage": {"input_tokens": 100, "output_tokens": 20} if usage is None else usage,
    }


def anthropic_error(kind: str, message: str) -> Json:
    """Return Anthropic's error envelope."""
    return {"type": "error", "error": {"type": kind, "message": message}}


# OpenAI chat completions, from the upstream

DONE = b"data: [DONE]\n\n"
USAGE = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}


def data(value: Json) -> bytes:
    """Return one event of a stream."""
    return b"data: %b\n\n" % compact(value)


def chunk(delta: Json | None = None, *, finish: str | None = None, model: str = "up-one", **extra: object) -> bytes:
    """Return one chunk with one choice; without a delta one without choices."""
    choices = [] if delta is None else [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1790000000, "model": model}
    return data({**head, "choices": choices, **extra})


ROLE = {"role": "assistant", "content": ""}


def call(index: int | None, id_: str | None = None, name: str | None = None, arguments: str | None = "") -> Json:
    """Return one entry of ``delta.tool_calls``; what is None is left out, but for ``arguments``."""
    function: Json = {"name": name} if name is not None else {}
    entry: Json = {} if index is None else {"index": index}
    entry |= {} if id_ is None else {"id": id_, "type": "function"}
    return entry | {"function": function | {"arguments": arguments}}


def calls(*entries: Json) -> bytes:
    """Return a chunk with pieces of tool calls."""
    return chunk({"tool_calls": list(entries)})


def completed(
    *chunks: bytes, finish: str = "stop", usage: Mapping[str, object] | None = USAGE, model: str = "up-one"
) -> list[bytes]:
    """Return a whole stream: the role, these chunks, the finish reason, the usage in a chunk of its own."""
    end = [chunk(usage=dict(usage), model=model)] if usage else []
    return [chunk(ROLE, model=model), *chunks, chunk({}, finish=finish, model=model), *end, DONE]


def wrote(*pieces: str, model: str = "up-one") -> list[bytes]:
    """Return a whole stream that is one text."""
    return completed(*(chunk({"content": piece}, model=model) for piece in pieces), model=model)


def completion(
    content: str | None, *tool_calls: Json, finish: str = "stop", usage: Json | None = None, model: str = "up-one"
) -> Json:
    """Return a reply that is not streamed."""
    message: Json = {"role": "assistant", "content": content, "refusal": None}
    if tool_calls:
        message["tool_calls"] = list(tool_calls)
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish}
    head = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1790000000, "model": model}
    return {**head, "choices": [choice], "usage": usage or USAGE}


def openai_error(message: str, *, kind: str = "server_error", code: object = None) -> Json:
    """Return OpenAI's error envelope."""
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def one_by_one(chunks: Iterable[bytes]) -> list[bytes]:
    """Return the same bytes, each on its own."""
    return [bytes([byte]) for byte in b"".join(chunks)]
