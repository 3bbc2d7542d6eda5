"""Templates: a name is replaced where it has a value, anywhere in a JSON value, and nowhere else."""

from hypothesis import given
from hypothesis import strategies as st

from gha_router.sim.script import fill, references

plain = st.text().filter(lambda text: "${" not in text)
values = st.recursive(
    plain | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner) | st.dictionaries(plain, inner),
)


@given(values)
def test_what_refers_to_nothing_stays_as_it_is(value: object) -> None:
    assert fill(value, {"lines": "354"}) == value
    assert references(value) == set()


@given(plain, plain, plain)
def test_a_reference_is_replaced_wherever_it_stands(before: str, after: str, value: str) -> None:
    template = {"edits": [{"text": f"{before}${{lines}}{after}"}], "limit": 3}
    assert fill(template, {"lines": value}) == {"edits": [{"text": f"{before}{value}{after}"}], "limit": 3}
    assert references(template) == {"lines"}


def test_an_output_is_not_read_as_a_template() -> None:
    assert fill("${a}", {"a": "${b}", "b": "no"}) == "${b}"


def test_a_name_without_a_value_stays() -> None:
    assert fill("echo ${HOME} ${cwd}", {"cwd": "/w"}) == "echo ${HOME} /w"
