"""What a task expects its agent to state: ``{kind: count, unit: lines, subject: README.md, equals: 354}``."""

import difflib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from gha_router.claims import units
from gha_router.errors import Position, TaskError
from gha_router.records import Claim, ClaimKind

Value = float | int | str | bool | None

UNIT_OF = {ClaimKind.DURATION: "s", ClaimKind.COST: "USD", ClaimKind.TOKENS: "tokens", ClaimKind.TESTS_PASSED: "tests"}
_NUMBER, _TEXT, _YES = "a number", "a text", "true"
_EQUALS = {
    ClaimKind.DURATION: (_NUMBER,),
    ClaimKind.COUNT: (_NUMBER,),
    ClaimKind.COST: (_NUMBER,),
    ClaimKind.TOKENS: (_NUMBER,),
    ClaimKind.TESTS_PASSED: (_NUMBER, _YES),
    ClaimKind.FILE_WRITTEN: (_TEXT,),
    ClaimKind.COMMAND_RUN: (_TEXT,),
    ClaimKind.DONE: (_YES,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedClaim:
    """A claim that the agent has to make. What is ``None`` is left open."""

    kind: ClaimKind
    unit: str | None = None  # of a count: what is counted
    subject: str | None = None  # the file that it speaks of; of command_run: the command
    text: str | None = None  # of occurrences: what is counted
    equals: Value = None  # the right value, where the task's author knows it

    def is_answered_by(self, claim: Claim, quoted: Sequence[str]) -> bool:
        """Return whether a claim speaks of this; that its value is right is another question.

        ``quoted`` are the strings in quotes beside the claim: occurrences of another text are no answer.
        """
        if claim.kind is not self.kind or (self.unit is not None and claim.unit != self.unit):
            return False
        if self.text is not None and quoted and not any(self.text in other for other in quoted):
            return False
        if self.kind is ClaimKind.COMMAND_RUN:
            return self.subject is None or self.subject in str(claim.value)
        if None in (claim.subject, self.subject) or claim.subject == self.text:
            return True
        return _same_file(str(claim.subject), str(self.subject))


def parse_expected(raw: Any, where: Position) -> ExpectedClaim:
    """Return the expected claim that a task file describes.

    Raises ``TaskError`` at ``where`` for what cannot be meant, with the nearest valid name.
    """
    names = ("kind", "unit", "subject", "text", "equals")
    if not isinstance(raw, dict):
        raise TaskError(
            f"an expected claim is a mapping, not {type(raw).__name__}",
            where=where,
            hint="write it like {kind: count, unit: lines, subject: README.md}",
        )
    for key in raw:
        if key not in names:
            raise TaskError(f"an expected claim has no {key!r}", where=where, hint=_nearest(key, names))
    kind = _kind(raw.get("kind"), where)
    unit = _unit(kind, raw.get("unit"), where)
    text = _string("text", raw.get("text"), where)
    if text is not None and unit != units.OCCURRENCES:
        raise TaskError(
            "`text` says what is counted", where=where, hint=f"set `unit: {units.OCCURRENCES}`, or remove `text`"
        )
    subject = _string("subject", raw.get("subject"), where)
    return ExpectedClaim(
        kind=kind, unit=unit, subject=subject, text=text, equals=_equals(kind, raw.get("equals"), where)
    )


def _kind(raw: Any, where: Position) -> ClaimKind:
    kinds = [kind.value for kind in ClaimKind]
    if raw is None:
        raise TaskError("an expected claim needs a `kind`", where=where, hint=f"one of {', '.join(kinds)}")
    if raw not in kinds:
        raise TaskError(f"{raw!r} is no kind of claim", where=where, hint=_nearest(raw, kinds))
    return ClaimKind(raw)


def _unit(kind: ClaimKind, raw: Any, where: Position) -> str | None:
    only = UNIT_OF.get(kind)
    if kind is not ClaimKind.COUNT:
        if raw not in (None, only):
            raise TaskError(f"a claim of kind {kind} has {f'the unit {only}' if only else 'no unit'}", where=where,
                            hint="remove `unit`")  # fmt: skip
        return only
    if raw is None:
        raise TaskError("a count needs a `unit`", where=where, hint=f"one of {', '.join(units.UNITS)}")
    if raw not in units.UNITS:
        raise TaskError(f"nothing is counted in {raw!r}", where=where, hint=_nearest(raw, units.UNITS))
    return str(raw)


def _equals(kind: ClaimKind, raw: Any, where: Position) -> Value:
    if raw is None:
        return None
    match raw:
        case True:
            given = _YES
        case bool():
            given = "false"
        case int() | float():
            given = _NUMBER
        case str():
            given = _TEXT
        case _:
            given = f"a {type(raw).__name__}"
    if given not in _EQUALS[kind]:
        hint = "remove the quotes around the number" if given == _TEXT and _NUMBER in _EQUALS[kind] else None
        raise TaskError(f"`equals` of a {kind} is {' or '.join(_EQUALS[kind])}, not {given}", where=where, hint=hint)
    value: Value = raw
    return value


def _string(name: str, raw: Any, where: Position) -> str | None:
    if raw is None or (isinstance(raw, str) and raw.strip()):
        return raw
    raise TaskError(
        f"`{name}` is a text that is not empty, not {raw!r}", where=where, hint=f"put the value of `{name}` in quotes"
    )


def _nearest(raw: Any, names: Collection[str]) -> str:
    near = difflib.get_close_matches(str(raw), names, n=1)
    return f"did you mean {near[0]!r}?" if near else f"one of {', '.join(names)}"


def _same_file(one: str, other: str) -> bool:
    """Return whether two ways to write a path can mean the same file: one may be the end of the other."""
    short, long = sorted((PurePosixPath(one).parts, PurePosixPath(other).parts), key=len)
    return not short or long[-len(short) :] == short or (len(short) == 1 and PurePosixPath(long[-1]).stem == short[0])
