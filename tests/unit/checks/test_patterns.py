"""A search with somebody's pattern in somebody else's text ends."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.checks.patterns import LIMIT_S, Backtracks, Watch, mistake_in, search
from tests.unit.checks.world import STEADY


def test_a_search_that_would_not_end_is_given_up() -> None:
    began = time.monotonic()
    with pytest.raises(Backtracks, match="tries too many ways"):
        search("^(a|a)+$", "a" * 60 + "!", limit_s=0.2)
    assert time.monotonic() - began < 5


ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\d", r"\w", r"\s", "^", "$", r"\b", "é", "(?:a|b)", "(a)"])
PATTERNS = st.lists(st.tuples(ATOMS, st.sampled_from(["", "", "*", "+?", "{2}", "?"])), min_size=1, max_size=4).map(
    lambda parts: "".join(atom + ("" if atom in {"^", "$", r"\b"} else many) for atom, many in parts)
)


@STEADY
@given(PATTERNS, st.text(st.sampled_from("abé1 \n_"), max_size=8))
def test_it_finds_what_python_finds(pattern: str, text: str) -> None:
    assert mistake_in(pattern) is None
    found = re.search(pattern, text)
    assert search(pattern, text) == (found.span() if found else None)


@STEADY
@given(st.text(st.sampled_from("ab[]()*+?{}1,|\\^$.-&~#<>P=!:"), max_size=12))
def test_any_text_is_a_pattern_or_a_mistake(text: str) -> None:
    if mistake_in(text) is None:
        search(text, "abba", limit_s=1)


def test_many_searches_take_together_no_longer_than_one_may() -> None:
    watch, began = Watch(), time.monotonic()
    with pytest.raises(Backtracks, match="tries too many ways"):
        all(watch.search("^(a|a)*$", "a" * 22 + "b") is None for _ in range(10_000))
    assert time.monotonic() - began < 3 * LIMIT_S
