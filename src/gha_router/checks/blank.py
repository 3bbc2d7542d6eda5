"""The check that there is an answer at all: not_empty."""

import unicodedata
from dataclasses import dataclass
from typing import ClassVar, Self

from gha_router.checks.answer import Place
from gha_router.checks.base import PureCheck, Sight, sight
from gha_router.checks.say import counted, quoted
from gha_router.checks.spec import Params
from gha_router.records import Evidence

_INVISIBLE = frozenset("CZ")  # control, format, surrogate, unassigned; separators
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and symbols that show nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class NotEmpty(PureCheck):
    """Something can be seen in the message or in a file: neither blanks nor characters of no width are an answer."""

    kind: ClassVar = "not_empty"
    summary: ClassVar = "the message or a file says something: not nothing, blanks or invisible characters"
    parameters: ClassVar = {"in": "`message`, or a path in the workspace"}
    example: ClassVar = "not_empty: message"
    short: ClassVar = "in"

    place: Place

    @classmethod
    def read(cls, params: Params) -> Self:
        """Return the check of this place."""
        return cls(**params.common, place=Place.read_from(params, "in"))

    @property
    def expected(self) -> str:
        """The place."""
        return f"{self.place} says something"

    @property
    def where(self) -> str | None:
        """The file, if it is one."""
        return self.place.file

    def look(self, evidence: Evidence) -> Sight:
        """Search for a character that can be seen."""
        read = self.place.read(evidence)
        if next((char for char in read.text if _is_visible(char)), None):
            return sight(holds=True, found=read.remark(quoted(read.text.strip())))
        blanks = counted(len(read.text), "character")
        found = f"nothing that can be seen in {blanks}" if read.text.strip() else f"nothing (empty {read.source})"
        return sight(holds=False, found=read.remark(found))


def _is_visible(char: str) -> bool:
    return unicodedata.category(char)[0] not in _INVISIBLE and char not in _BLANK
