"""What becomes of an attempt's files: carried back when verified, kept aside when not, or left (trials)."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gha_router.agent.carry import carry_back
from gha_router.agent.snapshot import unquote
from gha_router.records import Attempt, Evidence, Verdict

PIECE = 1 << 20  # bytes that are searched at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What became of the files, and of the verdict: a result that cannot be handed over is not verified."""

    verdict: Verdict
    carried: bool = False
    notes: tuple[str, ...] = ()


Handover = Callable[[Attempt, Evidence], Handed]


def leave(attempt: Attempt, _evidence: Evidence) -> Handed:
    """Leave the files to be removed with the sandbox: a trial changes nothing."""
    return Handed(verdict=attempt.verdict)


class Withheld(Exception):
    """A verified result that cannot be handed over after all; ``notes`` say why."""

    def __init__(self, *notes: str) -> None:
        super().__init__(*notes)
        self.notes = notes


Deposit = Callable[[Attempt, Evidence], Path | None]


def as_it_is(_attempt: Attempt, evidence: Evidence) -> Path:
    """Carry straight from the agent's copy."""
    return evidence.workspace


def carry_into(workspace: Path, aside: Path, secrets: Sequence[str] = (), *, deposit: Deposit = as_it_is) -> Handover:
    """Return a handover that brings verified changes into ``workspace`` and keeps others below ``aside``.

    Files that hold one of the secrets go nowhere: an upstream can tell an agent the key that it was called with.
    ``deposit`` is told of a verified attempt before anything is carried, and returns where to carry from, or ``None``
    for a result that stays aside. It raises ``Withheld``.
    """

    def handover(attempt: Attempt, evidence: Evidence) -> Handed:
        if leaking := holding(evidence, secrets):
            notes = tuple(f"not carried back, not kept: {path} holds a key or a token of this run" for path in leaking)
            return Handed(verdict=Verdict.FAILED, notes=notes)
        if attempt.verdict is Verdict.VERIFIED:
            try:
                if _carried(deposit(attempt, evidence), workspace, evidence):
                    return Handed(verdict=attempt.verdict, carried=True)
            except Withheld as why:
                kept = keep(evidence, aside / f"attempt-{attempt.number}")
                return Handed(verdict=Verdict.FAILED, notes=(*why.notes, *kept))
        return Handed(verdict=attempt.verdict, notes=keep(evidence, aside / f"attempt-{attempt.number}"))

    return handover


def _carried(source: Path | None, workspace: Path, evidence: Evidence) -> bool:
    """Carry what there is to be carried, and return whether there was. Raises ``Withheld`` for what may not be."""
    if source is None or not evidence.changes:
        return False
    result = carry_back(
        source,
        workspace,
        evidence.changes,
        before=evidence.before,
        after=evidence.after,
        restored=evidence.restored,
    )
    if result.refused:
        raise Withheld(*(f"not carried back: {path}: {why}" for path, why in result.refused))
    return True


def holding(evidence: Evidence, secrets: Sequence[str]) -> tuple[str, ...]:
    """Return the changed files that hold one of these texts."""
    wanted = [secret.encode() for secret in secrets if secret]
    found = []
    for path in evidence.changes.written if wanted else ():
        if evidence.after.entries[path].kind == "file":
            found += [path] if _holds(evidence.workspace / unquote(path), wanted) else []
    return tuple(found)


def _holds(file: Path, wanted: Sequence[bytes]) -> bool:
    """Return whether a file holds one of these. It is read in pieces: an agent can leave one larger than memory."""
    overlap = max(map(len, wanted)) - 1
    with file.open("rb") as opened:
        held = b""
        while piece := opened.read(PIECE):
            held += piece
            if any(secret in held for secret in wanted):
                return True
            held = held[-overlap:] if overlap else b""
    return False


def keep(evidence: Evidence, target: Path) -> tuple[str, ...]:
    """Copy the changed regular files aside, so that unverified work is not lost; return a note of where they are."""
    files = [unquote(path) for path in evidence.changes.written if evidence.after.entries[path].kind == "file"]
    try:
        for path in files:
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(evidence.workspace / path, target / path, follow_symlinks=False)
    except OSError as error:
        return (f"not all changes could be kept in changes/{target.parent.name}: {error.strerror}",)
    return (f"changes not carried back are kept in changes/{target.parent.name}/{target.name}",) if files else ()
