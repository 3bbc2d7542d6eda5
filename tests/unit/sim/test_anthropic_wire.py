"""A stream is the message in pieces, in the API's order, whatever was said."""

from hypothesis import given
from hypothesis import strategies as st

from gha_router.sim.anthropic_api.wire import encode, events, input_tokens, message
from gha_router.sim.reply import Block, Reply, Text, ToolUse
from gha_router.sim.wire import CHUNK, tokens
from tests.unit.sim.scenes import request
from tests.unit.sim.stream import assemble, parse

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
inputs = st.dictionaries(words, st.recursive(words | st.integers() | st.none(), st.lists), max_size=4)
blocks = st.one_of(st.builds(Text, text=words), st.builds(ToolUse, name=st.just("Bash"), input=inputs))
replies = st.builds(Reply, blocks=st.lists(blocks, max_size=4).map(tuple))


def sent(reply: Reply) -> bytes:
    return b"".join(encode(event) for event in events(message(reply, request("Hello"))))


def said(*content: Block) -> Reply:
    return Reply(blocks=content)


@given(replies)
def test_a_stream_put_together_is_the_message(reply: Reply) -> None:
    assert assemble(sent(reply)) == message(reply, request("Hello"))


@given(replies)
def test_a_stream_has_one_ping(reply: Reply) -> None:
    assert [event["type"] for event in parse(sent(reply))].count("ping") == 1


def test_text_comes_in_several_pieces() -> None:
    deltas = [event for event in parse(sent(said(Text(text="a" * 3 * CHUNK)))) if "delta" in event]
    assert len(deltas) == 3 + 1  # and the message's own


def test_a_tool_call_starts_empty_and_its_input_comes_in_several_pieces() -> None:
    call = ToolUse(name="Bash", input={"command": "echo " + "x" * 3 * CHUNK})
    deltas = [event["delta"] for event in parse(sent(said(call))) if event["type"] == "content_block_delta"]
    pieces = [delta["partial_json"] for delta in deltas]
    assert pieces[0] == ""
    assert len(pieces) > 3


def test_a_call_without_arguments_is_an_empty_object() -> None:
    assert assemble(sent(said(ToolUse(name="Bash", input={}))))["content"][0]["input"] == {}


def test_the_turn_ends_for_a_tool_when_one_was_called() -> None:
    call = ToolUse(name="Bash", input={})
    assert message(said(Text(text="Let me look."), call), request("Hi"))["stop_reason"] == "tool_use"
    assert message(said(Text(text="Done.")), request("Hi"))["stop_reason"] == "end_turn"


def test_other_alphabets_go_over_the_wire_as_utf_8() -> None:
    assert "処理完了！".encode() in sent(said(Text(text="処理完了！")))


def test_usage_is_an_estimate_from_bytes_and_never_from_a_cache() -> None:
    body = request("Hello")
    assert message(said(Text(text="あ" * 8)), body)["usage"] == {
        "input_tokens": input_tokens(body),
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "output_tokens": 6,
    }


def test_even_an_empty_text_costs_a_token() -> None:
    assert tokens("") == 1


def test_ids_are_those_of_the_request() -> None:
    reply = said(ToolUse(name="Bash", input={}), ToolUse(name="Bash", input={}))
    first, again = message(reply, request("Hello")), message(reply, request("Hello"))
    other = message(reply, request("Hello", "out"))
    assert first == again
    assert first["id"] != other["id"]
    assert len({block["id"] for block in (*first["content"], *other["content"])}) == 4
