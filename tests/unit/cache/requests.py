"""Requests as clients send them, for hypothesis."""

from typing import Any

from hypothesis import strategies as st

from gha_router.records import Json

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
TEXT = st.fixed_dictionaries({"type": st.just("text"), "text": TEXTS})
USE = st.fixed_dictionaries(
    {"type": st.just("tool_use"), "id": TEXTS, "name": TEXTS, "input": st.dictionaries(TEXTS, VALUES, max_size=3)}
)
RESULT = st.fixed_dictionaries({"type": st.just("tool_result"), "tool_use_id": TEXTS, "content": TEXTS})
THINKING = st.fixed_dictionaries({"type": st.just("thinking"), "thinking": TEXTS, "signature": TEXTS})
SEALED = st.fixed_dictionaries({"type": st.just("redacted_thinking"), "data": TEXTS})
CONTENT = TEXTS | st.lists(TEXT | USE | RESULT, min_size=1, max_size=3)
TURN = st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant"]), "content": CONTENT})
TOOL = st.fixed_dictionaries({"name": TEXTS, "input_schema": st.dictionaries(TEXTS, VALUES, max_size=2)})
REQUESTS: st.SearchStrategy[Json] = st.fixed_dictionaries(
    {"model": TEXTS, "max_tokens": st.integers(1, 64_000), "messages": st.lists(TURN, min_size=1, max_size=3)},
    optional={
        "system": TEXTS | st.lists(TEXT, min_size=1, max_size=3),
        "tools": st.lists(TOOL, max_size=2),
        "temperature": st.floats(0, 1),
        "stop_sequences": st.lists(TEXTS, max_size=2),
        "thinking": st.fixed_dictionaries({"type": st.just("enabled"), "budget_tokens": st.integers(1024, 9999)}),
        "tool_choice": st.fixed_dictionaries({"type": st.sampled_from(["auto", "any"])}),
        "metadata": st.fixed_dictionaries({"user_id": TEXTS}, optional={"team": TEXTS}),
    },
)
USAGE = {"input_tokens": 12, "output_tokens": 7}
REPLIES: st.SearchStrategy[Json] = st.fixed_dictionaries(
    {
        "id": st.just("msg_1"),
        "type": st.just("message"),
        "role": st.just("assistant"),
        "model": st.just("sonnet"),
        "content": st.lists(TEXT | USE | THINKING | SEALED, min_size=1, max_size=4),
        "stop_reason": st.sampled_from(["end_turn", "stop_sequence", "tool_use"]),
        "stop_sequence": st.none() | TEXTS,
        "usage": st.just(USAGE),
    }
)
