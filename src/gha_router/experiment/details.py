"""The trials that a page can open: a few hundred at most, those first that did not verify or said what did not hold."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from gha_router.errors import GhaRouterError
from gha_router.experiment.points import Point, point_of
from gha_router.ledger.read import receipts
from gha_router.records import Json, Receipt, Trial, from_json

TELLING, OTHERS = 300, 100  # trials that did not hold, and ones that did
LONGEST = 200_000  # characters of a transcript


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """A trial with what it left."""

    trial: Trial
    transcript: tuple[Json, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    left_out: str = ""  # why something is not here


@dataclass
class Picked:
    """Trials chosen as they pass by, in the order in which they came."""

    telling: list[tuple[bytes, Path]] = field(default_factory=list)
    others: list[tuple[bytes, Path]] = field(default_factory=list)

    def offer(self, raw: bytes, point: Point, folder: Path) -> None:
        """Take a trial while there is room for one of its kind."""
        told = not point.verified or point.claims[1] > 0
        room, most = (self.telling, TELLING) if told else (self.others, OTHERS)
        if len(room) < most:
            room.append((raw, folder))

    def details(self) -> tuple[Detail, ...]:
        """Return the trials with their transcripts and receipts, as far as they can be read."""
        trials = []
        for raw, folder in (*self.telling, *self.others):
            try:
                trials.append((from_json(Trial, json.loads(raw)), folder))
            except (ValidationError, ValueError, RecursionError):
                continue  # the tables have it; a page cannot open what it cannot read
        return _with_evidence(trials)


def details_of(trials: Iterable[Trial], folder: Path) -> tuple[Detail, ...]:
    """Return the details of an experiment that ran in one piece."""
    telling: list[tuple[Trial, Path]] = []
    others: list[tuple[Trial, Path]] = []
    for trial in trials:
        point = point_of(trial)
        (telling if not point.verified or point.claims[1] else others).append((trial, folder))
    return _with_evidence((*telling[:TELLING], *others[:OTHERS]))


def _with_evidence(trials: Sequence[tuple[Trial, Path]]) -> tuple[Detail, ...]:
    wanted: dict[Path, set[str]] = {}
    for trial, folder in trials:
        wanted.setdefault(folder, set()).add(trial.id)
    paid = {folder: _receipts(folder, ids) for folder, ids in wanted.items()}
    return tuple(_detail(trial, folder, paid[folder]) for trial, folder in trials)


def _detail(trial: Trial, folder: Path, paid: Mapping[str, list[Receipt]]) -> Detail:
    attempt = trial.attempt
    entries, why = _transcript(folder, attempt.transcript) if attempt and attempt.transcript else ((), "")
    return Detail(trial=trial, transcript=entries, receipts=tuple(paid.get(trial.id, ())), left_out=why)


def _transcript(folder: Path, name: str) -> tuple[tuple[Json, ...], str]:
    file = folder / name
    if not file.resolve().is_relative_to(folder.resolve()):
        return (), "Its transcript lies outside of the folder, and is not read."
    try:
        with file.open(encoding="utf-8", errors="replace") as opened:
            text = opened.read(LONGEST + 1)
    except OSError:
        return (), "Its transcript did not arrive."
    why = "The transcript is longer than what is shown." if len(text) > LONGEST else ""
    return tuple(_entries(text[:LONGEST])), why


def _entries(text: str) -> Iterator[Json]:
    for line in text.split("\n"):
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            continue  # cut, or empty
        if isinstance(entry, dict):
            yield entry


def _receipts(folder: Path, ids: set[str]) -> dict[str, list[Receipt]]:
    found: dict[str, list[Receipt]] = {}
    for ledger in sorted(folder.glob("ledger*.jsonl")):
        try:
            for one in receipts(ledger):
                if one.run in ids:
                    found.setdefault(str(one.run), []).append(one)
        except (GhaRouterError, ValueError, KeyError):
            continue  # a ledger that was cut: what it still tells is shown
    return found
