"""Any request of Responses, and any stream towards a client of theirs."""

import itertools

import orjson
from hypothesis import given
from hypothesis import strategies as st

from gha_router.gateway.translate import Untranslatable, chat_request, quirks_of
from gha_router.gateway.translate.responses.front_reply import ResponseStream
from gha_router.gateway.translate.responses.front_request import messages_of_responses, pack
from gha_router.records import Json
from tests.unit.translate.responses_reader import read
from tests.unit.translate.strategies import STEADY, block, ids, junk, kinds, names, nonsense, said
from tests.unit.translate.test_front_responses import LOOK, NAMESPACE, PATCH, SHELL, STOP, THOUGHT, asked, ended

parts = block(
    type=kinds(["input_text", "output_text", "refusal", "input_image", "input_file", "unheard_of"]),
    text=said,
    image_url=kinds(["https://example.org/a.png", "data:image/png;base64,AAAA", "x"]),
    file_data=said,
)
items = block(
    type=kinds(
        [
            *("message", "message", "reasoning", "function_call", "function_call_output", "custom_tool_call"),
            *("custom_tool_call_output", "local_shell_call", "local_shell_call_output", "web_search_call", None),
        ]
    ),
    role=kinds(["user", "assistant", "developer", "system"]),
    content=said | st.lists(parts, max_size=3),
    id=ids,
    call_id=ids,
    name=names,
    arguments=said | kinds(['{"a":1}', "{}", "[1]"]),
    input=said,
    action=block(command=st.lists(said, max_size=2)),
    output=said | st.lists(parts, max_size=2),
    encrypted_content=said | st.just(pack(THOUGHT)),
)
tools = block(
    type=kinds(["function", "function", "custom", "local_shell", "namespace"]),
    name=names,
    description=said,
    parameters=junk,
    format=block(syntax=said, definition=said),
    tools=st.lists(st.just(LOOK), max_size=2),
)
requests = block(
    input=said | st.lists(items, max_size=8),
    instructions=said,
    tools=st.lists(tools, max_size=3),
    tool_choice=kinds(["auto", "none", "required"]) | block(type=st.just("function"), name=names),
    parallel_tool_calls=st.booleans(),
    reasoning=block(effort=kinds(["none", "minimal", "low", "xhigh", "x"])),
    text=block(format=block(type=kinds(["text", "json_schema", "json_object"]), schema=junk)),
    max_output_tokens=st.integers(-1, 10**6),
    temperature=st.floats(0, 2),
    stream=st.booleans(),
)


@STEADY
@given(requests)
def test_any_request_becomes_one_that_is_valid_or_is_refused(request: Json) -> None:
    before = orjson.dumps(request, option=orjson.OPT_NON_STR_KEYS) if _dumps(request) else None
    try:
        made, _ = messages_of_responses(request)
    except Untranslatable:
        return
    assert before is None or before == orjson.dumps(request, option=orjson.OPT_NON_STR_KEYS)
    found = made["messages"]
    assert found[0]["role"] == "user"
    assert all(one["role"] != two["role"] for one, two in itertools.pairwise(found))
    assert all(turn["content"] for turn in found)
    for one, two in zip(found, [*found[1:], {"content": []}], strict=True):
        calls = [block["id"] for block in one["content"] if block["type"] == "tool_use"]
        results = [block["tool_use_id"] for block in two["content"] if block["type"] == "tool_result"]
        assert sorted(calls) == sorted(results)
        assert len(set(calls)) == len(calls)
    named = {tool["name"] for tool in made.get("tools", [])}
    choice = made.get("tool_choice", {})
    assert choice.get("name") is None or choice["name"] in named
    chat_request(made, model="m", quirks=quirks_of("openai"), max_output=None, context=None)


def _dumps(value: object) -> bool:
    try:
        return bool(orjson.dumps(value))
    except TypeError:
        return False


events = st.one_of(
    block(type=st.just("message_start"), message=block(id=said, usage=block(input_tokens=st.integers(0, 9)))),
    block(
        type=st.just("content_block_start"),
        index=st.integers(0, 2),
        content_block=block(
            type=kinds(["text", "thinking", "redacted_thinking", "tool_use", "server_tool_use"]),
            id=ids,
            name=kinds(["look", "apply_patch", "local_shell", "agents__spawn", "x", ""]),
            data=said,
        ),
    ),
    block(
        type=st.just("content_block_delta"),
        index=st.integers(0, 2),
        delta=block(text=said, thinking=said, signature=said, partial_json=said | kinds(['{"input":"a"}', "{}"])),
    ),
    block(type=st.just("content_block_stop"), index=st.integers(0, 2)),
    block(type=st.just("ping"), x=nonsense),
    block(type=st.just("message_delta"), delta=block(stop_reason=said), usage=block(output_tokens=st.integers(0, 9))),
)


@STEADY
@given(st.lists(events, max_size=20), st.sampled_from([[], [ended("end_turn"), STOP], [ended("refusal"), STOP]]))
def test_any_stream_is_a_valid_one(found: list[Json], last: list[Json]) -> None:
    request = asked(tools=[LOOK, PATCH, SHELL, NAMESPACE])
    stream = ResponseStream(request, messages_of_responses(request)[1])
    made = [one for event in [*found, *last] for one in stream.feed(event)]
    read([*made, *stream.finish()])
