"""Claims as JSON: the schema by which an agent is asked for them, and a strict reading of what it answers.

The answer comes from the agent and is nobody's friend: each entry is read for itself, and what does not fit is left out
and said. ``{"claims": [{"kind": "count", "value": 354, "unit": "lines", "subject": "README.md"}]}``
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gha_router.claims import units
from gha_router.claims.expected import UNIT_OF, Value
from gha_router.records import Claim, ClaimKind

FIELD = "claims"
NOT_IN_PROSE = -1  # where a structured claim starts in the message: nowhere

MOST = 100  # claims of one answer
LONGEST = 1_000  # characters of a path or a command
LARGEST = 1e15  # a number that floats still count by ones
SHOWN = 5  # entries that are left out, by name

_SAYS: Mapping[ClaimKind, str] = {
    ClaimKind.DURATION: "seconds that the whole work took, or the part named by `subject`",
    ClaimKind.COUNT: "how many; `unit` is what was counted, `subject` the file it was counted in",
    ClaimKind.FILE_WRITTEN: "path of a file that you created or changed",
    ClaimKind.TESTS_PASSED: "number of tests that you saw pass, or true for all of them",
    ClaimKind.COMMAND_RUN: "a shell command that you ran, as you ran it",
    ClaimKind.COST: "US dollars that this work cost",
    ClaimKind.TOKENS: "tokens that this work used",
    ClaimKind.DONE: "true when the whole work is finished; leave it out otherwise",
}
_NUMBERS = {ClaimKind.DURATION, ClaimKind.COST}
_COUNTS = {ClaimKind.COUNT, ClaimKind.TOKENS, ClaimKind.TESTS_PASSED}
_TEXTS = {ClaimKind.FILE_WRITTEN, ClaimKind.COMMAND_RUN}
_TRUE = {ClaimKind.DONE, ClaimKind.TESTS_PASSED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an answer claims, and what of it could not be read (for people, without the agent's own words)."""

    claims: tuple[Claim, ...] = ()
    problems: tuple[str, ...] = ()


