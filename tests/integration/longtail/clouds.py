"""Upstreams as clouds have them, on loopback, in their published wire formats.

Azure OpenAI: learn.microsoft.com/azure/ai-foundry/openai/reference. Bedrock: docs.aws.amazon.com/bedrock/latest/
APIReference, Converse, ConverseStream and InvokeModel; its frames: smithy.io, "Amazon Event Stream Specification".
Gemini: ai.google.dev/api/generate-content. Vertex: cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude.
"""

import json
import struct
import zlib
from collections.abc import Sequence
from functools import cache
from typing import Any

import orjson
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from gha_router.gateway.setup import Upstream as Deployment
from tests.upstream import Handler

KEY = "key-canary-0123456789"
SECRET = "aws-secret-canary-0123456789"


def deployment(url: str, provider: str, model: str, *, key: str | None = KEY, **settings: str) -> Deployment:
    return Deployment(
        name=f"{provider}/{model}",
        model=model,
        provider=provider,
        base_url=url,
        api_key=key,
        price=None,
        timeout_s=30,
        first_byte_s=30,
        idle_s=30,
        settings=settings,
    )


def azure(url: str) -> Deployment:
    return deployment(url, "azure", "gpt-4o", api_version="2024-10-21")


def gemini(url: str, model: str = "gemini-2.5-flash") -> Deployment:
    return deployment(url, "google", model, litellm_provider="gemini")


def bedrock(url: str, model: str = "qwen.qwen3-coder-480b-a35b-v1:0") -> Deployment:
    keys = {"access_key_id": "AKIACANARY", "secret_access_key": SECRET, "session_token": "session-canary"}
    return deployment(url, "bedrock", model, key=None, region="eu-central-1", **keys)


def vertex(url: str, model: str) -> Deployment:
    where = {"project": "ours", "region": "europe-west1", "credentials": service_account(url)}
    return deployment(url, "vertex_ai", model, key=None, **where)


