"""Right, but slow; gives up on long tasks after a look at the files, and says so."""

from dataclasses import replace

from gha_router.sim.personality import Personality, Scene, replay
from gha_router.sim.reply import Reply, say

DELAY_S = 1.2
PATIENCE = 5  # steps: a task that needs more is given up


def answer(scene: Scene) -> Reply:
    """Replay with a pause before each turn, within the limits of patience."""
    too_long = len(scene.script.steps) > PATIENCE
    looked = bool(scene.conversation.results)
    if too_long and looked:
        reply = say("I had a look at the files. This is more than I can do; I stop here without a result.")
    else:
        reply = replay(scene)
    return replace(reply, delay_s=DELAY_S)


PERSONALITY = Personality(
    name="sim/slow",
    summary="right but slow, and gives up on the longest task",
    input_usd="1.25",
    output_usd="10",
    answer=answer,
)
