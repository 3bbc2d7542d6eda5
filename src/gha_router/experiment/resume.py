"""Goes on with an experiment that was killed: what is known of its trials stays, and is not paid again.

A trial that says something about its model is kept. One that ended in an infrastructure error, was refused by the
budget or cancelled is run again; its line moves into ``trials-again.jsonl``, so that nothing that was recorded is lost.
"""

import fcntl
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from pydantic import ValidationError

from gha_router.errors import Position, UsageError
from gha_router.experiment.points import COUNTED
from gha_router.gateway.budget import scope_of
from gha_router.ledger.read import receipts
from gha_router.records import Trial, from_json

TRIALS, AGAIN = "trials.jsonl", "trials-again.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What earlier lives left: their trials, what they paid by scope, and the name of the ledger that comes next."""

    trials: tuple[Trial, ...]
    ledger: str
    spent: dict[str, Decimal] = field(default_factory=dict)


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Keep others from writing into the folder meanwhile. Raises ``UsageError`` where somebody does."""
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (out / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UsageError(
                f"an experiment is going on in {out}", hint="Wait for its end, or name another folder with --out."
            ) from None
        yield


def earlier(out: Path, planned: Collection[str]) -> Earlier:
    """Return what is there, and leave only what is kept in trials.jsonl.

    Raises ``UsageError`` for a line that is no trial of ours, or one that is not planned; only the last may be cut.
    """
    kept: dict[str, tuple[Trial, bytes]] = {}
    again: list[bytes] = []
    for number, raw in _whole_lines(out / TRIALS):
        where = Position(str(out / TRIALS), number)
        try:
            trial = from_json(Trial, json.loads(raw))
        except (ValidationError, ValueError, RecursionError):
            raise UsageError("it holds no trial of ours", where=where, hint="Begin anew in another --out.") from None
        if trial.id not in planned:
            raise UsageError(f"{trial.id} is not planned", where=where, hint="Begin anew in another --out.")
        if trial.result.verdict in COUNTED:
            kept[trial.id] = (trial, raw)
        else:
            again.append(raw)
    if again:
        with (out / AGAIN).open("ab") as file:
            file.writelines(again)
    temporary = out / f".{TRIALS}.new"
    temporary.write_bytes(b"".join(raw for _, raw in kept.values()))
    temporary.replace(out / TRIALS)
    ledgers = [out / "ledger.jsonl", *sorted(out.glob("ledger-[0-9]*.jsonl"))]
    spent: dict[str, Decimal] = {}
    for ledger in (file for file in ledgers if file.exists()):
        for one in receipts(ledger):
            scope = scope_of(one.run, one.step)
            spent[scope] = spent.get(scope, Decimal(0)) + (one.cost_usd or Decimal(0))
    count = sum(file.exists() for file in ledgers)
    name = f"ledger-{count + 1}.jsonl" if count else "ledger.jsonl"
    return Earlier(trials=tuple(trial for trial, _ in kept.values()), ledger=name, spent=spent)


def _whole_lines(file: Path) -> Iterator[tuple[int, bytes]]:
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return
    for number, raw in enumerate(content.split(b"\n")[:-1], 1):  # behind the last line end: cut, or nothing
        if raw.strip():
            yield number, raw + b"\n"
