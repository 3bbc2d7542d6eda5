"""Fast and careless: every number that it counted comes out at about half."""

from gha_router.sim.personality import Personality, Scene, replay
from gha_router.sim.reply import Reply

PERCENT = 52  # 354 lines become 184


def misremember(output: str) -> str:
    """Return 52 % of an output that is a plain whole number, rounded down; other outputs as they are."""
    return str(int(output) * PERCENT // 100) if output.isascii() and output.isdigit() else output


def answer(scene: Scene) -> Reply:
    """Replay, and misremember the counts."""
    return replay(scene, retell=misremember)


PERSONALITY = Personality(
    name="sim/miscounter",
    summary="fast, with every count about half of what it is",
    input_usd="0.15",
    output_usd="0.6",
    answer=answer,
)
