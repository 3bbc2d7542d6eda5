"""What a correct gateway does in each case, written by hand: what it sends to the upstream, and what it answers."""

from collections.abc import Mapping
from typing import TypeVar

from bench.traps.case import FIRST, SECOND, Case, End, Reply, model_name, streamed, upstream_name, whole
from bench.traps.cases.failures import HALF
from bench.traps.cases.history import NOTE, PNG, REDACTED, THINKING
from bench.traps.cases.limits import WORDS
from bench.traps.cases.relaying import REPLY
from bench.traps.cases.requests import NEW_BETA
from bench.traps.cases.terminal import NO_KEY, NO_MONEY, OVERFLOW, TOO_LONG
from bench.traps.cases.tools import BASH_JSON, READ_JSON
from bench.traps.wire import (
    MODEL,
    Dialect,
    Json,
    anthropic_error,
    block,
    compact,
    event,
    message_end,
    message_start,
    said,
    text,
    text_block,
    tool_block,
    tool_use,
    whole_message,
)

from tests.integration.traps.little import Play, Played, Up

PING = event({"type": "ping"})
ERROR = event(anthropic_error("api_error", "the upstream's stream broke off"))
START = message_start(MODEL)
HALF_SAID = [START, *text_block(0, HALF)[:2]]
FINE = streamed(said("fine", model=MODEL))
FINE_WHOLE = whole(whole_message(text("fine"), model=MODEL))
BROKEN = streamed([*HALF_SAID, ERROR])
READ_FILE = {"file_path": "a.py"}


def failed(status: int, message: str = "it failed", kind: str = "api_error", **headers: str) -> Reply:
    return whole(anthropic_error(kind, message), status, **headers)


def call(id_: str, name: str = "Read", arguments: str = READ_JSON) -> Json:
    return {"id": id_, "type": "function", "function": {"name": name, "arguments": arguments}}


def calling(*calls: Json, content: str | None = None) -> Json:
    return {"role": "assistant", "content": content, "tool_calls": list(calls)}


def result(id_: str, content: object) -> Json:
    return {"role": "tool", "tool_call_id": id_, "content": content}


def asking(content: object) -> Json:
    return {"role": "user", "content": content}


IMAGE_PART: Json = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}"}}
LOADED = [{"type": "function", "function": {"name": name, "parameters": {}}} for name in ("Read", "Bash", "ListAgents")]
SYSTEM: Json = {"role": "system", "content": "You are a Claude agent."}


def chat(*messages: Json, **fields: object) -> Up:
    """Send chat completions, whatever the client asked."""
    body: Json = {"model": "up-one", "messages": [SYSTEM, *(messages or [asking("Read the files.")])], "stream": True}
    body = {**body, "stream_options": {"include_usage": True}, "tools": LOADED, "max_completion_tokens": 4096, **fields}
    return lambda _deployment, _body: compact(body)


def relayed(case: Case) -> Up:
    """Send the client's bytes under the upstream's name."""
    asked = model_name(case.dialect, case.role).encode()
    return lambda deployment, body: body.replace(asked, upstream_name(deployment).encode(), 1)


def tools(*blocks: list[bytes], stop_reason: str = "tool_use") -> Reply:
    return streamed([START, *(one for events in blocks for one in events), *message_end(stop_reason)])


READ = tool_block(0, "call_a", "Read", READ_JSON[:9], READ_JSON[9:])
BASH = tool_block(1, "call_b", "Bash", BASH_JSON)
NOTHING = tool_block(0, "call_a", "ListAgents")
COUNTED: Json = {"input_tokens": 200, "cache_read_input_tokens": 800, "output_tokens": 20}
PLAIN = chat(stream=False, stream_options=None)
ORPHANED = chat(asking("Read a.py"), calling(call("toolu_1")), result("toolu_1", "print(1)"), asking("Go on"))

