"""The grammar of ``${NAME}``."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.config import referenced_variables
from gha_router.variables import escape, is_well_formed, substitute, variables_in

names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True).filter(str.isascii)
bits = st.text(alphabet="${}aA_1 \n#'", max_size=12)


@given(bits | st.text())
def test_an_escaped_text_comes_back_as_it_was(text: str) -> None:
    assert is_well_formed(escape(text))
    assert variables_in(escape(text)) == ()
    assert substitute(escape(text), {}) == text


@given(st.lists(st.tuples(bits.filter(lambda text: not text.endswith("$")), names)), st.dictionaries(names, bits), bits)
def test_values_stand_where_their_variables_stood(parts: list[tuple[str, str]], env: dict[str, str], end: str) -> None:
    known = {name: env.get(name, "value") for _, name in parts}
    text = "".join(f"{escape(before)}${{{name}}}" for before, name in parts) + escape(end)
    assert variables_in(text) == tuple(name for _, name in parts)
    assert substitute(text, known) == "".join(f"{before}{known[name]}" for before, name in parts) + end


@pytest.mark.parametrize(
    "text", ["${", "${}", "${1A}", "${A", "${A-B}", "${A:-x}", "${{ secrets.A }}", "${ A }", "$${A} ${É}"]
)
def test_what_begins_no_variable_is_malformed(text: str) -> None:
    assert not is_well_formed(text)


def test_a_variable_that_is_not_there_is_no_empty_text() -> None:
    with pytest.raises(KeyError, match="A"):
        substitute("${A}", {})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: ${A}\nb: ['x${B}${C}', $${D}, $E]", {"A", "B", "C"}),
        ("{{{ [broken ${A} \t: ${B}", {"A", "B"}),
        ('key: "\\x24{HIDDEN}"', {"HIDDEN"}),
        ('key: "${LA\\\n  ST}"', {"LAST"}),
        ('bad: "\\UFFFFFFFF" ${A}', {"A"}),
        ("# ${IN_A_COMMENT}", {"IN_A_COMMENT"}),
        ("", set()),
    ],
)
def test_referenced_variables_are_found_in_whole_and_in_broken_files(text: str, found: set[str]) -> None:
    assert referenced_variables(text) == found


@given(st.text() | bits)
def test_looking_for_variables_never_fails(text: str) -> None:
    assert referenced_variables(text) >= set(variables_in(text))
