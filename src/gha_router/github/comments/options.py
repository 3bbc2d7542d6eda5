"""``name=value`` words: how they are told from a prompt, and what may stand behind them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from gha_router.errors import Position, UsageError
from gha_router.github.comments.words import Words, nearest, plain, shown

USD = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
MOST_USD = Decimal(1_000_000)  # where the configuration has no cap
MOST_EPOCHS = 20
SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_WRITTEN = re.compile(r"-*([A-Za-z_][A-Za-z0-9_-]*)=(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What somebody wrote, and where."""

    text: str
    where: Position


def option(word: str, known: Iterable[str]) -> tuple[str, str] | None:
    """Return name and value of a word that is written as an option; ``None``: it is none.

    One of the ``known`` in full-width letters is an option too, with a name that nobody knows: taken for the
    beginning of a prompt, a cap in it would be lost in silence.
    """
    if _WRITTEN.fullmatch(word):
        name, _, value = word.partition("=")
        return name, value
    match = _WRITTEN.fullmatch(plain(word))
    return (plain(word), "") if match and match[1].lower() in set(known) else None


def unknown(name: str, known: Iterable[str], where: Position) -> UsageError:
    """Return the error for an option that there is not, or that is not in plain letters."""
    if "=" in name:
        what = f"{shown(name)} is written with full-width or invisible characters"
        return UsageError(what, where=where, hint="Write an option in plain letters: `budget=1.50`.")
    hint = nearest(name.lstrip("-"), known)
    return UsageError(f"there is no option {shown(name)}", where=where, hint=f"{hint} A prompt goes behind `--`.")


def budget(given: Given, words: Words) -> Decimal:
    """Return a cap in USD that is at most the configured one. Raises ``UsageError``."""
    if not USD.fullmatch(given.text):
        what = f"{shown(given.text)} is no amount" if given.text else "`budget=` has no amount"
        raise UsageError(what, where=given.where, hint="In USD, with digits and a point: `budget=1.50`.")
    usd, most = Decimal(given.text), MOST_USD if words.cap is None else words.cap
    if usd > most:
        why = (
            "more than any run may cost" if words.cap is None else "over the configured cap, which can only be lowered"
        )
        raise UsageError(f"{shown(given.text)} is {why}", where=given.where, hint=f"At most `budget={most:f}`.")
    return usd


def tier(given: Given, words: Words) -> int:
    """Return a configured tier's number. Raises ``UsageError``."""
    number = int(given.text) if re.fullmatch("[0-9]", given.text) else None
    if number is None or number not in words.tiers:
        defined = ", ".join(f"`tier={one}`" for one in words.tiers)
        hint = f"There are: {defined}." if defined else "The configuration has none."
        raise UsageError(f"there is no tier {shown(given.text)}", where=given.where, hint=hint)
    return number


def named(given: Given, what: str, valid: Iterable[str]) -> str:
    """Return one of some names. Raises ``UsageError``."""
    names = list(valid)
    if given.text not in names:
        hint = nearest(given.text, names)
        raise UsageError(f"there is no {what} {shown(given.text)}", where=given.where, hint=hint)
    return given.text


def models(given: Given, words: Words) -> tuple[str, ...]:
    """Return the models of a list with commas. Raises ``UsageError`` for unknown ones, and for one named twice."""
    names = tuple(given.text.split(","))
    for name in names:
        if not words.has_model(name):
            named(Given(text=name, where=given.where), "model", words.models)
        if names.count(name) > 1:
            hint = "Each model once; `epochs` repeats."
            raise UsageError(f"{shown(name)} is named twice", where=given.where, hint=hint)
    return names


def epochs(given: Given) -> int:
    """Return how often each task is repeated. Raises ``UsageError``."""
    number = int(given.text) if re.fullmatch("[0-9]{1,3}", given.text) else 0
    if not 1 <= number <= MOST_EPOCHS:
        hint = f"From 1 to {MOST_EPOCHS}: `epochs=3`."
        raise UsageError(f"{shown(given.text)} is no number of repeats", where=given.where, hint=hint)
    return number


def sha(given: Given) -> str:
    """Return a commit's whole SHA. Raises ``UsageError`` for a part of one."""
    if not SHA.fullmatch(given.text.lower()):
        raise UsageError(
            f"{shown(given.text)} is no whole SHA",
            where=given.where,
            hint="All 40 digits: for fewer, somebody can make another commit that begins with them.",
        )
    return given.text.lower()