@cache
def service_account(url: str) -> str:
    """A service account's key whose tokens are fetched at the upstream itself."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    account = {
        "type": "service_account",
        "project_id": "ours",
        "private_key_id": "id-canary",
        "private_key": pem,
        "client_email": "robot@ours.iam.gserviceaccount.com",
        "client_id": "1",
        "token_uri": f"{url}/token",
    }
    return json.dumps(account)


def aws_frame(event: str, payload: dict[str, Any]) -> bytes:
    headers = b"".join(
        bytes([len(name)]) + name.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode()
        for name, value in ((":event-type", event), (":content-type", "application/json"), (":message-type", "event"))
    )
    body = orjson.dumps(payload)
    prelude = struct.pack(">II", 16 + len(headers) + len(body), len(headers))
    message = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + body
    return message + struct.pack(">I", zlib.crc32(message))


def data_lines(chunks: Sequence[dict[str, Any]], *, done: bool = False) -> list[bytes]:
    lines = [b"data: " + orjson.dumps(chunk) + b"\n\n" for chunk in chunks]
    return [*lines, b"data: [DONE]\n\n"] if done else lines


def openai_chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o", "choices": [choice]}


def call_delta(index: int, arguments: str, name: str | None = None) -> dict[str, Any]:
    opening = {"id": f"call_{index}", "type": "function"} if name else {}
    function = {"arguments": arguments} | ({"name": name} if name else {})
    return openai_chunk({"tool_calls": [{"index": index, **opening, "function": function}]})


OPENAI_USAGE = {
    "prompt_tokens": 10,
    "completion_tokens": 4,
    "total_tokens": 14,
    "prompt_tokens_details": {"cached_tokens": 6},
}
OPENAI_REPLY = {
    "id": "c1",
    "object": "chat.completion",
    "created": 1,
    "model": "gpt-4o",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "hello"}, "finish_reason": "stop"}],
    "usage": OPENAI_USAGE,
}
TWO_CALLS_AT_ONCE = [
    openai_chunk({"role": "assistant", "content": ""}),
    call_delta(0, "", "Read"),
    call_delta(1, "", "Grep"),
    call_delta(0, '{"a"'),
    call_delta(1, '{"b"'),
    call_delta(0, ":1}"),
    call_delta(1, ":2}"),
    openai_chunk({}, "tool_calls"),
    {**openai_chunk({}), "choices": [], "usage": OPENAI_USAGE},
]
GEMINI_USAGE = {
    "promptTokenCount": 10,
    "candidatesTokenCount": 4,
    "thoughtsTokenCount": 3,
    "totalTokenCount": 17,
    "cachedContentTokenCount": 6,
}


def gemini_reply(*parts: dict[str, Any], finish: str | None = "STOP") -> dict[str, Any]:
    candidate = {"content": {"role": "model", "parts": list(parts)}, "index": 0}
    return {"candidates": [candidate | ({"finishReason": finish} if finish else {})], "usageMetadata": GEMINI_USAGE}


CONVERSE_USAGE = {"inputTokens": 4, "outputTokens": 4, "totalTokens": 14, "cacheReadInputTokens": 6}
CONVERSE_REPLY = {
    "output": {"message": {"role": "assistant", "content": [{"text": "hello"}]}},
    "stopReason": "end_turn",
    "usage": CONVERSE_USAGE,
    "metrics": {"latencyMs": 1},
}
CONVERSE_STREAM = [
    aws_frame("messageStart", {"role": "assistant"}),
    aws_frame("contentBlockDelta", {"delta": {"text": "hello"}, "contentBlockIndex": 0}),
    aws_frame("contentBlockStop", {"contentBlockIndex": 0}),
    aws_frame("contentBlockStart", {"start": {"toolUse": {"toolUseId": "t1", "name": "Read"}}, "contentBlockIndex": 1}),
    aws_frame("contentBlockDelta", {"delta": {"toolUse": {"input": '{"a":1}'}}, "contentBlockIndex": 1}),
    aws_frame("contentBlockStop", {"contentBlockIndex": 1}),
    aws_frame("messageStop", {"stopReason": "tool_use"}),
    aws_frame("metadata", {"usage": CONVERSE_USAGE, "metrics": {"latencyMs": 1}}),
]
CLAUDE_REPLY = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-sonnet-4-5-20250929",
    "content": [
        {"type": "thinking", "thinking": "hm", "signature": "c2ln"},
        {"type": "text", "text": "hello"},
        {"type": "tool_use", "id": "toolu_1", "name": "Read", "input": {"a": 1}},
    ],
    "stop_reason": "tool_use",
    "stop_sequence": None,
    "usage": {"input_tokens": 4, "cache_read_input_tokens": 6, "output_tokens": 4},
}


AWS, JSON, SSE = "application/vnd.amazon.eventstream", "application/json", "text/event-stream"
TWO_PARTS = [{"functionCall": {"name": name, "args": {"a": 1}}} for name in ("Read", "Grep")]
# The end of a path -> the content type and the chunks that a cloud answers with.
ANSWERS: dict[str, tuple[str, list[bytes]]] = {
    "/token": (JSON, [b'{"access_token": "token-canary", "expires_in": 3600, "token_type": "Bearer"}']),
    "/converse": (JSON, [orjson.dumps(CONVERSE_REPLY)]),
    "/converse-stream": (AWS, CONVERSE_STREAM),
    "/invoke": (JSON, [orjson.dumps(CLAUDE_REPLY)]),
    ":rawPredict": (JSON, [orjson.dumps(CLAUDE_REPLY)]),
    ":generateContent": (JSON, [orjson.dumps(gemini_reply({"text": "hello"}))]),
    ":streamGenerateContent": (
        SSE,
        data_lines([gemini_reply({"text": "hello"}, finish=None), gemini_reply(*TWO_PARTS)]),
    ),
    "/chat/completions": (JSON, [orjson.dumps(OPENAI_REPLY)]),
    "/chat/completions (stream)": (SSE, data_lines(TWO_CALLS_AT_ONCE, done=True)),
}


def answer_of(path: str, body: bytes) -> tuple[str, list[bytes]]:
    streamed = path.endswith("/chat/completions") and orjson.loads(body).get("stream")
    asked = f"{path} (stream)" if streamed else path
    return next(answer for end, answer in ANSWERS.items() if asked.endswith(end))


def cloud() -> Handler:
    async def handler(request: web.Request, body: bytes) -> web.StreamResponse:
        kind, chunks = answer_of(request.path, body)
        return await sending(kind, chunks)(request, body)

    return handler


def sending(kind: str, chunks: Sequence[bytes]) -> Handler:
    async def handler(request: web.Request, _body: bytes) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": kind})
        await response.prepare(request)
        for chunk in chunks:
            await response.write(chunk)
        return response

    return handler
