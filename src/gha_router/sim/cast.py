"""From a request to a reply: which script, which personality, and what it does next."""

from collections.abc import Sequence
from dataclasses import dataclass

from gha_router.sim.conversation import Conversation
from gha_router.sim.personalities import PERSONALITIES
from gha_router.sim.personality import Personality, Scene
from gha_router.sim.reply import Reply, say
from gha_router.sim.script import Script
from gha_router.sim.skills import improvise

PREFIX = "sim/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """All scripts that the simulated models know."""

    scripts: Sequence[Script]

    def reply(self, personality: Personality, conversation: Conversation) -> Reply:
        """Return what this model answers. Without a script it says so, unless it needs none."""
        if personality.unscripted is not None:
            return personality.unscripted(conversation)
        script = self.script_for(conversation.prompt)
        if script is None:
            return say("sim: no script for this prompt, so nothing was done.")
        return personality.answer(Scene(script=script, conversation=conversation))

    def script_for(self, prompt: str) -> Script | None:
        """Return the script whose prompt stands in ``prompt`` (the longest; white space does not count)."""
        asked = squeeze(prompt)
        known = [script for script in self.scripts if squeeze(script.prompt) in asked]
        return max(known, key=lambda script: len(squeeze(script.prompt)), default=None) or improvise(prompt)


def personality_of(model: str) -> Personality | None:
    """Return the personality named ``model``; ``sim/`` may be missing (it may be a provider's name)."""
    return PERSONALITIES.get(f"{PREFIX}{model.removeprefix(PREFIX)}")


def squeeze(text: str) -> str:
    """Return ``text`` with every run of white space as one blank."""
    return " ".join(text.split())
