"""What holds whatever a client or an upstream sends."""

import json
from collections.abc import Iterator

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.gateway.translate import (
    ChatBytes,
    ChatRequest,
    ChatStream,
    Quirks,
    Untranslatable,
    chat_request,
    message,
    quirks_of,
)
from gha_router.records import Json
from tests.unit.translate.anthropic_stream import read
from tests.unit.translate.chat import BASH, READ, asked, body, call, calls, chunk, received, sse
from tests.unit.translate.strategies import STEADY, chunks, junk, kinds, replies, requests, said

PROVIDERS = ("openai", "openrouter", "ollama", "gemini", "deepseek", "mistral", "groq", "azure", "another")
FIELDS = {
    "model", "messages", "tools", "tool_choice", "parallel_tool_calls", "max_tokens", "max_completion_tokens",
    "temperature", "top_p", "top_k", "stop", "stream", "stream_options", "response_format", "reasoning_effort",
    "thinking",
}  # fmt: skip
MESSAGE_FIELDS = {
    "system": {"role", "content"},
    "user": {"role", "content"},
    "assistant": {"role", "content", "tool_calls", "reasoning_content", "prefix"},
    "tool": {"role", "content", "tool_call_id"},
}


@STEADY
@given(requests, kinds(PROVIDERS), st.none() | st.integers(1, 10**6), st.none() | st.integers(1, 10**6))
def test_any_request_is_a_chat_or_refused_with_words(
    request: Json, provider: str, max_output: int | None, context: int | None
) -> None:
    before = repr(request)
    try:
        made = chat_request(request, model="gpt-5", quirks=quirks_of(provider), max_output=max_output, context=context)
    except Untranslatable as refusal:
        assert str(refusal)  # noqa: PT017 - either is right
    else:
        check_chat(made, quirks_of(provider))
        made.encode()
    assert repr(request) == before


@STEADY
@given(junk)
def test_nonsense_is_refused_or_a_chat(request: object) -> None:
    fields = request if isinstance(request, dict) else {"messages": request}
    try:
        check_chat(asked(fields), Quirks())
    except Untranslatable as refusal:
        assert str(refusal)  # noqa: PT017 - either is right


def test_a_request_that_is_nested_without_end_is_refused() -> None:
    deep: object = "x"
    for _ in range(5000):
        deep = {"properties": {"a": deep}}
    with pytest.raises(Untranslatable, match="nested"):
        asked(body(tools=[{**READ, "input_schema": deep}]), quirks_of("gemini"))


def check_chat(request: ChatRequest, quirks: Quirks) -> None:
    """Assert what every upstream wants of a chat."""
    chat = request.body
    assert chat.keys() <= FIELDS
    assert ("stream_options" in chat) <= ("stream" in chat)
    assert ("tool_choice" in chat or "parallel_tool_calls" in chat) <= ("tools" in chat)
    assert request.input_tokens > 0
    unanswered: set[str] = set()
    before = ""
    assert any(turn["role"] != "system" for turn in chat["messages"])
    for turn in chat["messages"]:
        role = turn["role"]
        assert turn.keys() <= MESSAGE_FIELDS[role]
        assert turn["content"] or turn.get("tool_calls")
        if role == "tool":
            assert isinstance(turn["content"], str)
            unanswered.remove(turn["tool_call_id"])
        else:
            assert not unanswered
            assert not (role == before == "user")
            assert not (role == before == "assistant")
            assert not (quirks.no_user_after_tool and before == "tool" and role != "assistant")
        for made in turn.get("tool_calls", []):
            assert made["id"] not in unanswered
            assert 0 < len(made["id"]) <= 40
            assert isinstance(json.loads(made["function"]["arguments"]), dict)
            check_name(made["function"]["name"])
            unanswered.add(made["id"])
        before = role
    assert not unanswered
    offered = [tool["function"] for tool in chat.get("tools", [])]
    assert len({function["name"] for function in offered}) == len(offered)
    for function in offered:
        check_name(function["name"])
        assert function["name"] != "DeferredToolPlaceholder"
        assert function["parameters"]["type"] == "object"
        assert isinstance(function["parameters"]["properties"], dict)


