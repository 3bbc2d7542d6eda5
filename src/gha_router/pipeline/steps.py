"""Runs steps one after the other: each with what earlier ones hand on, and as far as their verdicts let the run go."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from gha_router.config import Input, Then, Tree
from gha_router.errors import ConfigError
from gha_router.pipeline.bench import Bench
from gha_router.pipeline.handover import Handed, Handover, Withheld, carry_into
from gha_router.pipeline.inputs import NotAvailable, NotHandedOver, Outputs, collect, values_for, wanted_from
from gha_router.pipeline.plan import StepPlan
from gha_router.pipeline.record import ORIGINAL, Record
from gha_router.pipeline.run import Diary, Progress, Stage, Watch, file_name, isolation_of, run_step, silent
from gha_router.pipeline.seal import inherited
from gha_router.records import Attempt, Decision, Evidence, RunResult, StepResult, Verdict

# What a run is worth when its steps differ, the gravest first.
GRAVITY = (Verdict.CANCELLED, Verdict.ERROR, Verdict.REFUSED, Verdict.FAILED, Verdict.SKIPPED, Verdict.VERIFIED)
ALREADY = "verified in an earlier life of the run, and not run again"


class _Written(Diary):
    """Writes a step's attempts into the record, and lets those that begin be watched."""

    def __init__(self, record: Record, step: str, begins: Callable[[int, Sequence[Attempt], Decision], None]) -> None:
        self._record, self._step, self._begins = record, step, begins
        self._ended: list[Attempt] = []
        self.first = record.first(step)

    def began(self, number: int, decision: Decision) -> None:
        self._record.began(self._step, number, decision)
        self._begins(number, self._ended, decision)

    def ended(self, attempt: Attempt) -> None:
        self._ended.append(attempt)
        if not _verified(attempt):  # of one that is, the record knew before anything was carried
            self._record.ended(self._step, attempt)


async def run_steps(
    plans: Sequence[StepPlan],
    bench: Bench,
    *,
    record: Record,
    carry: bool,
    say: Progress = silent,
    watch: Watch = silent,
) -> RunResult:
    """Run the steps in their order on one workspace, as far as their verdicts let it go; the rest is not begun.

    Steps that the record has settled are not run again. ``say`` is told each line of the log, ``watch`` each attempt
    that begins; neither may take long. ``ledger_head`` is left open: the gateway still runs.
    """
    started = time.monotonic()
    results: dict[str, StepResult] = {}
    notes: list[str] = []
    for plan in plans:
        if plan.id in record.results:
            results[plan.id] = record.results[plan.id]
            say(f"{plan.id}: {results[plan.id].verdict} before, not run again")
            notes += [f"{plan.id}: {ALREADY}"] if results[plan.id].verdict is Verdict.VERIFIED else []
            continue
        result, outputs = await _step(plan, plans, bench, record, results, carry=carry, say=say, watch=watch)
        results[plan.id] = result
        if not _goes_on(plan, result, bench):
            break
        record.settle(result, outputs)
    begun = len(results)
    notes += [f"step {plan.id} was not begun" for plan in plans[begun:]]
    return RunResult(
        id=record.run,
        verdict=overall(results.values()),
        started_at=record.started_at,
        wall_s=round(time.monotonic() - started, 3),
        steps=tuple(results.values()),
        ledger_head=None,
        isolation=isolation_of(results.values()),
        notes=tuple(notes),
    )


async def _step(
    plan: StepPlan,
    plans: Sequence[StepPlan],
    bench: Bench,
    record: Record,
    results: dict[str, StepResult],
    *,
    carry: bool,
    say: Progress,
    watch: Watch,
) -> tuple[StepResult, Outputs | None]:
    """Run a step with what it is handed; return what became of it, and what it hands on."""
    try:
        ready = _ready(plan, results, record)
    except NotAvailable as why:
        return _not_run(plan, record, Verdict.SKIPPED, f"not run: {why}", say), None
    except ConfigError as error:
        return _not_run(plan, record, Verdict.ERROR, str(error), say), None
    if ready is None:
        condition = plan.when.written.text.strip() if plan.when else ""
        return _not_run(plan, record, Verdict.SKIPPED, f"not run: `when` does not hold: {condition}", say), None
    handed: list[Outputs] = []

    def begins(number: int, ended: Sequence[Attempt], decision: Decision) -> None:
        watch(_stage(plans, results.values(), plan, ended, number=number, model=decision.model))

    if plan.workspace is Tree.SHARED:
        before = [one for one in plans if one.id in results and results[one.id].verdict is Verdict.VERIFIED]
        ready = inherited(ready, before, record.workspace)
    result = await run_step(
        ready,
        bench,
        run=record.run,
        name=plan.id,
        workspace=_tree_of(plan, record),
        handover=_handover(plan, wanted_from(plan.id, plans), bench, record, handed, carry=carry),
        say=say,
        diary=_Written(record, plan.id, begins),
    )
    return record.with_earlier(result), handed[-1] if handed and result.verdict is Verdict.VERIFIED else None


