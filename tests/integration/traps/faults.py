"""Gateways with a fault: changes to what a correct one does in a case, each of which must fail that case.

A key is the beginning of the names of the cases that the faults are for.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from bench.traps.case import FIRST, SECOND, Case, End, Reply, streamed, whole
from bench.traps.cases.failures import HALF
from bench.traps.cases.history import NOTE, PNG, SIGNATURE, THOUGHT
from bench.traps.cases.tools import BASH_JSON, READ_JSON
from bench.traps.wire import (
    MODEL,
    Json,
    block,
    message_end,
    message_start,
    said,
    text,
    text_block,
    tool_block,
    tool_use,
    whole_message,
)

from tests.integration.traps.correct import (
    BASH,
    COUNTED,
    ERROR,
    FINE,
    HALF_SAID,
    IMAGE_PART,
    LOADED,
    NOTHING,
    PING,
    READ,
    READ_FILE,
    START,
    asking,
    call,
    calling,
    chat,
    failed,
    result,
    tools,
)
from tests.integration.traps.little import Played, Up

Change = Callable[[Played], Played]


def answers(reply: Reply) -> Change:
    return lambda played: replace(played, plays=[*played.plays[:-1], replace(played.plays[-1], reply=reply)])


def sends(up: Up) -> Change:
    return lambda played: replace(played, plays=[*played.plays[:-1], replace(played.plays[-1], up=up)])


def edits(old: bytes, new: bytes) -> Change:
    """Change bytes of what the upstream is sent."""

    def change(played: Played) -> Played:
        up = played.plays[-1].up

        def edited(deployment: str, body: bytes) -> bytes:
            sent = up(deployment, body)
            assert old in sent, f"there is no {old!r} in {sent!r}"
            return sent.replace(old, new)

        return sends(edited)(played)

    return change


def with_headers(**headers: str) -> Change:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda played: replace(played, plays=[*played.plays[:-1], replace(played.plays[-1], headers=named)])


def asks(*deployments: str) -> Change:
    return lambda played: replace(played, plays=[*played.plays[:-1], replace(played.plays[-1], asks=deployments)])


def hangs_on(played: Played) -> Played:
    return replace(played, plays=[replace(play, hangs_on=True) for play in played.plays])


def shows(*receipts: Json) -> Change:
    return lambda played: replace(played, receipts=receipts)


def _written_again(played: Played) -> Played:
    up = played.plays[-1].up
    return sends(lambda deployment, body: json.dumps(json.loads(up(deployment, body))).encode())(played)


def _delta_after_stop() -> Reply:
    start, piece, rest, stop = tool_block(0, "call_a", "Read", READ_JSON[:9], READ_JSON[9:])
    return tools([start, piece, stop], BASH, [rest])


MERGED = tools(tool_block(0, "call_a", "Read", READ_JSON, BASH_JSON))
OPEN_TOGETHER = tools(READ[:1], BASH[:1], READ[1:], BASH[1:])
INPUT_TWICE = tools(tool_block(0, "call_a", "Read", "{}", READ_JSON))
INPUT_AT_START = tools(
    block(
        0,
        {"type": "tool_use", "id": "call_a", "name": "Read", "input": READ_FILE},
        {
            "type": "input_json_delta",
            "partial_json": READ_JSON,
        },
    )
)
EMPTY = streamed([START, *message_end()])
QUIET_END = streamed([*HALF_SAID, *text_block(0, "")[-1:], *message_end()])
SPLICED = streamed([*HALF_SAID, *said("fine", model=MODEL)[2:]])

PARALLEL = {
    "two calls in one block": answers(MERGED),
    "a delta after its block's stop": answers(_delta_after_stop()),
    "one call lost": answers(tools(READ)),
    "the turn ends": answers(tools(READ, BASH, stop_reason="end_turn")),
    "the same id": answers(tools(READ, tool_block(1, "call_a", "Bash", BASH_JSON))),
    "no message_stop": answers(streamed([START, *READ, *BASH])),
    "garbled text": answers(tools(READ, tool_block(1, "call_b", "Bash", BASH_JSON.replace("é", "\ufffd")))),
    "no event lines": answers(
        streamed([one.partition(b"\n")[2] for one in [START, *READ, *BASH, *message_end("tool_use")]])
    ),
}
NOT_WHOLE = {
    "the half looks whole": answers(QUIET_END),
    "another model goes on": answers(SPLICED),
    "the stream just ends": answers(streamed(HALF_SAID)),
    "the stream is cut": answers(streamed(HALF_SAID, end=End.CUT)),
    "an end behind the error": answers(streamed([*HALF_SAID, ERROR, *message_end()])),
    "the half is lost": answers(failed(502)),
    "the next deployment is asked": asks(FIRST, SECOND),
}
NO_STATUS = {
    "an empty reply": answers(EMPTY),
    "an error event under 200": answers(streamed([START, ERROR])),
    "no envelope": answers(whole({"error": "it failed"}, 502)),
    "a made up reply": answers(FINE),
}
NEXT = {
    "the first one's error": answers(failed(529)),
    "the error as an event": answers(streamed([START, ERROR])),
    "both replies": answers(streamed([START, START, *text_block(0, "fine"), *message_end()])),
    "the first one's beginning": answers(SPLICED),
    "the first one is not asked": asks(SECOND),
}
TERMINAL = {
    "no x-should-retry": answers(failed(402)),
    "to be tried again": answers(failed(402, x_should_retry="true")),
    "a status to try again": answers(failed(500, x_should_retry="false")),
    "no envelope": answers(whole({"error": "no"}, 402, x_should_retry="false")),
}

FAULTS: Mapping[str, Mapping[str, Change]] = {
    "01-blocks": {**PARALLEL, "two blocks open at once": answers(OPEN_TOGETHER)},
    "01-calls": PARALLEL,
    "01-cut": PARALLEL,
    "01-interleaved": PARALLEL,
    "01-same": PARALLEL,
    "01-whole": PARALLEL,
    "01-id": {
        "names joined": answers(tools(tool_block(0, "call_a", "ReadReadRead", READ_JSON))),
        "three calls": answers(tools(*(tool_block(index, f"c{index}", "Read", "{}") for index in range(3)))),
    },
    "01-text": {
        "text in the tool's block": answers(tools([*READ[:2], *text_block(0, "And I run.")[1:2], *READ[2:]], BASH)),
        "text lost": answers(tools(READ, BASH)),
    },
    "01-parallel": {
        "one call lost": answers(whole(whole_message(tool_use("call_a", "Read", **READ_FILE), stop_reason="tool_use"))),
        "arguments as a text": answers(
            whole(whole_message({**tool_use("a", "Read"), "input": READ_JSON}, stop_reason="tool_use"))
        ),
    },
    "02-empty-arguments": {"None as a text": answers(tools(tool_block(0, "call_a", "ListAgents", "None")))},
    "02-empty-object": {
        "twice": answers(tools(tool_block(0, "call_a", "ListAgents", "{}", "{}"))),
        "the turn ends": answers(tools(NOTHING, stop_reason="end_turn")),
    },
    "02-empty-arguments-without-stream": {
        "an empty text": answers(
            whole(whole_message({**tool_use("a", "ListAgents"), "input": ""}, stop_reason="tool_use"))
        ),
    },
    "02-null": {"{} before the rest": answers(INPUT_TWICE), "input in the start": answers(INPUT_AT_START)},
    "03-stop-with-a-tool": {
        "the turn ends": answers(tools(READ, stop_reason="end_turn")),
        "the turn ends, whole": answers(whole(whole_message(tool_use("call_a", "Read", **READ_FILE)))),
    },
    "03-length": {"a good end": answers(streamed([START, *text_block(0, "half a"), *message_end()]))},
    "03-finish": {"the text is lost": answers(EMPTY)},
    "04-thinking-kept": {
        "the signature changes": edits(SIGNATURE.encode(), b"EqQB"),
        "a block is lost": edits(b'"redacted_thinking"', b'"text"'),
    },
    "04-thinking-dropped-on": {
        "the signature": sends(chat(asking("Read a.py"), {**calling(), "content": "I read it.", "x": SIGNATURE})),
        "thinking as text": sends(chat(asking("Read a.py"), {"role": "assistant", "content": f"{THOUGHT}I read it."})),
        "the text as well": sends(chat(asking("Read a.py"), {"role": "assistant", "content": ""})),
    },
    "04-thinking-dropped-for": {
        "the signature goes on": lambda played: sends(played.plays[0].up)(played),
        "only one is asked": asks(SECOND),
    },
    "04-reasoning": {
        "as text": answers(streamed(said("I weigh it.", "fine", model=MODEL))),
        "a delta of another kind": answers(
            streamed([START, *text_block(0)[:1], *block(0, {}, {"type": "thinking_delta", "thinking": "I"})[1:2]])
        ),
    },
    "05-betas": {
        "a header is lost": with_headers(anthropic_beta="claude-code-20250219"),
        "a field is lost": edits(b'"not_yet_invented"', b'"gone"'),
        "a field changes": edits(b'"medium"', b'"low"'),
    },
    "05-unknown": {
        "a field passes": sends(chat(context_management={})),
        "the header passes": with_headers(anthropic_beta="x"),
    },
    "06-cache-control-kept": {"ttl": edits(b',"ttl":"1h"', b""), "scope": edits(b',"scope":"global"', b"")},
    "06-cache-control-stripped": {"a mark passes": sends(chat({**asking("x"), "cache_control": {}}))},
    "07-max-tokens-fit": {"it passes": sends(chat(max_completion_tokens=64_000))},
    "07-max-tokens-leave": {"it fits alone": sends(chat(max_completion_tokens=8000))},
    "07-max-tokens-kept": {"another": sends(chat(max_completion_tokens=1024))},
    "08-cached": {
        "counted twice": answers(
            streamed([START, *text_block(0, "fine"), *message_end(**{**COUNTED, "input_tokens": 1000})])
        ),
        "counted twice, whole": answers(whole(whole_message(text("fine"), usage={**COUNTED, "input_tokens": 1000}))),
        "lost": answers(FINE),
    },
    "08-usage": {"lost": answers(FINE)},
    "08-message-start": {"nothing": answers(streamed([message_start(MODEL, input_tokens=0), *said("fine")[1:]]))},
    "08-final": {"the first count": answers(FINE)},
    "09-count-tokens-relayed": {"an estimate": answers(whole({"input_tokens": 4000})), "asks nobody": asks()},
    "09-count-tokens-estimated": {
        "low": answers(whole({"input_tokens": 900})),
        "far too high": answers(whole({"input_tokens": 90_000})),
        "asks a model": asks(FIRST),
    },
    "09-count-tokens-missing": {"404": answers(failed(404)), "low": answers(whole({"input_tokens": 900}))},
    "10-error-first": NEXT,
    "10-error-before-content-then": NEXT,
    "10-cut-before": NEXT,
    "10-status": NEXT,
    "10-error-before-content-is": NO_STATUS,
    "10-error-after": NOT_WHOLE,
    "10-cut-after": NOT_WHOLE,
    "10-ended": NOT_WHOLE,
    "11-ping": {
        "none": answers(streamed([*HALF_SAID, *text_block(0, HALF, " it")[2:], *message_end()])),
        "too late": answers(streamed([*HALF_SAID, *text_block(0, HALF, " it")[2:], PING, *message_end()])),
    },
    "11-silence-after": {**NOT_WHOLE, "waits": answers(streamed(HALF_SAID, end=End.SILENCE))},
    "11-silence-before": {**NEXT, "waits": answers(streamed([START], end=End.SILENCE))},
    "11-no-answer": {**NEXT, "waits": answers(Reply())},
    "12-orphan-tool-result": {
        "it passes": sends(chat(result("toolu_gone", "old output"), asking("Go on"))),
        "the text is lost": sends(chat()),
    },
    "12-orphan-tool-use": {
        "no answer": sends(
            chat(asking("a"), calling(call("toolu_1"), call("toolu_2")), result("toolu_1", "print(1)"), asking("Go on"))
        ),
        "the result is lost": sends(chat(asking("Read a.py"), asking("Go on"))),
    },
    "12-text-before": {
        "text between": sends(
            chat(asking("a"), calling(call("toolu_1")), asking("By the way"), result("toolu_1", "1"))
        ),
        "a result is lost": sends(
            chat(*(asking("a"), calling(call("1"), call("2")), result("1", "1"), result("2", "")), asking("By the way"))
        ),
    },
    "12-orphans": {"a call is lost": edits(b'"toolu_2"', b'"toolu_1"')},
    "13-image-in": {
        "in the tool message": sends(chat(asking("Look"), calling(call("1")), result("1", [IMAGE_PART]), asking("x"))),
        "lost": sends(chat(asking("Look"), calling(call("1")), result("1", "the picture"), asking("x"))),
        "between the results": sends(
            chat(
                *(asking("Look"), calling(call("1"), call("2")), result("1", "the picture")),
                *(asking([IMAGE_PART]), result("2", "a.png")),
            )
        ),
    },
    "13-image-of": {"lost": sends(chat(asking("Look"))), "no data": sends(chat(asking(PNG)))},
    "15-a-prompt-that-does-not-fit": {
        "it is sent": asks(FIRST),
        "no setting is named": answers(failed(400, "prompt is too long")),
        "a status to try again": answers(failed(529, "the context is too small")),
    },
    "15-a-prompt-that-fits": {"refused": answers(failed(400, "context"))},
    "16-comments": {"text lost": answers(streamed(said("fi", model=MODEL))), "an error": answers(failed(502))},
    "16-error-in": NOT_WHOLE,
    "16-error-under": {**NO_STATUS, "passed on under 200": answers(failed(200))},
    "17-retry-after": {
        "an hour": answers(failed(429, retry_after="3600")),
        "59 s": answers(failed(529, retry_after="59")),
        "an hour in milliseconds": answers(failed(429, retry_after_ms="3600000")),
        "final": answers(failed(400)),
    },
    "17-long": {**NEXT, "the hour is passed on": answers(failed(429, retry_after="3600"))},
    "18-the-asked": {
        "the upstream's": answers(streamed(said("fine"))),
        "the upstream's, whole": answers(whole(whole_message(text("fine")))),
    },
    "18-the-served": {"no header": answers(FINE)},
    "20-cache": {
        "other input": shows({"cost_usd": "0.0423"}),
        "no receipt": shows(),
        "two receipts": shows({"cost_usd": "0.02205"}, {"cost_usd": "0.0063"}),
    },
    "21-system-message-among": {
        "lost": sends(chat(asking("Read a.py"), {"role": "assistant", "content": "I do."}, asking("Go on"))),
        "in front": sends(
            chat({"role": "system", "content": NOTE}, asking("Read a.py"), {"role": "assistant", "content": "I do."})
        ),
        "as a user's": sends(chat(asking("Read a.py"), asking(NOTE), {"role": "assistant", "content": "I do."})),
    },
    "21-system-message-as": {"lost": sends(chat(asking("Read a.py")))},
    "22-deferred-tools-are": {
        "offered": sends(chat(tools=[*LOADED, {"type": "function", "function": {"name": "mcp__db__query"}}])),
        "the mark": sends(chat(tools=[*LOADED[:2], {**LOADED[2], "defer_loading": True}])),
        "a tool is lost": sends(chat(tools=LOADED[:2])),
    },
    "22-deferred-tools-kept": {"the mark is lost": edits(b',"defer_loading":true', b"")},
    "22-tool-references": {
        "passed on": sends(
            chat(
                asking("a"),
                calling(call("1")),
                result("1", [{"type": "tool_reference", "tool_name": "mcp__db__query"}]),
            )
        ),
        "lost": sends(chat(asking("a"), calling(call("1")), result("1", ""))),
    },
    "23-without": {
        "a stream": answers(FINE),
        "no usage": answers(whole(whole_message(text("fine"), usage={}))),
        "an error": answers(failed(400)),
    },
    "23-explicitly": {"a stream": answers(FINE), "a stream is asked for": sends(chat())},
    "23-a-stream": {"an empty turn": answers(EMPTY), "nothing": answers(streamed([]))},
    "24-a-bad": TERMINAL,
    "24-no-money": TERMINAL,
    "24-an-unknown": {"401": answers(failed(401)), "served": answers(FINE), "asks": asks(FIRST)},
    "25-": {
        "other words": answers(failed(400, "the prompt exceeds", "invalid_request_error")),
        "another status": answers(failed(500, "prompt is too long: 210113 tokens > 200000 maximum")),
    },
    "26-claude": {
        "the billing block is lost": edits(b"x-anthropic-billing-header", b"x"),
        "the user is lost": edits(b'"metadata":{"user_id":', b'"metadata":{"user":'),
        "the system is a text": edits(b'"system":[', b'"system":"x","old":['),
    },
    "26-reply": {"written again": answers(streamed(said("f", "ine \\ 日本", model=MODEL)))},
    "26-request": {
        "written again": _written_again,
        "one space": edits(b'{ "max_tokens" :', b'{"max_tokens":'),
        "a number": edits(b"1.50e0", b"1.5"),
        "an escape": edits(b"\\u3042", "あ".encode()),
    },
    "27-the": {"the call goes on": hangs_on},
    "27-what": {
        "whole": shows({"complete": True, "cost_usd": "0.01"}),
        "free": shows({"complete": False, "cost_usd": "0"}),
        "no receipt": shows(),
    },
}
EVERYWHERE: Mapping[str, Change] = {
    "nobody is asked, and an empty reply": lambda played: asks()(answers(EMPTY)(shows()(played))),
    "an error that nobody caused": lambda played: asks()(answers(failed(500))(shows()(played))),
}


def faults_of(case: Case) -> Mapping[str, Change]:
    """Return the faults that are for a case: those of the longest fitting key, and those for every case."""
    keys = sorted((key for key in FAULTS if case.name.startswith(key)), key=len)
    return {**(FAULTS[keys[-1]] if keys else {}), **EVERYWHERE}
