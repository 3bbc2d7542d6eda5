"""The simulated Responses API, held against the types of OpenAI's own SDK."""

import json
from typing import Any

import pytest
from bench.traps.case import Reply as Scripted
from bench.traps.retold import RETOLD
from bench.traps.wire import Dialect
from hypothesis import HealthCheck, given, settings
from openai.types.responses import Response, ResponseStreamEvent, response_create_params
from pydantic import TypeAdapter

from gha_router.sim.refusal import Refusal
from gha_router.sim.reply import Reply, Text, ToolUse
from gha_router.sim.responses_api.check import PARAMETERS, check
from gha_router.sim.responses_api.request import read_conversation
from gha_router.sim.responses_api.wire import ENCRYPTED, encode, events, response
from tests.unit.sim.test_anthropic_wire import replies

EVENT: TypeAdapter[Any] = TypeAdapter(ResponseStreamEvent)
ASK: dict[str, Any] = {
    "model": "sim/honest",
    "input": "Hello",
    "include": [ENCRYPTED],
    "reasoning": {"summary": "auto"},
}


def told(stream: bytes) -> list[dict[str, Any]]:
    lines = [line for line in stream.splitlines() if line.startswith(b"data: ")]
    return [json.loads(line[6:]) for line in lines]


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(replies)
def test_what_it_says_is_of_the_published_format(reply: Reply) -> None:
    whole = response(reply, ASK, 1)
    Response.model_validate(whole, strict=True)
    sent = told(b"".join(encode(number, event) for number, event in enumerate(events(whole))))
    for number, event in enumerate(sent):
        EVENT.validate_python(event)
        assert event["sequence_number"] == number
    assert sent[-1]["response"] == whole


SCRIPTS = [
    reply
    for case in RETOLD
    if case.dialect is Dialect.RESPONSES
    for exchange in case.exchanges
    for reply in exchange.script.values()
]


def test_the_trap_suites_responses_are_of_the_published_format() -> None:
    known = {kind.model_fields["type"].annotation for kind in ResponseStreamEvent.__args__[0].__args__}  # type: ignore[attr-defined]
    names = {name for kind in known for name in getattr(kind, "__args__", ())}
    seen = 0
    for script in SCRIPTS:
        for event in told(_streamed(script)):
            assert event["type"] in names
            EVENT.validate_python(event)
            seen += 1
    assert seen > 100


def _streamed(script: Scripted) -> bytes:
    return b"".join(part for part in script.chunks or () if isinstance(part, bytes))


def test_it_knows_the_fields_that_the_sdk_knows() -> None:
    known = set(response_create_params.ResponseCreateParamsBase.__annotations__) | {"stream"}
    assert known == PARAMETERS


CALL = {"type": "function_call", "call_id": "call_1", "name": "Read", "arguments": "{}"}
OUTPUT = {"type": "function_call_output", "call_id": "call_1", "output": "1"}
USER = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "x"}]}


def own_thought() -> dict[str, Any]:
    return dict(response(Reply(blocks=(Text(text="a"),)), ASK, 1)["output"][0])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"messages": []}, "Unknown parameter: 'messages'"),
        ({"max_output_tokens": 1}, "Expected a value >= 16"),
        ({"input": [USER | {"cache_control": {}}]}, "Unknown parameter: 'input\\[0\\].cache_control'"),
        ({"input": [USER | {"content": [{"type": "text", "text": "x"}]}]}, "Supported values are: 'input_file'"),
        ({"input": [USER, CALL]}, "No tool output found for function call call_1"),
        ({"input": [USER, OUTPUT]}, "No tool call found for function call output"),
        ({"input": [USER, own_thought()]}, "without its required following item"),
        ({"input": [own_thought() | {"encrypted_content": "x"}, CALL, OUTPUT]}, "could not be verified"),
        ({"tools": [{"type": "function", "function": {"name": "Read"}}]}, "Unknown parameter: 'tools\\[0\\].function'"),
    ],
)
def test_what_the_api_refuses_is_refused(body: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal, match=words):
        check({"model": "sim/honest", "input": [USER], **body})


def test_a_conversation_is_read() -> None:
    body = {
        "model": "sim/honest",
        "input": [USER, own_thought(), CALL, OUTPUT],
        "instructions": "Working directory: /w",
    }
    check(body)
    read = read_conversation(body)
    assert (read.prompt, read.cwd, [one.output for one in read.results]) == ("x", "/w", ["1"])


def test_a_call_is_an_item() -> None:
    [_, item] = response(Reply(blocks=(ToolUse(name="Read", input={"a": 1}),)), ASK, 1)["output"]
    assert (item["type"], item["name"], item["arguments"]) == ("function_call", "Read", '{"a":1}')
