"""The two ways in: a run of another action, and an output folder of ours."""

import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from gha_router.checks.seal import Seal
from gha_router.errors import UsageError
from gha_router.pipeline.keeping import KeptSeal
from gha_router.pipeline.plan import StepPlan
from gha_router.pipeline.steps import overall
from gha_router.records import (
    Attempt,
    Basis,
    ExperimentResult,
    RunResult,
    StepResult,
    Trial,
    Verdict,
    now,
    stamp,
)
from gha_router.regrade import foreign, stored
from gha_router.regrade.books import Books
from gha_router.regrade.expected import Expected
from gha_router.regrade.grading import Exhibit, Grader
from gha_router.regrade.same import Difference, differences, settled
from gha_router.regrade.sealed import sealed_by_snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Regraded:
    """A result drawn again, what it rests on, and where it is other than what was recorded."""

    result: RunResult | ExperimentResult
    basis: tuple[Basis, ...]
    differences: tuple[Difference, ...]
    faults: tuple[str, ...]  # what somebody changed since

    @property
    def holds(self) -> bool:
        """Return whether nothing was changed and all was found again as it was recorded."""
        return not self.differences and not self.faults


async def verify_foreign(given: foreign.Given, books: Books, expected: Expected, grader: Grader) -> RunResult:
    """Return the result of a run that another action made."""
    started = time.monotonic()
    attempt, basis = await graded(given, books, expected.of(given.step or foreign.NAME), grader)
    of_checks = Basis(
        piece="checks", origin=expected.origin, standing="read here; as independent as where that file came from"
    )
    reason = None if attempt.verdict is Verdict.VERIFIED else attempt.end_detail or None
    step = StepResult(
        id=given.step or foreign.NAME,
        verdict=attempt.verdict,
        asked=attempt.decision.model,
        attempts=(attempt,),
        error=reason,
    )
    return RunResult(
        id="verified-later",
        verdict=attempt.verdict,
        started_at=stamp(now()),
        wall_s=round(time.monotonic() - started, 3),
        steps=(step,),
        ledger_head=books.head,
        isolation="unknown",
        basis=(of_checks, *basis),
    )


async def graded(
    given: foreign.Given, books: Books, plan: StepPlan, grader: Grader, *, faults: Sequence[str] = ()
) -> tuple[Attempt, tuple[Basis, ...]]:
    """Return the attempt of another action, and what each piece of it is worth. With a fault it is not verified.

    It is held against the seal that the step has; without one, against what the state before says of these files.
    """
    exhibit, basis = foreign.exhibit_of(given, books)
    exhibit = _sealed(replace(exhibit, faults=(*exhibit.faults, *faults)), plan)
    return await grader.grade(exhibit, plan), basis


def _sealed(exhibit: Exhibit, plan: StepPlan) -> Exhibit:
    evidence = exhibit.evidence
    if plan.seal is not None:
        return replace(exhibit, seal=plan.seal)
    if "before" in evidence.missing:
        note = ("without --before nobody knows whether tests, or what steers them, were changed",)
        return replace(exhibit, notes=exhibit.notes + (note if any(check.line for check in plan.checks) else ()))
    again = sealed_by_snapshot(plan, evidence.before, evidence.after, evidence.workspace)
    return replace(exhibit, seal=again.seal, lost=again.lost)


async def verify_stored(
    recorded: RunResult | ExperimentResult,
    store: stored.Store,
    books: Books,
    expected: Expected,
    grader: Grader,
    *,
    bases: Sequence[Path] = (),
    on_attempt: Callable[[Attempt], None] = lambda _attempt: None,
) -> Regraded:
    """Return a run or an experiment of ours, each attempt graded again from what was kept of it."""
    work = _Work(store=store, books=books, expected=expected, grader=grader, bases=tuple(bases), tell=on_attempt)
    match recorded:
        case RunResult():
            steps = tuple([await work.step(recorded.id, step) for step in recorded.steps])
            work.nothing_beside([(recorded.id, step) for step in recorded.steps])
            verdict = overall(steps) if steps else recorded.verdict
            if not steps and verdict is Verdict.VERIFIED:
                work.faults.append("the result calls itself verified, and has no step")
            verdict = Verdict.FAILED if work.faults else verdict
            notes = (*recorded.notes, *(f"recorded otherwise: {one}" for one in work.differences))
            basis = (*_bases_of(work),)
            result: RunResult | ExperimentResult = replace(
                recorded, steps=steps, verdict=verdict, notes=notes, basis=basis, ledger_head=books.head
            )
        case ExperimentResult():
            trials = tuple([await work.trial(trial) for trial in recorded.trials])
            work.nothing_beside([(trial.id, trial.result) for trial in recorded.trials])
            result = replace(recorded, trials=trials, ledger_head=books.head)
    faults = list(dict.fromkeys((*([books.why] if books.broken and books.why else []), *_faults(store), *work.faults)))
    return Regraded(result=result, basis=_bases_of(work), differences=tuple(work.differences), faults=tuple(faults))


