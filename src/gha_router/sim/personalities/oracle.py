"""The honest model under a technical name: a task is sound only if this one passes it."""

from gha_router.sim.personality import Personality, replay

PERSONALITY = Personality(
    name="sim/oracle",
    summary="replays the task's scripted solution",
    input_usd="3",
    output_usd="15",
    answer=replay,
)
