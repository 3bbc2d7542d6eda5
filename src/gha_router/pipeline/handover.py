"""What becomes of an attempt's files: carried back when verified, kept aside when not, or left (trials)."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gha_router.agent.carry import carry_back
from gha_router.agent.snapshot import unquote
from gha_router.records import Attempt, Evidence, Verdict


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


def carry_into(workspace: Path, aside: Path) -> Handover:
    """Return a handover that brings verified changes into ``workspace`` and keeps others below ``aside``."""

    def handover(attempt: Attempt, evidence: Evidence) -> Handed:
        if not evidence.changes:
            return Handed(verdict=attempt.verdict)
        if attempt.verdict is not Verdict.VERIFIED:
            kept = keep(evidence, aside / f"attempt-{attempt.number}")
            return Handed(verdict=attempt.verdict, notes=kept)
        result = carry_back(
            evidence.workspace, workspace, evidence.changes, before=evidence.before, after=evidence.after
        )
        if result.refused:
            reasons = tuple(f"not carried back: {path}: {why}" for path, why in result.refused)
            kept = keep(evidence, aside / f"attempt-{attempt.number}")
            return Handed(verdict=Verdict.FAILED, notes=(*reasons, *kept))
        return Handed(verdict=attempt.verdict, carried=True)

    return handover


def keep(evidence: Evidence, target: Path) -> tuple[str, ...]:
    """Copy the changed regular files aside, so that unverified work is not lost; return a note of where they are."""
    files = [unquote(path) for path in evidence.changes.written if evidence.after.entries[path].kind == "file"]
    try:
        for path in files:
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(evidence.workspace / path, target / path, follow_symlinks=False)
    except OSError as error:
        return (f"not all changes could be kept in {target.parent.name}/{target.name}: {error.strerror}",)
    return (f"changes not carried back are kept in {target.parent.name}/{target.name}",) if files else ()
