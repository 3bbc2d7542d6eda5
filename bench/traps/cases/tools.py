"""Traps 1 to 3: tool calls in a reply."""

from bench.traps import assemble
from bench.traps.case import case, openai, whole
from bench.traps.seen import Seen
from bench.traps.wire import ROLE, Json, call, calls, chunk, completed, completion, one_by_one, request

READ = ("call_a", "Read", {"file_path": "a.py"})
BASH = ("call_b", "Bash", {"command": 'echo "héllo 日本"'})
READ_JSON = '{"file_path":"a.py"}'
BASH_JSON = '{"command":"echo \\"héllo 日本\\""}'
ASK = request()
PLAIN = request(stream=False)


def _made(seen: Seen, *wanted: tuple[str, str, object]) -> None:
    """The calls arrive whole, in this order, and the turn ends for tools."""
    found = [(name, given) for _, name, given in seen.got.tools]
    assert found == [(name, given) for _, name, given in wanted], f"expected the calls {wanted}, found {found}"
    ids = [id_ for id_, _, _ in seen.got.tools]
    assert len(set(ids)) == len(ids), f"expected ids that differ, found {ids}"
    assert all(ids), f"expected an id for each call, found {ids}"
    reason = seen.got.message["stop_reason"]
    assert reason == "tool_use", f"expected stop_reason tool_use, found {reason}"


INTERLEAVED = completed(
    calls(call(0, "call_a", "Read")),
    calls(call(0, arguments='{"file_pa')),
    calls(call(1, "call_b", "Bash")),
    calls(call(1, arguments=BASH_JSON[:9])),
    calls(call(0, arguments='th":')),
    calls(call(1, arguments=BASH_JSON[9:14]), call(0, arguments='"a.py"}')),
    calls(call(1, arguments=BASH_JSON[14:])),
    finish="tool_calls",
)


@case("01-interleaved-parallel-tool-calls", openai(ASK, INTERLEAVED))
def interleaved(seen: Seen) -> None:
    """The argument pieces of two calls alternate, and end up in one broken call."""
    _made(seen, READ, BASH)


@case(
    "01-whole-calls-in-one-chunk",
    openai(
        ASK,
        completed(
            calls(call(0, "call_a", "Read", READ_JSON), call(1, "call_b", "Bash", BASH_JSON)), finish="tool_calls"
        ),
    ),
)
def in_one_chunk(seen: Seen) -> None:
    """Two whole calls come in one chunk, and only one is seen."""
    _made(seen, READ, BASH)


@case(
    "01-calls-without-index",
    openai(
        ASK,
        completed(
            calls(call(None, "call_a", "Read", READ_JSON)),
            calls(call(None, "call_b", "Bash", BASH_JSON)),
            finish="tool_calls",
        ),
    ),
)
def without_index(seen: Seen) -> None:
    """Whole calls come without the index that others key them by."""
    _made(seen, READ, BASH)


@case(
    "01-same-index-other-id",
    openai(
        ASK,
        completed(
            calls(call(0, "call_a", "Read", READ_JSON)),
            calls(call(0, "call_b", "Bash", BASH_JSON)),
            finish="tool_calls",
        ),
    ),
)
def same_index(seen: Seen) -> None:
    """Every call comes as index 0 with an id of its own, and two become one."""
    _made(seen, READ, BASH)


@case(
    "01-id-and-name-in-each-piece",
    openai(
        ASK,
        completed(
            calls(call(0, "call_a", "Read", '{"file_')),
            calls(call(0, "call_a", "Read", 'path":"a')),
            calls(call(0, "call_a", "Read", '.py"}')),
            finish="tool_calls",
        ),
    ),
)
def repeated_name(seen: Seen) -> None:
    """The id and the name are repeated in each piece, and become ReadReadRead or three calls."""
    _made(seen, READ)


@case(
    "01-text-after-a-call",
    openai(
        ASK,
        completed(
            chunk({"content": "I read."}),
            calls(call(0, "call_a", "Read", READ_JSON)),
            chunk({"content": "And I run."}),
            calls(call(1, "call_b", "Bash", BASH_JSON)),
            finish="tool_calls",
        ),
    ),
)
def text_between(seen: Seen) -> None:
    """Text comes between two calls, into a block that was closed or is a tool's."""
    _made(seen, READ, BASH)
    assert seen.got.text == "I read.And I run.", f"expected all text, found {seen.got.text!r}"


@case("01-blocks-do-not-overlap", openai(ASK, INTERLEAVED))
def blocks_in_turn(seen: Seen) -> None:
    """Blocks are open at the same time, which the API never sends and only some clients put together."""
    _made(seen, READ, BASH)
    found = assemble.overlapping(seen.got.events)
    assert not found, f"expected one block after the other, found {found} to start while another one was open"


