"""Runs a step until it is verified or its attempts are used up."""

import contextlib
import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from gha_router.errors import Cancelled, InfrastructureError
from gha_router.pipeline.attempt import Order, run_attempt
from gha_router.pipeline.bench import Bench
from gha_router.pipeline.handover import Handover
from gha_router.pipeline.hint import hinted
from gha_router.pipeline.left import Keeper
from gha_router.pipeline.plan import StepPlan
from gha_router.records import Attempt, Decision, StepResult, Verdict

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


class Diary:
    """Is told when an attempt begins and when it has ended. This one forgets it."""

    first = 1  # the number of the first attempt

    def began(self, number: int, decision: Decision) -> None:
        """Note that an attempt begins."""

    def ended(self, attempt: Attempt) -> None:
        """Note that it has ended."""


UNWRITTEN = Diary()


async def run_step(
    plan: StepPlan,
    bench: Bench,
    *,
    run: str,
    name: str,
    workspace: Path,
    handover: Handover,
    say: Progress = silent,
    diary: Diary = UNWRITTEN,
) -> StepResult:
    """Run a step. Each attempt is a fresh session on a fresh copy; the first that is verified ends it.

    What a failed one tells or leaves the next is nothing, unless the plan has ``hint`` or ``keep_workspace``.
    """
    with bench.telemetry.step(plan.id) as became:
        result = await _attempted(
            plan, bench, run=run, name=name, workspace=workspace, handover=handover, say=say, diary=diary
        )
        became(result.verdict)
    return result


async def _attempted(
    plan: StepPlan,
    bench: Bench,
    *,
    run: str,
    name: str,
    workspace: Path,
    handover: Handover,
    say: Progress,
    diary: Diary,
) -> StepResult:
    attempts: list[Attempt] = []
    mark = {"seal": plan.seal.digest, "sealed_from": plan.seal.origin} if plan.seal else {}
    last = diary.first + len(plan.attempts) - 1
    with contextlib.closing(Keeper(handover, bench.secrets)) as keeper:
        for number, decision in enumerate(plan.attempts, diary.first):
            order = Order(
                plan=hinted(plan, attempts),
                decision=decision,
                number=number,
                run=run,
                name=file_name(f"{name}-{number}" if len(plan.attempts) > 1 or number > 1 else name),
                workspace=workspace,
                handover=keeper if plan.keep_workspace and number < last else handover,
                left=keeper.left,
            )
            say(f"{plan.id}: attempt {number} on {decision.model} ({decision.reason})")
            diary.began(number, decision)
            try:
                with bench.telemetry.attempt(number, decision) as became:
                    attempts.append(await run_attempt(order, bench))
                    became(attempts[-1])
            except (InfrastructureError, Cancelled) as error:
                verdict = Verdict.CANCELLED if isinstance(error, Cancelled) else Verdict.ERROR
                ended = tuple(attempts)
                return StepResult(
                    id=plan.id, verdict=verdict, asked=plan.asked, attempts=ended, error=str(error), **mark
                )
            say(f"{plan.id}: {attempts[-1].verdict} after {attempts[-1].wall_s:.1f} s")
            diary.ended(attempts[-1])
            if attempts[-1].verdict is not Verdict.FAILED:
                break
    end = attempts[-1]
    reason = None if end.verdict is Verdict.VERIFIED else end.end_detail or "; ".join(end.notes) or None
    return StepResult(id=plan.id, verdict=end.verdict, asked=plan.asked, attempts=tuple(attempts), error=reason, **mark)


def isolation_of(results: Iterable[StepResult]) -> str:
    """Return the weakest isolation that was in force, ``unknown`` when no attempt came to its end."""
    found = {attempt.isolation for result in results for attempt in result.attempts}
    return next((known for known in ISOLATIONS if known in found), "unknown")


def file_name(name: str) -> str:
    """Return a name that is safe as a file's and still tells two names apart, whatever a person called a step."""
    safe = re.sub(r"[^A-Za-z0-9._@-]+", "-", name).strip(".-")
    return safe if safe == name else f"{safe[:80]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