def _stage(
    plans: Sequence[StepPlan],
    results: Iterable[StepResult],
    plan: StepPlan,
    ended: Sequence[Attempt],
    *,
    number: int,
    model: str,
) -> Stage:
    attempts = (*(attempt for result in results for attempt in result.attempts), *ended)
    known = [attempt.cost_usd for attempt in attempts if attempt.cost_usd is not None]
    return Stage(
        step=plans.index(plan) + 1,
        steps=len(plans),
        id=plan.id,
        attempt=number,
        model=model,
        cost_usd=sum(known, Decimal(0)) if len(known) == len(attempts) else None,
    )


def _ready(plan: StepPlan, results: dict[str, StepResult], record: Record) -> StepPlan | None:
    """Return the plan with its prompt filled in, ``None`` where its condition does not hold."""
    if plan.when is None and plan.template is None and not plan.inputs:
        return plan
    if plan.when is not None and not plan.when(values_for(plan, results, record.handed)):
        return None
    values = values_for(plan, results, record.handed)
    return replace(plan, prompt=plan.template(values)) if plan.template else plan


def _not_run(plan: StepPlan, record: Record, verdict: Verdict, why: str, say: Progress) -> StepResult:
    say(f"{plan.id}: {why}")
    return record.with_earlier(StepResult(id=plan.id, verdict=verdict, asked=plan.asked, attempts=(), error=why))


def _tree_of(plan: StepPlan, record: Record) -> Path:
    return record.out / ORIGINAL if plan.workspace is Tree.FRESH else record.workspace


def _handover(
    plan: StepPlan, wanted: Sequence[Input], bench: Bench, record: Record, handed: list[Outputs], *, carry: bool
) -> Handover:
    """Return what becomes of an attempt's files; what a verified one hands on is put into ``handed``."""

    def deposit(attempt: Attempt, evidence: Evidence) -> Path | None:
        try:
            outputs = bench.cleaned(collect(attempt, evidence, wanted))
        except NotHandedOver as why:
            raise Withheld(f"not handed on: {why}") from None
        source = record.verified(plan, attempt, outputs, evidence, carry=carry and plan.carry)
        handed.append(outputs)
        return source

    def left(attempt: Attempt, evidence: Evidence) -> Handed:
        try:
            return Handed(verdict=attempt.verdict, carried=_verified(attempt) and bool(deposit(attempt, evidence)))
        except Withheld as why:
            return Handed(verdict=Verdict.FAILED, notes=why.notes)

    if not carry:
        return left
    aside = record.out / "changes" / file_name(plan.id)
    return carry_into(record.workspace, aside, bench.secrets, deposit=deposit)


def _verified(attempt: Attempt) -> bool:
    return attempt.verdict is Verdict.VERIFIED


def _goes_on(plan: StepPlan, result: StepResult, bench: Bench) -> bool:
    """Return whether the run goes on behind a step."""
    if result.verdict is Verdict.CANCELLED or bench.interrupt.is_set():
        return False
    not_run = result.verdict is Verdict.SKIPPED and not result.attempts
    return result.verdict is Verdict.VERIFIED or not_run or plan.then is Then.CONTINUE


def overall(results: Iterable[StepResult]) -> Verdict:
    """Return what a run is worth: as much as the worst of its steps. One that was not to be run does not count."""
    verdicts = [one.verdict for one in results if one.attempts or one.verdict is not Verdict.SKIPPED]
    return min(verdicts, key=GRAVITY.index, default=Verdict.SKIPPED)
