"""Goes a wrong way that a task names, its Nth mutation: a task is sound only if a check catches it."""

from collections.abc import Callable
from dataclasses import replace

from gha_router.sim.oracle import MOST_MUTATIONS
from gha_router.sim.personality import GAVE_UP, Personality, Scene, replay
from gha_router.sim.reply import Reply, say


def mutant(number: int) -> Personality:
    """Return the model that plays each task's mutation of this number, from 1."""
    return Personality(
        name=f"sim/mutant-{number}",
        summary=f"goes the wrong way that a task's mutation {number} describes",
        input_usd="3",
        output_usd="15",
        answer=_playing(number),
    )


def _playing(number: int) -> Callable[[Scene], Reply]:
    def answer(scene: Scene) -> Reply:
        known = scene.script.mutations
        if number > len(known):
            return say(f"sim: this task has no mutation {number}. {GAVE_UP}")
        return replay(replace(scene, script=known[number - 1].script))

    return answer


PERSONALITIES = tuple(mutant(number) for number in range(1, MOST_MUTATIONS + 1))