_SEAL = Basis(
    piece="sealed files",
    origin="evidence/",
    standing="as the run sealed them before its agent began; bound to the ledger, and held against the digest reported",
)


def _faults(store: stored.Store) -> list[str]:
    named = [f"evidence/{name} {what}" for name, what in store.faults.items()]
    return [*named, *(f"evidence/files/{name} was changed after it was kept" for name in store.changed)]


def _bases_of(work: "_Work") -> tuple[Basis, ...]:
    return (
        Basis(
            piece="checks",
            origin=work.expected.origin,
            standing="read here and made again; as independent as where those files came from",
        ),
        *([_SEAL] if any(kept.seal for kept in work.store.kept.values()) else ()),
        work.store.basis(work.books),
        work.books.basis,
        Basis(
            piece="time, how it ended",
            origin="evidence/",
            standing="measured by the first job's clock; bound to the ledger, and not measured again",
        ),
    )


class _Work:
    """Grades attempts one after the other and collects what is noteworthy."""

    def __init__(
        self,
        *,
        store: stored.Store,
        books: Books,
        expected: Expected,
        grader: Grader,
        bases: tuple[Path, ...],
        tell: Callable[[Attempt], None],
    ) -> None:
        self.store, self.books, self.expected, self.grader = store, books, expected, grader
        self._bases, self._tell = bases, tell
        self.differences: list[Difference] = []
        self.faults: list[str] = []

    def nothing_beside(self, results: Sequence[tuple[str, StepResult]]) -> None:
        """Note evidence that the result does not speak of: what it leaves out may be what failed."""
        known = {(run, step.id, attempt.number) for run, step in results for attempt in step.attempts}
        self.faults += self.store.beside(known)

    async def trial(self, trial: Trial) -> Trial:
        """Return a trial with its attempts graded again."""
        return replace(trial, result=await self.step(trial.id, trial.result))

    async def step(self, run: str, step: StepResult) -> StepResult:
        """Return a step with its attempts graded again; the last one decides, as it did."""
        if not step.attempts and step.verdict is Verdict.VERIFIED:
            fault = f"{step.id} calls itself verified, and has no attempt"
            self.faults.append(fault)
            return replace(step, verdict=Verdict.FAILED, error=fault)
        if not step.attempts:
            return step
        attempts = tuple([await self._attempt(run, step.id, attempt) for attempt in step.attempts])
        last = attempts[-1]
        found = self.store.find(run, step.id, last.number)
        if found is not None:
            self._hold_seal(_named(run, step.id), step.seal, _digest(found[1].seal))
        error = None if last.verdict is Verdict.VERIFIED else last.end_detail or "; ".join(last.notes) or None
        return replace(step, attempts=attempts, verdict=last.verdict, error=error)

    async def _attempt(self, run: str, step: str, recorded: Attempt) -> Attempt:
        found = self.store.find(run, step, recorded.number)
        if found is None and recorded.verdict is Verdict.CANCELLED:
            return recorded
        if found is None:
            fault = f"attempt {recorded.number} of {step} has no evidence"
            self.faults.append(fault)
            return replace(recorded, verdict=Verdict.FAILED, end_detail=fault, carried=False)
        bases = (*self._bases, *([base] if (base := self.expected.bases.get(step)) else []))
        with _folder() as folder:
            work = Path(folder)
            for name in ("before", "after"):
                (work / name).mkdir()
            plan = self.expected.of(step)
            exhibit = stored.exhibit_of(recorded, found, self.store, self.books, plan=plan, work=work, bases=bases)
            graded = await self.grader.grade(exhibit, plan)
        graded = settled(recorded, graded)
        self.faults += exhibit.faults
        self.differences += differences(_named(run, step), recorded, graded)
        self._hold_seal(_named(run, step), _digest(found[1].seal), _digest(exhibit.seal))
        self._tell(graded)
        return graded

    def _hold_seal(self, where: str, recorded: str | None, found: str | None) -> None:
        """Note where checks and sealed files are not those that the run's verdict rested on."""
        if recorded != found:
            self.differences.append(
                Difference(where=where, what="seal", recorded=recorded or "none", found=found or "none")
            )


def _digest(seal: KeptSeal | Seal | None) -> str | None:
    return seal.digest if seal else None


def _named(run: str, step: str) -> str:
    return f"{run} {step}" if run != step else step


def _folder() -> AbstractContextManager[str]:
    try:
        return tempfile.TemporaryDirectory(prefix="gha-router-verify-")
    except OSError as error:
        raise UsageError(f"no folder can be made to work in: {error.strerror}") from None