UPS: Mapping[str, Up] = {
    "04-thinking-dropped-on-translation": chat(
        asking("Read a.py"), calling(call("toolu_1"), content="I read it."), result("toolu_1", "print(1)")
    ),
    "07-max-tokens-fit-the-context": chat(max_completion_tokens=8000),
    "07-max-tokens-leave-room-for-the-prompt": chat(max_completion_tokens=5000),
    "07-max-tokens-kept-where-they-fit": chat(max_completion_tokens=1234),
    "12-orphan-tool-result": chat(asking("Go on")),
    "12-orphan-tool-use": ORPHANED,
    "12-text-before-a-tool-result": chat(
        asking("Read a.py"),
        calling(call("toolu_1"), call("toolu_2")),
        result("toolu_1", "1"),
        result("toolu_2", "a.py"),
        asking("By the way"),
    ),
    "13-image-in-a-tool-result": chat(
        asking("Look"),
        calling(call("toolu_1"), call("toolu_2")),
        result("toolu_1", "the picture"),
        result("toolu_2", "a.png"),
        asking([IMAGE_PART]),
    ),
    "13-image-of-the-user": chat(asking([{"type": "text", "text": "Look"}, IMAGE_PART])),
    "15-a-prompt-that-fits-is-served": PLAIN,
    "18-the-asked-model-without-stream": PLAIN,
    "21-system-message-among-the-messages": chat(
        asking("Read a.py"),
        {"role": "system", "content": NOTE},
        {"role": "assistant", "content": "I do."},
        asking("Go on"),
    ),
    "21-system-message-as-a-text": chat(asking("Read a.py"), {"role": "system", "content": NOTE}),
    "22-tool-references-become-text": chat(
        asking("Query it"), calling(call("toolu_1", "ToolSearch")), result("toolu_1", "Loaded: mcp__db__query")
    ),
    "23-without-stream": PLAIN,
    "23-explicitly-without-stream": PLAIN,
}

REPLIES: Mapping[str, Reply] = {
    "01-id-and-name-in-each-piece": tools(READ),
    "01-parallel-calls-without-stream": whole(
        whole_message(
            text("Both."),
            tool_use("call_a", "Read", **READ_FILE),
            tool_use("call_b", "Bash", command='echo "héllo 日本"'),
            stop_reason="tool_use",
        )
    ),
    "01-text-after-a-call": tools(
        text_block(0, "I read."),
        tool_block(1, "call_a", "Read", READ_JSON),
        text_block(2, "And I run."),
        tool_block(3, "call_b", "Bash", BASH_JSON),
    ),
    "01-": tools(READ, BASH),
    "02-empty-arguments-without-stream": whole(whole_message(tool_use("call_a", "ListAgents"), stop_reason="tool_use")),
    "02-null-then-pieces": tools(READ),
    "02-": tools(NOTHING),
    "03-finish-in-the-last-content-chunk": streamed(said("all", model=MODEL)),
    "03-length": streamed([START, *text_block(0, "half a"), *message_end("max_tokens")]),
    "03-stop-with-a-tool-without-stream": whole(
        whole_message(tool_use("call_a", "Read", **READ_FILE), stop_reason="tool_use")
    ),
    "03-": tools(READ),
    "04-reasoning-is-no-text": streamed(
        [
            START,
            *block(0, {"type": "thinking", "thinking": ""}, {"type": "thinking_delta", "thinking": "I weigh it."}),
            *text_block(1, "fine"),
            *message_end(),
        ]
    ),
    "08-cached-tokens-counted-once-without-stream": whole(whole_message(text("fine"), usage=dict(COUNTED))),
    "08-final-usage-kept-on-relay": streamed(
        [message_start(input_tokens=5, cache_creation_input_tokens=7), *text_block(0, "fine"), *message_end(**COUNTED)]
    ),
    "08-message-start-has-an-estimate": streamed(
        [message_start(MODEL, input_tokens=2400), *text_block(0, "fine"), *message_end()]
    ),
    "08-": streamed([START, *text_block(0, "fine"), *message_end(**COUNTED)]),
    "09-count-tokens-relayed": whole({"input_tokens": 4711}),
    "09-": whole({"input_tokens": WORDS * 2}),
    "10-error-after-content": BROKEN,
    "10-cut-after-content": BROKEN,
    "10-ended-without-a-finish": BROKEN,
    "10-error-before-content-is-a-status": failed(502),
    "11-ping-while-the-upstream-is-silent": streamed(
        [*HALF_SAID, PING, *text_block(0, HALF, " it")[2:], *message_end()]
    ),
    "11-silence-after-content": BROKEN,
    "15-a-prompt-that-does-not-fit-is-refused": failed(400, "prompt is too long for the deployment's `context`"),
    "15-": FINE_WHOLE,
    "16-error-under-200-without-stream": failed(429, retry_after="5"),
    "16-error-in-a-choice": BROKEN,
    "17-retry-after-is-never-above-58": failed(429, retry_after="58"),
    "18-the-asked-model-without-stream": FINE_WHOLE,
    "18-the-served-model-in-a-header": streamed(said("fine", model=MODEL)),
    "23-a-stream-that-is-empty": failed(502),
    "23-": FINE_WHOLE,
    "24-a-bad-provider-key-is-final": failed(401, NO_KEY, x_should_retry="false"),
    "24-no-money-is-final": failed(402, NO_MONEY, x_should_retry="false"),
    "24-an-unknown-key-gets-403": failed(403),
    "25-another-dialects-overflow-in-its-words": failed(400, OVERFLOW, "invalid_request_error"),
    "25-prompt-is-too-long-in-its-words": failed(400, TOO_LONG, "invalid_request_error"),
    "26-reply-bytes-are-kept": streamed([b"".join(REPLY).replace(b'"up-one"', b'"%b"' % MODEL.encode())]),
    "27-the-client-leaves-before-the-reply": Reply(),
    "27-": streamed(HALF_SAID, end=End.ENDLESS),
}

