"""What a command comes to after what was asked before it."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.github.comments.command import Command, Trials
from gha_router.github.comments.grammar import parse
from gha_router.github.comments.history import last_of, whole
from gha_router.github.comments.words import Activity, Words

WORDS = Words(models=("opus", "haiku"), tiers=(0, 2), pipelines=("notes",), suites=("classic",))
BODIES = (
    "/route retry",
    "/route opus",
    "/route haiku budget=1",
    "/route opus fix it",
    "/route tier=2 -- other words",
    "/route -- words alone",
    "/route pipeline=notes",
    "/route",
    "/route experiment models=opus",
)


def command(body: str) -> Command:
    return parse(body, WORDS)


@pytest.mark.parametrize(
    ("before", "body", "expected"),
    [
        ((), "/route retry", None),
        ((), "/route opus", None),
        ((), "/route opus fix it", "/route opus fix it"),
        (("/route opus fix it",), "/route retry", "/route opus fix it"),
        (("/route opus fix it",), "/route haiku", "/route haiku fix it"),
        (("/route opus budget=1 fix it",), "/route haiku", "/route haiku fix it"),
        (("/route opus budget=1 fix it",), "/route retry", "/route opus budget=1 fix it"),
        (("/route opus fix it", "/route haiku"), "/route retry", "/route haiku fix it"),
        (("/route opus fix it", "/route retry"), "/route tier=2", "/route tier=2 fix it"),
        (("/route pipeline=notes",), "/route retry", "/route pipeline=notes"),
        (("/route pipeline=notes",), "/route haiku", None),
        (("/route experiment models=opus",), "/route retry", "/route experiment models=opus"),
        (("/route experiment models=opus",), "/route opus", None),
        (("/route opus fix it",), "/route", "/route"),
    ],
)
def test_a_command_comes_to(before: tuple[str, ...], body: str, expected: str | None) -> None:
    found = whole(command(body), last_of(map(command, before)))
    assert found == (command(expected) if expected else None)


@given(st.lists(st.sampled_from(BODIES)))
def test_what_is_repeated_leaves_nothing_open(bodies: list[str]) -> None:
    last = last_of(map(command, bodies))
    assert last is None or last.activity in {Activity.RUN, Activity.EXPERIMENT}
    assert last is None or whole(last, None) == last
    assert last is None or whole(command("/route retry"), last) == last


@given(st.lists(st.sampled_from(BODIES)))
def test_a_bare_model_changes_who_answers_and_what_it_may_cost_alone(bodies: list[str]) -> None:
    last = last_of(map(command, bodies))
    found = whole(command("/route haiku budget=1"), last)
    if found is None:
        assert last is None or not last.prompt
    else:
        assert last is not None
        assert dataclasses.replace(found, target=last.target, budget_usd=last.budget_usd) == last


def test_an_experiment_is_repeated_as_it_was() -> None:
    last = last_of([command("/route experiment models=opus,haiku epochs=2")])
    assert last is not None
    assert last.trials == Trials(suite="classic", models=("opus", "haiku"), epochs=2)