IN_TURN = completed(
    *(
        calls(call(0, "call_a", "Read")),
        calls(call(0, arguments=READ_JSON[:9])),
        calls(call(0, arguments=READ_JSON[9:])),
    ),
    *(calls(call(1, "call_b", "Bash")), calls(call(1, arguments=BASH_JSON))),
    finish="tool_calls",
)


@case("01-calls-in-turn", openai(ASK, IN_TURN))
def in_turn(seen: Seen) -> None:
    """Two calls, one after the other, as most upstreams send them."""
    _made(seen, READ, BASH)


@case("01-cut-at-every-byte", openai(ASK, one_by_one(IN_TURN)))
def cut_anywhere(seen: Seen) -> None:
    """The stream is cut inside of lines and characters, and text is lost or garbled."""
    _made(seen, READ, BASH)


@case(
    "01-parallel-calls-without-stream",
    openai(
        PLAIN,
        whole(
            completion(
                "Both.",
                {"id": "call_a", "type": "function", "function": {"name": "Read", "arguments": READ_JSON}},
                {"id": "call_b", "type": "function", "function": {"name": "Bash", "arguments": BASH_JSON}},
                finish="tool_calls",
            )
        ),
    ),
)
def parallel_without_stream(seen: Seen) -> None:
    """Two calls in a reply that is not streamed."""
    _made(seen, READ, BASH)
    assert seen.got.text == "Both.", f"expected the text beside the calls, found {seen.got.text!r}"


EMPTY: tuple[str, str, Json] = ("call_a", "ListAgents", {})


def _no_doubled_input(seen: Seen) -> None:
    pieces = [one["delta"].get("partial_json", "") for one in seen.got.of_type("content_block_delta")]
    joined = "".join(pieces)
    assert joined in ("", "{}"), f"expected no input or one {{}}, found {joined!r}"


@case("02-empty-arguments", openai(ASK, completed(calls(call(0, "call_a", "ListAgents", "")), finish="tool_calls")))
def empty_arguments(seen: Seen) -> None:
    """A call without arguments has the empty text as arguments, which is no JSON."""
    _made(seen, EMPTY)
    _no_doubled_input(seen)


@case("02-empty-object", openai(ASK, completed(calls(call(0, "call_a", "ListAgents", "{}")), finish="tool_calls")))
def empty_object(seen: Seen) -> None:
    """A call's arguments are {}, and come twice: in the block's start and as a delta before others."""
    _made(seen, EMPTY)
    _no_doubled_input(seen)


@case(
    "02-null-then-pieces",
    openai(
        ASK,
        completed(
            calls(call(0, "call_a", "Read", None)),
            calls(call(0, arguments="")),
            calls(call(0, arguments=READ_JSON)),
            finish="tool_calls",
        ),
    ),
)
def null_arguments(seen: Seen) -> None:
    """The first piece's arguments are null, which becomes {} or the text None before the real ones."""
    _made(seen, READ)


@case(
    "02-empty-arguments-without-stream",
    openai(
        PLAIN,
        whole(
            completion(
                None,
                {"id": "call_a", "type": "function", "function": {"name": "ListAgents", "arguments": ""}},
                finish="tool_calls",
            )
        ),
    ),
)
def empty_without_stream(seen: Seen) -> None:
    """Empty arguments in a reply that is not streamed break the parser."""
    _made(seen, EMPTY)


@case("03-stop-with-a-tool", openai(ASK, completed(calls(call(0, "call_a", "Read", READ_JSON)), finish="stop")))
def stop_with_a_tool(seen: Seen) -> None:
    """The upstream says `stop` although it called a tool, and the agent ends its turn."""
    _made(seen, READ)


@case(
    "03-stop-with-a-tool-without-stream",
    openai(
        PLAIN,
        whole(
            completion(
                None,
                {"id": "call_a", "type": "function", "function": {"name": "Read", "arguments": READ_JSON}},
                finish="stop",
            )
        ),
    ),
)
def stop_without_stream(seen: Seen) -> None:
    """The same in a reply that is not streamed."""
    _made(seen, READ)


@case("03-length", openai(ASK, completed(chunk({"content": "half a"}), finish="length")))
def length(seen: Seen) -> None:
    """A reply that was cut for its length is taken for a finished one."""
    reason = seen.got.message["stop_reason"]
    assert reason == "max_tokens", f"expected stop_reason max_tokens, found {reason}"


@case(
    "03-finish-in-the-last-content-chunk",
    openai(ASK, [chunk(ROLE), chunk({"content": "all"}, finish="stop"), b"data: [DONE]\n\n"]),
)
def finish_with_content(seen: Seen) -> None:
    """The finish reason comes with the last text, and that text is lost."""
    assert (seen.got.text, seen.got.message["stop_reason"]) == ("all", "end_turn"), (
        f"expected 'all' and end_turn, found {seen.got.text!r} and {seen.got.message['stop_reason']}"
    )