RECEIPTS: Mapping[str, Json] = {
    "20-cache-has-its-own-rates-relayed": {"cost_usd": "0.02205000"},
    "20-cache-has-its-own-rates-translated": {"cost_usd": "0.0063"},
    "27-what-was-used-is-in-the-receipt": {"complete": False, "cost_usd": "0.0003"},
}
ASKS_NOBODY = ("15-a-prompt-that-does-not-fit", "24-an-unknown-key", "09-count-tokens-estimated-high")
ASKS_BOTH = (
    "-then-the-next-deployment",
    "11-silence-before-content",
    "11-no-answer-at-all",
    "04-thinking-dropped-for-the",
)


def correct(case: Case) -> Played:
    """Return what a correct gateway does."""
    up = _of(UPS, case, chat() if case.dialect is Dialect.OPENAI else relayed(case))
    up = relayed(case) if case.dialect is Dialect.ANTHROPIC else up
    reply = _of(REPLIES, case, FINE)
    if case.name.startswith("18-the-served"):
        reply = Reply(chunks=reply.chunks, headers={**reply.headers, "x-gha-router-served": "lab/up-one"})
    asks: tuple[str, ...] = (FIRST,)
    if any(part in case.name for part in ASKS_BOTH):
        asks = (FIRST, SECOND)
    if case.name.startswith(ASKS_NOBODY):
        asks = ()
    path = None
    if case.dialect is Dialect.ANTHROPIC:
        path = "/v1/messages/count_tokens?beta=true" if case.name.startswith("09-") else "/v1/messages?beta=true"
    play = Play(reply=reply, up=up, asks=asks, path=path, headers=_headers(case))
    if case.name == "04-thinking-dropped-for-the-next-deployment":
        first = Play(reply=FINE, up=up, path=path)
        return Played(plays=[first, Play(reply=reply, up=_without_thinking(up), asks=asks, path=path)])
    receipt = _of(RECEIPTS, case, None)
    return Played(plays=[play], receipts=[receipt] if receipt else ())


T = TypeVar("T")


def _of(table: Mapping[str, T], case: Case, other: T) -> T:
    """Return the entry of the longest beginning of the case's name."""
    return next((table[key] for key in sorted(table, key=len, reverse=True) if case.name.startswith(key)), other)


def _headers(case: Case) -> dict[str, str]:
    return {"anthropic-beta": NEW_BETA} if case.name.startswith("05-betas") else {}


def _without_thinking(up: Up) -> Up:
    def without(deployment: str, body: bytes) -> bytes:
        if deployment == SECOND:
            for one in (THINKING, REDACTED):
                body = body.replace(compact(one) + b",", b"")
        return up(deployment, body)

    return without
