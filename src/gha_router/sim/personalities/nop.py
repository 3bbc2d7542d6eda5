"""Does nothing and claims nothing: a task is sound only if this one fails it."""

from gha_router.sim.personality import Personality, Scene
from gha_router.sim.reply import Reply, say


def answer(_scene: Scene) -> Reply:
    """End the turn at once."""
    return say("…")


PERSONALITY = Personality(
    name="sim/nop",
    summary="does nothing and claims nothing",
    input_usd="0.15",
    output_usd="0.60",
    answer=answer,
)
