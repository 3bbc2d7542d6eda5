"""What a model answers, before it becomes bytes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text block."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolUse:
    """A tool call; its id is given when it is sent."""

    name: str
    input: Mapping[str, Any]


Block = Text | ToolUse


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One turn of the model. ``delay_s`` passes before its first byte."""

    blocks: tuple[Block, ...]
    delay_s: float = 0.0

    @property
    def stop_reason(self) -> str:
        """Return why the turn ends, in Anthropic's words."""
        return "tool_use" if any(isinstance(block, ToolUse) for block in self.blocks) else "end_turn"


def say(text: str) -> Reply:
    """Return a turn that is only this text."""
    return Reply(blocks=(Text(text=text),))
