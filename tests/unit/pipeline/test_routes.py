"""Routes as the gateway and the agent are told of them."""

from pathlib import Path

import pytest

from gha_router.agent.claude import environment
from gha_router.agent.identity import NOBODY_ELSE
from gha_router.agent.job import AgentJob
from gha_router.agent.sandbox import Sandbox
from gha_router.config import TaskType, parse
from gha_router.pipeline.plans import context_of, plan_of
from gha_router.pipeline.setup import INSIDE, gateway_setup, routes_of
from gha_router.routing import resolve

TEXT = """\
models:
  near: {model: ollama/near, context: 200000, price: free}
  wide: {model: ollama/wide, context: 1000000, price: free}
routes: {docs: wide, background: near, long_context: {to: wide, over_tokens: OVER}}
default: near
steps:
  - {id: open, prompt: Update the README, on_fail: {retry: 1}}
  - {id: named, prompt: Update the README, model: near}
"""


def text(over: int = 150_000) -> str:
    return TEXT.replace("OVER", str(over))


@pytest.mark.parametrize(("over", "window"), [(150_000, 1_000_000), (200_000, 1_000_000), (300_000, 200_000)])
def test_an_agent_counts_on_the_window_of_who_takes_over_in_time(over: int, window: int) -> None:
    config = parse(text(over), name="c", env={})
    assert context_of(config, resolve(config)) == window


def test_only_kinds_of_requests_are_handed_to_a_runs_gateway() -> None:
    config = parse(text(), name="c", env={})
    assert routes_of(config, INSIDE).keys() == {"background", "long_context"}
    every = routes_of(config, TaskType)
    assert every.keys() == {"docs", "background", "long_context"}
    assert every["long_context"].over_tokens == 150_000
    setup = gateway_setup(config, {}, routes=every, ledger=Path("l"), sim_url=None)
    assert setup.upstreams.keys() == {"ollama/near", "ollama/wide"}


def test_a_step_that_names_nobody_is_decided_by_its_prompt_also_when_it_is_tried_again() -> None:
    config = parse(text(), name="c", env={})
    plans = [plan_of(config, index, step) for index, step in enumerate(config.steps)]
    assert [[one.model for one in plan.attempts] for plan in plans] == [["wide", "wide"], ["near"]]
    assert [(plan.open, plan.asked) for plan in plans] == [(True, "by its prompt"), (False, "model near")]


@pytest.mark.parametrize(("small", "asked"), [(None, "near"), ("claude-haiku-4-5", "claude-haiku-4-5")])
def test_an_agent_asks_for_the_small_model_where_that_goes_elsewhere(
    small: str | None, asked: str, tmp_path: Path
) -> None:
    job = AgentJob(
        prompt="x", model="near", gateway_url="http://h", key="k", time_limit_s=1, turn_limit=1, small_model=small
    )
    found = environment(job, Sandbox(root=tmp_path, identity=NOBODY_ELSE), {})
    assert found["ANTHROPIC_DEFAULT_HAIKU_MODEL"] == asked
