"""One attempt: copy, agent, three meters, checks, claims, verdict."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from gha_router import checks, claims
from gha_router.agent import snapshot, workspace
from gha_router.agent.choice import version_of
from gha_router.agent.job import AgentJob, AgentRun
from gha_router.agent.runner import run_agent
from gha_router.agent.sandbox import Sandbox, sandbox
from gha_router.errors import Cancelled, GatewayError, WorkspaceError
from gha_router.ledger import receipts as ledger_receipts
from gha_router.pipeline.bench import Bench, Prepared
from gha_router.pipeline.commands import command_runner
from gha_router.pipeline.handover import Handover
from gha_router.pipeline.judges import Judges, with_judges
from gha_router.pipeline.judging import judged, told_by
from gha_router.pipeline.keeping import Ended, keep
from gha_router.pipeline.left import Left
from gha_router.pipeline.plan import StepPlan
from gha_router.pipeline.traces import git_settings, traces
from gha_router.records import (
    AgentEnd,
    Attempt,
    CheckResult,
    ClaimVerdict,
    Decision,
    Evidence,
    Finding,
    Receipt,
    Snapshot,
    Verdict,
    now,
    stamp,
    total_cost,
    total_usage,
)

T = TypeVar("T")
HTTP_ERROR = 400
KEEPING_S = 1.5  # of the five seconds between the word to stop and the report
PAYMENT_REQUIRED = 402
UNCHECKED = "nothing was checked: without `checks` no result is verified, and none is carried back"
BAD_REQUESTS = frozenset({400, 413, 422})


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Which attempt of which step this is. ``name`` is unique in the run: it names files."""

    plan: StepPlan
    decision: Decision
    number: int
    run: str
    name: str
    workspace: Path
    handover: Handover
    left: Left | None = None  # what the attempt before left, to begin with


async def run_attempt(order: Order, bench: Bench) -> Attempt:
    """Run one attempt on a fresh copy of the workspace. Raises ``InfrastructureError`` when it could not be begun."""
    with sandbox(bench.egress) as box:
        notes = await asyncio.to_thread(
            workspace.copy, order.workspace, box.work, owner=box.identity.owner, stopped=bench.stopped
        )
        prepared = await asyncio.to_thread(bench.prepare, box.work) if bench.prepare else Prepared()
        notes = (*notes, *prepared.notes)
        before = await asyncio.to_thread(snapshot.take, box.work, at=now(), stopped=bench.stopped)
        if order.left:
            notes = (*notes, *await asyncio.to_thread(_lay_over, order.left, box, bench))
        git = await asyncio.to_thread(git_settings, box.work)
        run, receipts, key = await _agent(order, box, bench)
        removed = await asyncio.to_thread(box.forget_shared)
        try:
            after = await asyncio.to_thread(snapshot.take, box.work, at=now(), stopped=_patience(bench))
        except Cancelled as error:  # the receipts and the transcript are worth more, and time is short
            after, notes = before, (*notes, f"what it changed is not kept: {error.what}")
        except WorkspaceError as error:  # the agent left a tree that cannot be looked at: that is its own doing
            after, notes = before, (*notes, str(error))
            run = replace(run, end=AgentEnd.FAILED, detail=f"what it left cannot be checked: {error.what}")
        beside = traces(box, before, after, removed=removed, git=git)
        notes = (*notes, *await asyncio.to_thread(tuple, beside))
        if bench.interrupt.is_set():
            run = _interrupted(run)
        answer, told = told_by(order.plan, run.structured)
        evidence = _evidence(order, box, run, receipts, before, after)
        evidence = replace(evidence, restored=prepared.restored, structured=answer)
        judges = Judges(bench.gateway, bench.judges, run=order.run, step=order.plan.id, attempt=order.number)
        seal = order.plan.seal
        run_command = command_runner(evidence, bench.environ, bench.egress, seal=seal)
        tools = checks.Tools(run=run_command, sealed=seal.contents if seal else {}, ask=judges.ask)
        looking = judged(order.plan, run.end, evidence, told.claims, tools, bench.telemetry.check)
        found = await _unless_interrupted(looking, bench)
        bench.telemetry.requests(judges.receipts)
        run, (results, findings) = (run, found) if found else (_interrupted(run), ((), ()))
        died = _death(bench)
        verdict, detail = verdict_of(run, receipts, results, findings, died=died)
        attempt = Attempt(
            number=order.number,
            decision=order.decision,
            verdict=verdict,
            end=AgentEnd.REFUSED if verdict is Verdict.REFUSED else run.end,
            end_detail=detail,
            started_at=stamp(run.started_at),
            wall_s=run.wall_s,
            turns=run.turns,
            requests=len(receipts),
            usage=total_usage(receipts),
            cost_usd=total_cost(receipts),
            claimed_cost_usd=run.claimed_cost_usd,
            served=tuple(dict.fromkeys(receipt.served for receipt in receipts if receipt.served)),
            checks=results,
            findings=findings,
            changes=evidence.changes,
            delivered=bool(evidence.changes) or any(finding.claim for finding in findings),
            final_message=run.final_message,
            structured=evidence.structured,
            transcript=bench.write_transcript(order.name, run.entries, key),
            isolation=box.isolation,
            own_tests=claims.own_tests(evidence),
            agent=order.plan.agent,
            agent_version=version_of(order.plan.agent),
            notes=(*notes, *told.problems, *(() if order.plan.checks else (UNCHECKED,))),
        )
        attempt = bench.cleaned(with_judges(attempt, judges.receipts), key)
        ended = Ended(
            run=order.run,
            step=order.plan.id,
            number=order.number,
            name=order.name,
            model=order.decision.model,
            end=run.end,
            detail=run.detail,
            died=died,
            transcript=attempt.transcript,
        )
        attempt = replace(attempt, notes=(*attempt.notes, *await keep(ended, evidence, bench, key, seal=seal)))
        try:
            handed = await asyncio.to_thread(order.handover, attempt, evidence)
        except WorkspaceError as error:
            return replace(attempt, verdict=Verdict.ERROR, end_detail=error.what, notes=(*attempt.notes, str(error)))
        return replace(attempt, carried=handed.carried, verdict=handed.verdict, notes=(*attempt.notes, *handed.notes))