def check_name(name: str) -> None:
    assert 0 < len(name) <= 64
    assert name.replace("_", "").replace("-", "").encode().isalnum()


arguments = st.dictionaries(st.text(max_size=6), junk, max_size=3)
wanted = st.lists(st.tuples(kinds(["Read", "Bash"]), arguments), min_size=1, max_size=4)
STYLES = ("interleaved", "in order", "repeats id and name", "no index", "all index 0", "late id")


@st.composite
def streams(draw: st.DrawFn) -> tuple[list[tuple[str, Json]], list[Json]]:
    """The calls that an upstream makes, and the chunks in which it tells them in its own way."""
    made = draw(wanted)
    style = draw(kinds(STYLES))
    pieces = [_pieces(orjson.dumps(given).decode(), draw(st.integers(1, 9))) for _, given in made]
    if style == "all index 0":
        pieces = [["".join(fragments)] for fragments in pieces]
    told = [
        list(_told(style, number, name, parts))
        for number, ((name, _), parts) in enumerate(zip(made, pieces, strict=True))
    ]
    if style == "interleaved":
        order = [told[number].pop(0) for number in range(len(told))]  # calls begin in their order
        while rest := [deltas for deltas in told if deltas]:
            order.append(draw(kinds(rest)).pop(0))
    else:
        order = [delta for deltas in told for delta in deltas]
    text = [chunk({"content": piece}) for piece in draw(st.lists(said, max_size=3))]
    return made, [*text, *(calls(delta) for delta in order), chunk(finish=draw(kinds(["stop", "tool_calls"])))]


def _pieces(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


def _told(style: str, number: int, name: str, parts: list[str]) -> Iterator[Json]:
    index = None if style == "no index" else 0 if style == "all index 0" else number
    for place, part in enumerate(parts):
        names: Json = {}
        if place == 0 or style == "repeats id and name":
            names = {"name": name}
        if (place == 0) != (style == "late id") or style == "repeats id and name":
            names["id"] = f"c{number}"
        yield call(index, **names, arguments=part)


@STEADY
@given(streams())
def test_every_upstreams_calls_arrive_whole(stream: tuple[list[tuple[str, Json]], list[Json]]) -> None:
    made, chunks = stream
    got = received(*chunks)
    assert [(block["name"], block["input"]) for block in got.calls] == made
    assert got.stop_reason == "tool_use"
    assert got.text.strip() == "".join(piece["choices"][0]["delta"].get("content", "") for piece in chunks).strip()


@STEADY
@given(st.lists(chunks, max_size=10), kinds([[], [chunk(finish="stop")]]))
def test_whatever_an_upstream_streams_is_a_valid_stream_or_an_error(pieces: list[Json], last: list[Json]) -> None:
    request = asked(body(tools=[READ, BASH], stop_sequences=["hello"]))
    reader = ChatBytes(ChatStream(asked="tier1", request=request, input_estimate=7))
    data = sse(*(piece for piece in pieces if _fits(piece)), *last)
    events = reader.feed(data) + reader.finish()
    got = read(events)
    assert (got.error is None) == reader.stream.finished == (reader.stream.failed is None)
    assert reader.stream.opened == bool(got.blocks)


def _fits(value: Json) -> bool:
    try:
        orjson.dumps(value)
    except TypeError:
        return False
    return True


@STEADY
@given(replies)
def test_whatever_an_upstream_answers_is_a_message_or_an_error(reply: Json) -> None:
    request = asked(body(tools=[READ, BASH]))
    try:
        made = message(reply, asked="tier1", request=request)
    except ValueError as broken:
        assert str(broken)  # noqa: PT017 - either is right
    else:
        assert all(block["type"] in ("text", "thinking", "tool_use") for block in made["content"])
        assert made["usage"]["input_tokens"] >= 0
