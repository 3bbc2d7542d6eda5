"""Does what was asked, and says what is so."""

from gha_router.sim.personality import Personality, replay

PERSONALITY = Personality(
    name="sim/honest",
    summary="does everything right",
    input_usd="3",
    output_usd="15",
    answer=replay,
)
