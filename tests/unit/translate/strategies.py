"""Requests and replies as they might be, and as they should not be."""

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from gha_router.records import Json

# The same examples on every machine, however busy it is.
STEADY = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
nonsense: st.SearchStrategy[Any] = st.sampled_from([None, True, -1, 2.5, "x", [], [None], {}, {"a": 1}, [[{}]], 10**30])
said = st.sampled_from(["", " ", "hello", "日本"]) | st.text(max_size=5)
ids = st.sampled_from(["a", "b", "c", "", "x" * 60])
names = st.sampled_from(["Read", "Bash", "mcp__a.b__c", "n" * 90, "", "DeferredToolPlaceholder"])


def block(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    """A block with these fields; now and then one is missing, or nonsense."""
    right = st.fixed_dictionaries(dict(fields.items()))
    wrong = st.fixed_dictionaries({}, optional={name: value | nonsense for name, value in fields.items()})
    return st.integers(0, 9).flatmap(lambda choice: wrong if choice == 9 else right)


kinds = st.sampled_from
source = block(
    type=kinds(["base64", "url", "text", "content", "file"]), data=said, url=said, media_type=said, content=said
)
simple = st.one_of(
    block(type=st.just("text"), text=said),
    block(type=kinds(["image", "document"]), source=source, title=said),
    block(type=st.just("tool_reference"), tool_name=names),
    block(type=kinds(["thinking", "redacted_thinking", "search_result", "compaction", "unheard_of"]), content=said),
)
blocks = st.one_of(
    simple,
    block(type=st.just("tool_use"), id=ids, name=names, input=st.dictionaries(said, junk, max_size=2)),
    block(
        type=st.just("tool_result"),
        tool_use_id=ids,
        content=said | st.lists(simple, max_size=3),
        is_error=st.booleans(),
    ),
    block(type=kinds(["tool_addition", "tool_removal"]), tool=block(name=names)),
)
turns = block(role=kinds(["user", "assistant", "system"]), content=said | st.lists(blocks, max_size=4))
tools = block(
    name=names,
    description=said,
    type=kinds(["custom", "custom", "custom", "custom", "advisor_1", "web_search_20250305"]),
    input_schema=block(
        type=kinds(["object", ["object", "null"]]),
        properties=st.dictionaries(said, junk, max_size=2),
        required=nonsense,
    ),
    defer_loading=st.booleans(),
    strict=st.booleans(),
)
requests = block(
    messages=st.lists(turns, max_size=8),
    system=said | st.lists(block(type=st.just("text"), text=said), max_size=2),
    max_tokens=st.integers(-1, 10**6),
    stream=st.booleans(),
    tools=st.lists(tools, max_size=3),
    tool_choice=block(type=kinds(["auto", "any", "tool", "none"]), name=names, disable_parallel_tool_use=st.booleans()),
    thinking=block(type=kinds(["enabled", "disabled", "adaptive"]), budget_tokens=st.integers()),
    output_config=block(effort=kinds(["low", "max"]), format=block(type=st.just("json_schema"), schema=junk)),
    stop_sequences=st.lists(said, max_size=6),
    temperature=st.floats(0, 1),
    metadata=junk,
    context_management=junk,
)

deltas = block(
    content=said,
    reasoning=said,
    refusal=said,
    tool_calls=st.lists(
        block(
            index=st.integers(0, 2),
            id=ids,
            function=block(name=names, arguments=said | kinds(['{"a":', "1}", "{}"])),
        )
    ),
)
choices = block(delta=deltas, finish_reason=kinds(["stop", "length", "error", "tool_calls"]), stop_reason=said)
chunks = block(id=said, choices=st.lists(choices, max_size=2), usage=block(prompt_tokens=st.integers()), error=nonsense)
replies = block(id=said, choices=st.lists(block(message=deltas, finish_reason=said), max_size=2), usage=nonsense)
