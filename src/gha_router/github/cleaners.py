"""One cleaner a kind of input: from the text of a workflow to a value, or to an error that names the input.

A cleaner gets the input's name and its text, stripped and never empty: an empty input is one that was not given.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from gha_router import checks
from gha_router.checks import Check
from gha_router.config import suggest
from gha_router.config.reading import read_document
from gha_router.errors import ConfigError, Position, UsageError

TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
MOST_USD = Decimal(1_000_000)
SHOWN = 60  # characters of a wrong value that an error repeats

E = TypeVar("E", bound=StrEnum)
Cleaner = Callable[[str, str], object]  # an input's name and its text


@dataclass(frozen=True, slots=True, kw_only=True)
class Inline:
    """A document that stands in the workflow itself. Errors call it ``name``."""

    name: str
    text: str


def wrong(name: str, what: str, hint: str) -> UsageError:
    """Return the error for an input, by the name that it has in the workflow."""
    return UsageError(f"input `{name}`: {what}", hint=hint)


def text(_name: str, value: str) -> str:
    """Return the text."""
    return value


def boolean(name: str, value: str) -> bool:
    """Return a truth value in the words of YAML 1.2, as the Actions toolkit's ``getBooleanInput`` reads them."""
    if value not in TRUTH:
        raise wrong(name, f"{_shown(value)} is neither true nor false", f"Write `{name}: true` or `{name}: false`.")
    return TRUTH[value]


def money(name: str, value: str) -> Decimal:
    """Return USD."""
    hint = f"Write USD as digits: `{name}: 2.50`."
    try:
        amount = Decimal(value) if re.fullmatch(r"[0-9]+(\.[0-9]+)?", value, re.ASCII) else None
    except InvalidOperation:  # more digits than a Decimal takes
        amount = None
    if amount is None:
        raise wrong(name, f"{_shown(value)} is no amount of money", hint)
    if amount > MOST_USD:
        raise wrong(name, f"{_shown(value)} is more than {MOST_USD:,} USD", hint)
    return amount


def tier(name: str, value: str) -> int:
    """Return a tier, 0 to 4."""
    if not re.fullmatch("[0-4]", value, re.ASCII):
        hint = "0 is the strongest, 4 the cheapest."
        raise wrong(name, f"{_shown(value)} is no tier: there are 0, 1, 2, 3 and 4", hint)
    return int(value)


def path(name: str, value: str) -> Path:
    """Return a path as it was written: relative to the workspace."""
    if any(char in value for char in "\0\r\n"):
        raise wrong(name, "a path is one line", "Name one file or folder.")
    return Path(value)


def outside(mark: str) -> Callable[[str, str], Path | None]:
    """Return a cleaner for a path outside of the container, which stands behind a mark; without it nothing is known."""

    def clean(name: str, value: str) -> Path | None:
        written = value.removeprefix(mark)
        return path(name, written) if written and written != value else None

    return clean


def document(name: str, value: str) -> Path | Inline:
    """Return a file's path, or a YAML document that was written in its place."""
    is_yaml = "\n" in value or value.startswith("{") or re.match(r"[\w.\"'-]+:(\s|$)", value)
    return Inline(name=f"input `{name}`", text=value) if is_yaml else path(name, value)


def secret(name: str, value: str) -> str:
    """Return a key or a token of one line. The error does not repeat it."""
    if re.search(r"[\s\x00-\x1f\x7f]", value) or not value.isascii():
        raise wrong(
            name,
            "this is no key: it holds a blank, a line break or another character that no key has",
            f"Was something else stored in the secret? `{name}: ${{{{ secrets.{name.upper()} }}}}` passes one on.",
        )
    return value


def names(_name: str, value: str) -> tuple[str, ...]:
    """Return a list that is written with commas or in lines, without doubles."""
    return tuple(dict.fromkeys(part.strip() for part in re.split(r"[,\r\n]", value) if part.strip()))


def lines(_name: str, value: str) -> tuple[str, ...]:
    """Return a list that is written in lines."""
    return tuple(line.strip() for line in value.splitlines() if line.strip())


def one_of(kind: type[E]) -> Callable[[str, str], E]:
    """Return a cleaner for a closed list of words."""

    def clean(name: str, value: str) -> E:
        return _member(kind, name, value)

    return clean


def some_of(kind: type[E]) -> Callable[[str, str], tuple[E, ...]]:
    """Return a cleaner for any of a closed list of words; ``none`` is none of them."""

    def clean(name: str, value: str) -> tuple[E, ...]:
        return () if value == "none" else tuple(_member(kind, name, word, "none") for word in names(name, value))

    return clean


def inline_checks(name: str, value: str) -> tuple[Check, ...]:
    """Return the checks in a YAML list; an error says in which line of the input it is."""
    indented = "".join(f" {line}" for line in value.splitlines(keepends=True))
    here = f"input `{name}`"
    try:
        found = read_document(f"{name}:\n{indented}\n", name=here, typed=lambda _trail: True)
        if isinstance(found.data[name], list):
            return checks.parse_all(found.data[name], lambda number: found.place((name, number)))
    except ConfigError as error:
        raise UsageError(error.what, where=_in_the_input(error.where, here), hint=error.hint) from None
    raise wrong(name, "this is no list", f"Write one:\n  {name}: |\n    - exists: report.md")


def _in_the_input(where: Position | None, name: str) -> Position:
    """Return a place as whoever wrote the input counts: without our line above it and our blank before it."""
    if where is None or where.line is None:
        return Position(name)
    return Position(name, max(1, where.line - 1), max(1, where.column - 1) if where.column else None)


def _member(kind: type[E], name: str, value: str, *alone: str) -> E:
    words: Iterable[str] = [*(member.value for member in kind), *alone]
    if value not in set(kind):
        raise wrong(name, f"there is no {_shown(value)}", suggest(value, words))
    return kind(value)


def _shown(value: str) -> str:
    """Return a value as an error may repeat it: on one line, not long, and nothing that a log would obey."""
    clean = "".join(char if char.isprintable() else "?" for char in value)
    return f"`{clean if len(clean) <= SHOWN else clean[: SHOWN - 1] + '…'}`"