def _lay_over(left: Left, box: Sandbox, bench: Bench) -> tuple[str, ...]:
    """Lay what a failed attempt left over the fresh copy. What steers an agent is put back to the base's once more."""
    notes = left.lay_over(box.work)
    again = bench.prepare(box.work) if bench.prepare else Prepared()
    return (*notes, *again.notes)


def _patience(bench: Bench) -> Callable[[], bool]:
    """Return what says stop a little after somebody did, so that what an agent has done so far can still be kept."""
    told: list[float] = []

    def over() -> bool:
        if bench.stopped() and not told:
            told.append(time.monotonic())
        return bool(told) and time.monotonic() - told[0] > KEEPING_S

    return over


def _interrupted(run: AgentRun) -> AgentRun:
    return replace(run, end=AgentEnd.CANCELLED, detail="interrupted")


async def _unless_interrupted(work: Coroutine[object, object, T], bench: Bench) -> T | None:
    """Return what the work returns; ``None`` when somebody says stop meanwhile, and the work has ended by then."""
    working, told = asyncio.ensure_future(work), asyncio.ensure_future(bench.interrupt.wait())
    try:
        await asyncio.wait((working, told), return_when=asyncio.FIRST_COMPLETED)
        return None if bench.stopped() and not working.done() else await working
    finally:
        for task in (working, told):
            task.cancel()
        await asyncio.gather(working, told, return_exceptions=True)