def asking(schema: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
    """Return the JSON schema of an answer with claims: alone, or as one more field of an object's ``schema``."""
    meanings = "; ".join(f"{kind.value}: {_SAYS[kind]}" for kind in ClaimKind)
    claim = {
        "type": "object",
        "properties": {
            "kind": {"type": "string", "enum": [kind.value for kind in ClaimKind], "description": meanings},
            "value": {"type": ["number", "string", "boolean"], "description": "see `kind`; numbers without quotes"},
            "unit": {"type": ["string", "null"], "description": f"of a count: {', '.join(units.UNITS)}, or another"},
            "subject": {"type": ["string", "null"], "description": "the file or the part of the work it speaks of"},
        },
        "required": ["kind", "value"],
        "additionalProperties": False,
    }
    field = {
        "type": "array",
        "maxItems": MOST,
        "items": claim,
        "description": "What you state of your own work, each thing once. It is held against measurements.",
    }
    base: Mapping[str, Any] = schema or {"type": "object", "additionalProperties": False}
    return {
        **base,
        "properties": {**base.get("properties", {}), FIELD: field},
        "required": [*base.get("required", ()), FIELD],
    }


def parted(answer: Any) -> tuple[Any, Any]:
    """Return an answer to ``asking(schema)`` without its claims, and the claims; what is no object has none."""
    if not isinstance(answer, Mapping):
        return answer, None
    rest = {name: value for name, value in answer.items() if name != FIELD}
    return rest or None, answer.get(FIELD)


def read(told: Any) -> Told:
    """Return the claims of an answer's ``claims``. Never raises: an entry that does not fit is a problem."""
    if told is None:
        return Told(problems=("the agent gave no list of claims",))
    if not isinstance(told, list):
        return Told(problems=("the agent's claims are no list",))
    claims: list[Claim] = []
    problems: list[str] = []
    for number, entry in enumerate(told[:MOST], start=1):
        try:
            claim = _claim(entry)
        except _WrongError as wrong:
            problems.append(f"claim {number} was left out: {wrong}")
            continue
        if claim not in claims:
            claims.append(claim)
    if len(told) > MOST:
        problems.append(f"{len(told) - MOST:,} claims after the first {MOST} were left out")
    more = len(problems) - SHOWN
    return Told(claims=tuple(claims), problems=(*problems[:SHOWN], *([f"and {more} more"] if more > 0 else ())))


def merged(prose: Sequence[Claim], told: Sequence[Claim]) -> tuple[Claim, ...]:
    """Return the claims of both, each once: one that the prose makes too stands where the prose has it.

    A subject that only the list names is the prose's as well. What differs is kept twice; see ``disputed``.
    """
    claims, rest = list(prose), []
    for claim in told:
        place = next((place for place, said in enumerate(claims) if _is_same(said, claim)), None)
        if place is None:
            rest.append(claim)
        elif claims[place].subject is None:
            claims[place] = replace(claims[place], subject=claim.subject)
    return (*claims, *rest)


def disputed(claims: Sequence[Claim]) -> Mapping[Claim, Claim]:
    """Return the structured claims that the prose contradicts, each with what the prose says instead."""
    prose = [claim for claim in claims if claim.start != NOT_IN_PROSE]
    return {
        claim: said
        for claim in claims
        if claim.start == NOT_IN_PROSE
        for said in _last(said for said in prose if _is_about_the_same(said, claim) and said.value != claim.value)
    }


class _WrongError(Exception):
    """Why an entry is no claim."""


def _claim(entry: Any) -> Claim:
    if not isinstance(entry, Mapping):
        raise _WrongError("it is no object")
    if set(entry) - {"kind", "value", "unit", "subject"}:
        raise _WrongError("it has a field that no claim has")
    kind = next((kind for kind in ClaimKind if kind.value == entry.get("kind")), None)
    if kind is None:
        raise _WrongError("`kind` is none of the kinds")
    value = _value(kind, entry.get("value"))
    unit = _unit(kind, entry.get("unit"))
    subject = _text("subject", entry["subject"]) if entry.get("subject") is not None else None
    if kind is ClaimKind.FILE_WRITTEN:
        subject = str(value)
    shown = {"kind": kind.value, "value": value, "unit": unit, "subject": subject}
    text = json.dumps({name: part for name, part in shown.items() if part is not None}, ensure_ascii=False)
    return Claim(kind=kind, value=value, unit=unit, subject=subject, text=text, start=NOT_IN_PROSE)


def _value(kind: ClaimKind, value: Any) -> Value:
    """Return a value that this kind can have; a bool is no number, and a number in quotes is none either."""
    if kind in _TRUE and value is True:
        return True
    if kind in _TEXTS:
        return _text("value", value)
    if kind not in _NUMBERS | _COUNTS:
        raise _WrongError(f"`value` of {kind.value} is not true")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _WrongError("`value` is no number")
    if not 0 <= value <= LARGEST or not math.isfinite(value):  # NaN is not between any two numbers
        raise _WrongError("`value` is no number between 0 and 10^15")
    if kind in _COUNTS and value != int(value):
        raise _WrongError("`value` is no whole number")
    return int(value) if kind in _COUNTS else float(value)


def _unit(kind: ClaimKind, unit: Any) -> str | None:
    only = UNIT_OF.get(kind)
    if kind is not ClaimKind.COUNT:
        if unit not in (None, "", only):
            raise _WrongError(f"`unit` of {kind.value} is not {only or 'left out'}")
        return only
    word = _text("unit", unit).lower()
    return units.ENGLISH.get(word, units.JAPANESE.get(word, word))


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _WrongError(f"`{name}` is no text")
    if len(value) > LONGEST or not value.isprintable():
        raise _WrongError(f"`{name}` is longer than {LONGEST:,} characters, or not printable")
    return value.strip()


def _is_same(said: Claim, claim: Claim) -> bool:
    return (
        said.value == claim.value
        and isinstance(said.value, bool) == isinstance(claim.value, bool)
        and _is_about_the_same(said, claim)
    )


def _is_about_the_same(said: Claim, claim: Claim) -> bool:
    """Return whether two claims answer one question; each file written and each command run is a claim of its own."""
    if said.kind is not claim.kind or said.unit != claim.unit:
        return False
    if claim.kind in _TEXTS:
        return said.value == claim.value
    if True in (said.value, claim.value) and said.value is not claim.value:
        return False  # all tests, and how many: both may be so
    return said.subject == claim.subject or (claim.kind is ClaimKind.COUNT and None in (said.subject, claim.subject))


def _last(found: Iterator[Claim]) -> tuple[Claim, ...]:
    return tuple(found)[-1:]
