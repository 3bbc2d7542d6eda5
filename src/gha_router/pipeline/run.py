"""Runs steps one after the other, each until it is verified or its attempts are used up."""

import contextlib
import hashlib
import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from gha_router.errors import Cancelled, InfrastructureError
from gha_router.pipeline.attempt import Order, run_attempt
from gha_router.pipeline.bench import Bench
from gha_router.pipeline.handover import Handover, carry_into, leave
from gha_router.pipeline.hint import hinted
from gha_router.pipeline.left import Keeper
from gha_router.pipeline.plan import StepPlan
from gha_router.records import Attempt, Decision, RunResult, StepResult, Verdict, now, stamp

ISOLATIONS = ("none", "uid", "uid + network")  # the weakest first
Progress = Callable[[str], None]
Watch = Callable[["Stage"], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """How far a run is: the attempt that begins now."""

    step: int  # counts from 1
    steps: int
    id: str
    attempt: int  # counts from 1
    model: str
    cost_usd: Decimal | None  # of the attempts that ended; None: some part is not known


def silent(_message: object) -> None:
    """Say nothing."""


async def run_step(
    plan: StepPlan,
    bench: Bench,
    *,
    run: str,
    name: str,
    workspace: Path,
    handover: Handover,
    say: Progress = silent,
    begun: Callable[[Sequence[Attempt], Decision], None] | None = None,
) -> StepResult:
    """Run a step. Each attempt is a fresh session on a fresh copy; the first that is verified ends it.

    What a failed one tells or leaves the next is nothing, unless the plan has ``hint`` or ``keep_workspace``.
    """
    attempts: list[Attempt] = []
    with contextlib.closing(Keeper(handover, bench.secrets)) as keeper:
        for number, decision in enumerate(plan.attempts, 1):
            order = Order(
                plan=hinted(plan, attempts),
                decision=decision,
                number=number,
                run=run,
                name=file_name(f"{name}-{number}" if len(plan.attempts) > 1 else name),
                workspace=workspace,
                handover=keeper if plan.keep_workspace and number < len(plan.attempts) else handover,
                left=keeper.left,
            )
            say(f"{plan.id}: attempt {number} on {decision.model} ({decision.reason})")
            if begun:
                begun(attempts, decision)
            try:
                attempts.append(await run_attempt(order, bench))
            except (InfrastructureError, Cancelled) as error:
                verdict = Verdict.CANCELLED if isinstance(error, Cancelled) else Verdict.ERROR
                ended = tuple(attempts)
                return StepResult(id=plan.id, verdict=verdict, asked=plan.asked, attempts=ended, error=str(error))
            say(f"{plan.id}: {attempts[-1].verdict} after {attempts[-1].wall_s:.1f} s")
            if attempts[-1].verdict is not Verdict.FAILED:
                break
    last = attempts[-1]
    reason = None if last.verdict is Verdict.VERIFIED else last.end_detail or "; ".join(last.notes) or None
    return StepResult(id=plan.id, verdict=last.verdict, asked=plan.asked, attempts=tuple(attempts), error=reason)


async def run_steps(
    plans: Sequence[StepPlan],
    bench: Bench,
    *,
    run: str,
    workspace: Path,
    carry: bool,
    say: Progress = silent,
    watch: Watch = silent,
) -> RunResult:
    """Run the steps in order on one workspace. The first that is not verified ends the run; the rest is not begun.

    ``say`` is told each line of the log, ``watch`` each attempt that begins; neither may take long.

    ``ledger_head`` is left open: the gateway still runs.
    """
    started_at, started = stamp(now()), time.monotonic()
    results: list[StepResult] = []
    for plan in plans:
        aside = bench.out / "changes" / file_name(plan.id)
        handover = carry_into(workspace, aside, bench.secrets) if carry else leave

        def begun(attempts: Sequence[Attempt], decision: Decision, plan: StepPlan = plan) -> None:
            watch(_stage(plans, results, plan, attempts, decision))

        step = await run_step(
            plan, bench, run=run, name=plan.id, workspace=workspace, handover=handover, say=say, begun=begun
        )
        results.append(step)
        if results[-1].verdict is not Verdict.VERIFIED:
            break
    notes = tuple(f"step {plan.id} was not begun" for plan in plans[len(results) :])
    return RunResult(
        id=run,
        verdict=results[-1].verdict,
        started_at=started_at,
        wall_s=round(time.monotonic() - started, 3),
        steps=tuple(results),
        ledger_head=None,
        isolation=isolation_of(results),
        notes=notes,
    )


def _stage(
    plans: Sequence[StepPlan],
    results: Sequence[StepResult],
    plan: StepPlan,
    attempts: Sequence[Attempt],
    decision: Decision,
) -> Stage:
    ended = (*(attempt for result in results for attempt in result.attempts), *attempts)
    known = [attempt.cost_usd for attempt in ended if attempt.cost_usd is not None]
    return Stage(
        step=len(results) + 1,
        steps=len(plans),
        id=plan.id,
        attempt=len(attempts) + 1,
        model=decision.model,
        cost_usd=sum(known, Decimal(0)) if len(known) == len(ended) else None,
    )


def isolation_of(results: Iterable[StepResult]) -> str:
    """Return the weakest isolation that was in force, ``unknown`` when no attempt came to its end."""
    found = {attempt.isolation for result in results for attempt in result.attempts}
    return next((known for known in ISOLATIONS if known in found), "unknown")


def file_name(name: str) -> str:
    """Return a name that is safe as a file's and still tells two names apart, whatever a person called a step."""
    safe = re.sub(r"[^A-Za-z0-9._@-]+", "-", name).strip(".-")
    return safe if safe == name else f"{safe[:80]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
