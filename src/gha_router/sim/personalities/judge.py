"""Judges work by one rule: something was changed. It answers in the form that judges are asked for."""

import json
import re

from gha_router.sim.conversation import Conversation
from gha_router.sim.personality import Personality, replay
from gha_router.sim.reply import Reply, say

CHANGES = re.compile(r"^(\w+) what it changed\n(.*?)\n\1 end$", re.MULTILINE | re.DOTALL)
NOTHING = "(nothing)"


def judge(conversation: Conversation) -> Reply:
    """Give 0.9 where the changes hold something, 0.1 where they do not."""
    found = CHANGES.search(conversation.prompt)
    if found is None:
        return say("I was shown no changes, so that I cannot judge.")
    score, reason = (0.1, "Nothing was changed.") if found[2] == NOTHING else (0.9, "Something was changed.")
    return say(json.dumps({"score": score, "reason": reason}))


PERSONALITY = Personality(
    name="sim/judge",
    summary="judges work by whether anything was changed",
    input_usd="1",
    output_usd="5",
    answer=replay,
    unscripted=judge,
)
