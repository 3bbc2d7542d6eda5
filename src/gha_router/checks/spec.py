"""The parameters of one check as somebody wrote them, read strictly."""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import PurePosixPath
from typing import Any, TypedDict

from gha_router.checks.say import value as shown
from gha_router.errors import ConfigError, Position

LARGEST = 10**15  # past it a whole number in a specification is a slip of the hand


class Common(TypedDict):
    """What every check has."""

    name: str
    required: bool
    weight: float
    gate: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """The parameters of a check of this kind. Each reader raises ``ConfigError`` with the parameter and an example."""

    kind: str
    values: Mapping[str, Any]
    common: Common
    example: str
    where: Position

    def wrong(self, what: str) -> ConfigError:
        """Return the error that says ``what`` is wrong here."""
        return ConfigError(f"{self.kind}: {what}", where=self.where, hint=f"for example `{self.example}`")

    def present(self, *keys: str) -> list[str]:
        """Return those of ``keys`` that are given."""
        return [key for key in keys if key in self.values]

    def any_text(self, key: str) -> str:
        """Return a string, which may be empty."""
        if key not in self.values:
            raise self.wrong(f"`{key}` is missing")
        found = self.values[key]
        if not isinstance(found, str):
            raise self.wrong(f"`{key}` must be text, not {shown(found)}; put quotation marks around it")
        return found

    def text(self, key: str) -> str:
        """Return a string with something in it."""
        found = self.any_text(key)
        if not found:
            raise self.wrong(f"`{key}` is empty, so that it says nothing")
        return found

    def maybe_text(self, key: str) -> str | None:
        """Return a string, ``None`` when it is not given."""
        return self.text(key) if key in self.values else None

    def path(self, key: str) -> str:
        """Return a path below the workspace, in its shortest form and with ``/``."""
        found = self.text(key)
        path = PurePosixPath(found)
        if path.is_absolute() or ".." in path.parts:
            raise self.wrong(f"`{key}` must be a path inside the workspace, not {shown(found)}")
        try:
            os.fsencode(found)
        except UnicodeEncodeError:
            raise self.wrong(f"`{key}` cannot be the name of a file: {shown(found)}") from None
        if "\0" in found:
            raise self.wrong(f"`{key}` cannot be the name of a file: {shown(found)}")
        return str(path)

    def maybe_whole(self, key: str) -> int | None:
        """Return a whole number from 0 on, ``None`` when it is not given."""
        found = self.values.get(key)
        if key not in self.values:
            return None
        if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found <= LARGEST:
            raise self.wrong(f"`{key}` must be a whole number from 0 on, not {shown(found)}")
        return found

    def number(self, key: str) -> float | int:
        """Return a finite number."""
        if key not in self.values:
            raise self.wrong(f"`{key}` is missing")
        found = self.values[key]
        if not is_number(found):
            raise self.wrong(f"`{key}` must be a number, not {shown(found)}")
        return found  # type: ignore[no-any-return] # is_number has just looked

    def seconds(self, key: str, *, default: float, largest: float) -> float:
        """Return a duration from 0 to ``largest`` seconds."""
        if key not in self.values:
            return default
        found = self.number(key)
        if not 0 <= found <= largest:
            raise self.wrong(f"`{key}` must be from 0 to {largest:g} seconds, not {found:g}")
        return float(found)


def is_number(thing: Any) -> bool:
    """Return whether this is a number that can be compared: neither true or false, nor infinite, nor huge."""
    if isinstance(thing, bool) or not isinstance(thing, (int, float)):
        return False
    return math.isfinite(thing) if isinstance(thing, float) else abs(thing) <= LARGEST


def nearest(word: object, known: list[str]) -> str:
    """Return advice: the name that was probably meant, or all that there are."""
    close = get_close_matches(word[:60], known, n=1) if isinstance(word, str) else []
    return f"did you mean `{close[0]}`?" if close else f"known are: {', '.join(known)}"
