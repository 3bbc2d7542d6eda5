"""Where an answer is read from: the agent's final message, or a file in the workspace."""

from dataclasses import dataclass, replace
from typing import Self

from gha_router.checks.spec import Params
from gha_router.checks.workspace import Text, read_text
from gha_router.records import Evidence

LONGEST = 1_000_000  # characters, of a text that is searched for more than a fixed string

MESSAGE = "message"  # a file of that name is written as ./message


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The message (``file`` is ``None``), or a path in the workspace."""

    file: str | None

    @classmethod
    def read_from(cls, params: Params, key: str) -> Self:
        """Return the place that ``key`` names; without it, the message."""
        if params.values.get(key, MESSAGE) == MESSAGE:
            return cls(file=None)
        return cls(file=params.path(key))

    def __str__(self) -> str:
        """Return how people call it."""
        return "the message" if self.file is None else self.file

    def read(self, evidence: Evidence) -> Text:
        """Return what stands there. Raises ``Unreadable`` and ``OSError`` for a file."""
        if self.file is None:
            return Text(text=evidence.final_message, source="message")
        return read_text(evidence.workspace, self.file)

    def read_start(self, evidence: Evidence) -> Text:
        """Return the first million characters of what stands there; the note says when that is not all."""
        whole = self.read(evidence)
        if len(whole.text) <= LONGEST:
            return whole
        notes = (whole.note, f"only the first {LONGEST:,} characters were read")
        return replace(whole, text=whole.text[:LONGEST], note="; ".join(filter(None, notes)))
