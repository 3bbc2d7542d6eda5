"""Whatever steps need, they run after it, in one order; or a circle is told."""

from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from gha_router.config import Config, before, needs_of, ordered, parse
from gha_router.errors import ConfigError

IDS = ("a", "b", "c", "d", "e")


@st.composite
def steps(draw: st.DrawFn) -> list[dict[str, Any]]:
    ids = draw(st.permutations(IDS))[: draw(st.integers(1, 5))]
    needs = st.none() | st.lists(st.sampled_from(ids), max_size=3, unique=True)
    made = [{"id": name, "prompt": "x", "needs": draw(needs)} for name in ids]
    return [{key: value for key, value in step.items() if value is not None} for step in made]


def config_of(written: list[dict[str, Any]]) -> Config | None:
    try:
        return parse(yaml.safe_dump({"steps": written}), name="c.yml", env={})
    except ConfigError as error:
        assert "steps need each other" in error.what  # noqa: PT017
        return None


@given(steps())
def test_each_step_comes_after_all_that_it_needs_or_a_circle_is_told(written: list[dict[str, Any]]) -> None:
    config = config_of(written)
    if config is None:
        return
    ids = [step.id for step in ordered(config.steps)]
    needs = needs_of(config.steps)
    assert sorted(ids) == sorted(step["id"] for step in written)
    for at, name in enumerate(ids):
        assert before(name, needs) <= set(ids[:at])


@given(steps())
def test_of_those_that_could_run_the_first_in_the_file_does(written: list[dict[str, Any]]) -> None:
    config = config_of(written)
    if config is None:
        return
    needs, done = needs_of(config.steps), set[str]()
    for step in ordered(config.steps):
        ready = [one.id for one in config.steps if one.id not in done and set(needs[one.id]) <= done]
        assert step.id == ready[0]
        done.add(step.id)


def test_without_needs_a_step_needs_the_one_above() -> None:
    config = config_of(
        [{"id": "a", "prompt": "x"}, {"id": "b", "prompt": "x"}, {"id": "c", "prompt": "x", "needs": []}]
    )
    assert config is not None
    assert needs_of(config.steps) == {"a": (), "b": ("a",), "c": ()}
