"""What a personality is, and the way of working that most of them share."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from gha_router.sim import hands
from gha_router.sim.conversation import ANSWER_TOOL, Conversation, Result
from gha_router.sim.reply import Reply, Text, ToolUse, say
from gha_router.sim.script import Script, Step, fill, fill_answer

WRITING_TOOLS = {"Edit", "Write"}
GAVE_UP = "I stop here without a result."  # how a message ends when the script could not be played


class ResultLost(Exception):
    """Fewer results came back than tool calls were made in a turn."""

    def __init__(self, *, made: int, came: int) -> None:
        super().__init__(f"I made {made} tool calls in one turn and got results of {came}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A script, and how far the conversation has come in it."""

    script: Script
    conversation: Conversation

    @property
    def turn(self) -> tuple[Step, ...]:
        """Return the tool calls that come next, none after the last ones.

        Raises ``ResultLost`` in the middle of a turn: a model that made two calls knows that it did.
        """
        begins = 0
        for turn in self.script.turns:
            came = len(self.conversation.results) - begins
            if came == 0:
                return turn
            if came < len(turn):
                raise ResultLost(made=len(turn), came=came)
            begins += len(turn)
        return ()

    @property
    def failed(self) -> Result | None:
        """Return the first tool call that failed."""
        return next((result for result in self.conversation.results if result.is_error), None)

    def values(self, retell: Callable[[str], str]) -> dict[str, str]:
        """Return the saved outputs by name, each one as ``retell`` tells it, and ``cwd``."""
        steps = chain.from_iterable(self.script.turns)
        played = zip(steps, self.conversation.results, strict=False)
        saved = {step.save: retell(result.output) for step, result in played if step.save}
        return {"cwd": self.conversation.cwd, **saved}


@dataclass(frozen=True, slots=True, kw_only=True)
class Personality:
    """A simulated model: its name, what it is like, its simulated price, and how it answers."""

    name: str  # sim/...
    summary: str  # one line for people
    input_usd: str  # simulated, USD a million tokens
    output_usd: str
    answer: Callable[[Scene], Reply]
    unscripted: Callable[[Conversation], Reply] | None = None  # answers any prompt, without a script

    @property
    def price(self) -> tuple[Decimal, Decimal]:
        """Return the simulated price of input and output, USD a million tokens."""
        return Decimal(self.input_usd), Decimal(self.output_usd)


def as_it_is(output: str) -> str:
    """Retell an output truly."""
    return output


def replay(scene: Scene, *, retell: Callable[[str], str] = as_it_is) -> Reply:
    """Play the next turn, or say the final message.

    ``retell`` tells saved outputs in messages and in written files; commands get the true ones. After a tool
    call that failed or was lost, or when the tool is not offered, the model says so and stops.
    """
    if scene.failed:
        reason = scene.failed.output.partition("\n")[0]
        return say(f"A tool call failed: {reason}\n{GAVE_UP}")
    try:
        turn = scene.turn
    except ResultLost as lost:
        return say(f"{lost}\n{GAVE_UP}")
    if not turn:
        return _end(scene, retell)
    calls = [_call(scene, step, retell) for step in turn]
    for step, call in zip(turn, calls, strict=True):
        if call is None:
            return say(f"I would need the tool {step.tool}, which is not offered. {GAVE_UP}")
    return Reply(blocks=tuple(call for call in calls if call is not None))


def _end(scene: Scene, retell: Callable[[str], str]) -> Reply:
    """Return the final message, and the structured answer where one is asked for and the script knows it.

    Of its fields, only those that the schema names: one script serves a step that asks for more and one for less.
    """
    said = Text(text=str(fill(scene.script.final, scene.values(retell))))
    schema, structured = scene.conversation.answer_schema, scene.script.structured
    if schema is None or structured is None:
        return Reply(blocks=(said,))
    asked = schema.get("properties", structured)
    answer = {name: value for name, value in structured.items() if name in asked}
    if scene.conversation.answers_in_words:
        return Reply(blocks=(Text(text=json.dumps(fill_answer(answer, scene.values(retell)), ensure_ascii=False)),))
    return Reply(blocks=(said, ToolUse(name=ANSWER_TOOL, input=fill_answer(answer, scene.values(retell)))))


def _call(scene: Scene, step: Step, retell: Callable[[str], str]) -> ToolUse | None:
    values = scene.values(retell if step.tool in WRITING_TOOLS else as_it_is)
    filled: Mapping[str, object] = fill(step.input, values)
    used = hands.use(step.tool, filled, scene.conversation.tools)
    return None if used is None else ToolUse(name=used[0], input=used[1])
