"""A structured answer with the real Claude Code CLI: the schema goes in, the answer and the prose come out."""

import asyncio
import os
from typing import Any

import pytest

from gha_router.agent.job import AgentJob, AgentRun
from gha_router.agent.runner import run_agent
from gha_router.agent.sandbox import sandbox
from gha_router.records import AgentEnd
from gha_router.sim import Simulation

SCHEMA = {
    "type": "object",
    "properties": {"n": {"type": "integer"}},
    "required": ["n"],
    "additionalProperties": False,
}


def answer(prompt: str, *, model: str = "sim/honest", schema: Any = SCHEMA) -> AgentRun:
    async def run() -> AgentRun:
        async with Simulation((), speed=0) as simulation:
            with sandbox() as box:
                box.work.mkdir()
                if box.identity.owner:
                    os.chown(box.work, *box.identity.owner)
                job = AgentJob(
                    prompt=prompt,
                    model=model,
                    gateway_url=simulation.url,
                    key="any",
                    time_limit_s=60,
                    turn_limit=10,
                    json_schema=schema,
                )
                return await run_agent(job, box, environ=os.environ, interrupt=asyncio.Event())

    return asyncio.run(run())


def test_the_answer_and_the_prose_stand_apart() -> None:
    run = answer('Answer {"n": 3}')
    assert (run.end, run.structured) == (AgentEnd.COMPLETED, {"n": 3})
    assert run.final_message == 'My answer is {"n": 3}\n\nDone.'
    assert run.tool_calls == ()


def test_without_a_schema_nothing_is_asked() -> None:
    run = answer('Answer {"n": 3}', schema=None)
    assert (run.end, run.structured, run.final_message) == (AgentEnd.COMPLETED, None, 'My answer is {"n": 3}\n\nDone.')


@pytest.mark.parametrize("model", ["sim/honest", "sim/lazy"])
def test_an_answer_that_does_not_fit_or_never_comes_is_none_and_the_work_stands(model: str) -> None:
    run = answer('Answer {"n": "three"}', model=model)
    assert (run.end, run.structured) == (AgentEnd.COMPLETED, None)
    assert run.final_message