async def _agent(order: Order, box: Sandbox, bench: Bench) -> tuple[AgentRun, tuple[Receipt, ...], str]:
    """Run the agent with a key of its own, which ends with it."""
    plan, grant = order.plan, {"run": order.run, "step": order.plan.id, "attempt": order.number}
    key = await bench.gateway.mint(
        run=order.run,
        step=plan.id,
        attempt=order.number,
        decision=order.decision,
        usd=plan.usd,
        steady=order.decision.model != plan.attempts[0].model,  # escalated: that model is what is tried now
    )
    job = AgentJob(
        agent=plan.agent,
        prompt=plan.prompt,
        model=order.decision.model,
        gateway_url=bench.gateway.url,
        key=key,
        time_limit_s=plan.time_limit_s,
        turn_limit=plan.turn_limit,
        context=plan.context,
        small_model=bench.small_model,
        gateway_socket=bench.gateway_socket,
        json_schema=claims.asking(plan.output_schema) if plan.structured_claims else plan.output_schema,
    )
    receipts: tuple[Receipt, ...] = ()
    try:
        run = await run_agent(job, box, environ=bench.environ, interrupt=bench.interrupt)
    finally:
        try:
            receipts = await bench.gateway.revoke(key)
        except GatewayError:  # it was killed: what it has written stays
            receipts = tuple(
                receipt
                for receipt in ledger_receipts(bench.ledger)
                if {"run": receipt.run, "step": receipt.step, "attempt": receipt.attempt} == grant
            )
        bench.telemetry.requests(receipts)
    return run, receipts, key


def _evidence(
    order: Order, box: Sandbox, run: AgentRun, receipts: tuple[Receipt, ...], before: Snapshot, after: Snapshot
) -> Evidence:
    return Evidence(
        workspace=box.work,
        before=before,
        after=after,
        changes=snapshot.compare(before, after),
        started_at=run.started_at,
        ended_at=run.ended_at,
        wall_s=run.wall_s,
        final_message=run.final_message,
        tool_calls=run.tool_calls,
        receipts=receipts,
        sealed=order.plan.sealed,
        prompt=order.plan.prompt,
        original=order.workspace,
    )


def verdict_of(
    run: AgentRun | Ended,
    receipts: Sequence[Receipt],
    results: Sequence[CheckResult],
    findings: Sequence[Finding],
    *,
    died: str | None,
) -> tuple[Verdict, str]:
    """Return the verdict and what is to be said of the end. A provider's or our own failure is never the model's."""
    last = receipts[-1] if receipts else None
    match run.end:
        case AgentEnd.CANCELLED:
            return (Verdict.ERROR, died) if died else (Verdict.CANCELLED, run.detail)
        case AgentEnd.FAILED | AgentEnd.CRASHED:
            return _verdict_of_failure(run, last)
        case AgentEnd.TIME_LIMIT if last is not None and last.ttfb_s is None and not last.complete:
            return Verdict.ERROR, f"{run.detail}, while the provider did not answer{_cause(last)}"
    return _verdict_of_checks(results, findings), run.detail


def _verdict_of_failure(run: AgentRun | Ended, last: Receipt | None) -> tuple[Verdict, str]:
    """Return whose failure it was. An agent can end its own CLI, once requests have been served: that is its own."""
    if last is None:
        return Verdict.ERROR, f"{run.detail} (no request reached the gateway)"
    if run.end is AgentEnd.FAILED and _is_our_refusal(last):
        return Verdict.REFUSED, run.detail
    if run.end is AgentEnd.FAILED and _is_providers_failure(last):
        return Verdict.ERROR, f"{run.detail}{_cause(last)}"
    return Verdict.FAILED, run.detail


def _verdict_of_checks(results: Sequence[CheckResult], findings: Sequence[Finding]) -> Verdict:
    verdict = checks.verdict_of(results)
    contradicted = any(finding.verdict is ClaimVerdict.CONTRADICTED for finding in findings)
    return Verdict.FAILED if verdict is Verdict.SKIPPED and contradicted else verdict


def _is_our_refusal(receipt: Receipt) -> bool:
    """Return whether the budget refused it. A provider's own 402 was an answer to a call."""
    return receipt.status == PAYMENT_REQUIRED and all(tried.status is None for tried in receipt.tries)


def _is_providers_failure(receipt: Receipt) -> bool:
    """Return whether the provider did not serve what was asked. What it called a bad request is the agent's."""
    return bool(receipt.tries) and (
        not receipt.complete or (receipt.status >= HTTP_ERROR and receipt.status not in BAD_REQUESTS)
    )


def _cause(receipt: Receipt) -> str:
    tries = ", ".join(f"{attempt.deployment}: {attempt.cause}" for attempt in receipt.tries)
    return f" ({tries})" if tries else ""


def _death(bench: Bench) -> str | None:
    return str(bench.gateway.died.result()) if bench.gateway.died.done() else None
