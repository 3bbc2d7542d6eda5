"""A workflow is read as GitHub reads it, whatever YAML 1.1 makes of ``on``."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.checks import parse
from gha_router.checks.workflow import facts_of
from gha_router.checks.workspace import Unreadable
from gha_router.errors import ConfigError
from tests.unit.checks.world import HERE, STEADY, World

TEXT = """\
name: CI
on:
  push: {branches: [main]}
  pull_request:
jobs:
  test:
    steps:
      - uses: actions/checkout@v4
      - run: make test
  deploy:
    uses: org/flows/.github/workflows/deploy.yml@main
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.write("ci.yml", TEXT)
    return world


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"triggers": ["pull_request", "push"]},
        {"jobs": ["deploy", "test"]},
        {"steps": 2},
        {"steps": {"test": 2, "deploy": 0}},
        {"uses": "actions/checkout"},
        {"uses": ["actions/checkout@v4", "org/flows/.github/workflows/deploy.yml"]},
    ],
)
def test_these_facts_hold(world: World, facts: dict[str, Any]) -> None:
    result = world.check({"workflow": {"file": "ci.yml", **facts}})
    assert result.passed
    assert result.found == "triggers push, pull_request; jobs test, deploy; 2 steps"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"triggers": "push"}, "triggers push, pull_request"),
        ({"jobs": ["test"]}, "jobs test, deploy"),
        ({"steps": 3}, "2 steps"),
        ({"steps": {"tst": 2}}, "no job tst (did you mean `test`?)"),
        ({"uses": "actions/checkout@v5"}, "not actions/checkout@v5"),
        ({"uses": "actions/check"}, "not actions/check"),
    ],
)
def test_a_fact_that_does_not_hold_shows_what_stands_there(world: World, facts: dict[str, Any], words: str) -> None:
    result = world.check({"workflow": {"file": "ci.yml", **facts}})
    assert not result.passed
    assert words in result.found


@pytest.mark.parametrize(
    ("on", "triggers"),
    [
        ("on: push", ("push",)),
        ("on: [push, schedule]", ("push", "schedule")),
        ('"on": {push: }', ("push",)),
        ("ON: push", None),
        ("'true': push", None),
        ("1: push", None),
        ("on: ", None),
        ("on: 3", None),
    ],
)
def test_triggers_are_read_in_each_form(world: World, on: str, triggers: tuple[str, ...] | None) -> None:
    world.write("ci.yml", f"{on}\njobs: {{a: {{}}}}\n")
    result = world.check({"workflow": {"file": "ci.yml", **({"triggers": [*triggers]} if triggers else {})}})
    # YAML 1.1 reads ON as true as well, and GitHub would not.
    assert result.passed is (triggers is not None or on == "ON: push")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "no workflow: [] in place of a mapping"),
        ("on: push", "without `jobs`"),
        ("on: push\njobs: {a: 1}", 'the job "a" is 1'),
        ("on: [", "not valid YAML: line 1"),
        ("", "nothing (empty file)"),
        ("[" * 5000, "nested too deeply"),
    ],
)
def test_what_is_no_workflow(world: World, text: str, words: str) -> None:
    world.write("ci.yml", text)
    assert words in world.check({"workflow": "ci.yml"}).found


@pytest.mark.parametrize("steps", ["2", {"a": "2"}, {"a": -1}, {}, {1: 2}, True, -1])
def test_steps_are_numbers(steps: Any) -> None:
    with pytest.raises(ConfigError, match="steps"):
        parse({"workflow": {"file": "a", "steps": steps}}, HERE)


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["on", True, "jobs", "steps", "uses", "a", 1, None]), inner, max_size=4)
    ),
)


@STEADY
@given(ANY)
def test_any_data_is_a_workflow_or_none(data: Any) -> None:
    try:
        facts = facts_of(data)
    except Unreadable as obstacle:
        assert str(obstacle).startswith("no workflow")  # noqa: PT017 - either way is right
    else:
        assert all(isinstance(name, str) for name in (*facts.triggers, *facts.jobs, *facts.uses))
