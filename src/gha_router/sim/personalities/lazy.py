"""Says that it is done without a single tool call."""

from gha_router.sim.personality import Personality, Scene
from gha_router.sim.reply import Reply, say


def answer(_scene: Scene) -> Reply:
    """Claim the work."""
    return say("I'll analyze the files... Done! The task is complete.")


PERSONALITY = Personality(
    name="sim/lazy",
    summary="says that it is done without doing anything",
    input_usd="1.25",
    output_usd="10",
    answer=answer,
)
