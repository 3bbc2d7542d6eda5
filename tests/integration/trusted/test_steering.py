"""Which paths steer, in all their spellings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.github.steering import ANYWHERE, is_protected, root_of, shown, steers

HIDDEN = st.sampled_from(["", "\u200d", "\u2060", "\ufeff", "\u00ad"])


@st.composite
def spellings(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from(sorted(ANYWHERE)))
    mixed = "".join(draw(st.sampled_from([char, char.upper()])) + draw(HIDDEN) for char in name)
    return mixed + draw(st.sampled_from(["", ".", " ", " . ", "::$DATA"]))


@given(spellings(), st.sampled_from(["", "a/", "a/b/c/"]), st.sampled_from(["", "/x", "/x/y"]))
def test_every_spelling_steers_at_any_depth(name: str, above: str, below: str) -> None:
    assert root_of(above + name + below) == above + name


@given(st.text())
def test_any_text_is_judged_and_shown_on_one_line(path: str) -> None:
    assert steers(path) in {True, False}
    assert shown(path).isprintable()


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        (".github/gha-router.yml", True),
        (".GitHub/GHA-router.YML", True),
        ("tasks/a/task.yml", True),
        ("Tasks/a", True),
        ("tasks", True),
        (".github/workflows/ci.yml", False),
        ("tasks-old/a", False),
        ("a/tasks/b", False),
        ("README.md", False),
    ],
)
def test_the_configuration_and_what_it_names_is_protected(path: str, is_one: bool) -> None:  # noqa: FBT001 - a case
    assert is_protected(path, also=("./tasks/",)) is is_one
