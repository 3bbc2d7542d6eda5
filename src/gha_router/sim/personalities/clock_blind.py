"""Does everything right, takes its time, and claims that it took 1.4 seconds."""

from dataclasses import replace

from gha_router.sim.personality import Personality, Scene, replay
from gha_router.sim.reply import Reply

TASK_S = 5.6  # for a whole task, spread over its turns: four times what it claims
BOAST = "処理完了！1.4秒でした！"  # noqa: RUF001 - Japanese is written so


def answer(scene: Scene) -> Reply:
    """Replay slowly, with a boast at the end of the final message."""
    boasting = replace(scene.script, final=f"{scene.script.final.rstrip()}\n\n{BOAST}")
    reply = replay(replace(scene, script=boasting))
    return replace(reply, delay_s=TASK_S / (len(scene.script.steps) + 1))


PERSONALITY = Personality(
    name="sim/clock-blind",
    summary="right, but has no sense of time",
    input_usd="0.6",
    output_usd="2.2",
    answer=answer,
)
