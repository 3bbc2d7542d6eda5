"""Draws the verdict of one attempt from its evidence, as the run itself does."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from gha_router import checks
from gha_router.agent.egress import Egress
from gha_router.checks import CommandOutcome, CommandSpec
from gha_router.checks.seal import Seal
from gha_router.pipeline.attempt import verdict_of
from gha_router.pipeline.bench import Bench
from gha_router.pipeline.commands import command_runner
from gha_router.pipeline.judges import Judges, with_judges
from gha_router.pipeline.judging import judged, told_by
from gha_router.pipeline.keeping import Ended
from gha_router.pipeline.plan import StepPlan
from gha_router.records import (
    AgentEnd,
    Attempt,
    Changes,
    CheckStatus,
    Decision,
    EvidenceMissing,
    PartialEvidence,
    Receipt,
    Verdict,
    stamp,
    total_cost,
    total_usage,
)

UNDECIDED = frozenset({AgentEnd.FAILED, AgentEnd.CRASHED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """One attempt that is to be graded: how it ended, what is left of it, and what was found wrong with that."""

    ended: Ended
    evidence: PartialEvidence
    decision: Decision
    turns: int = 0
    faults: tuple[str, ...] = ()  # what somebody changed since: nothing of it is verified then
    notes: tuple[str, ...] = ()
    structured: Any = None  # the agent's structured answer, claims and all
    judges: tuple[Receipt, ...] | None = None  # of the judges that the run itself asked; None: it was not ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Grader:
    """The effects of grading: commands are run here, and judges are asked where there is a gateway."""

    environ: Mapping[str, str]
    egress: Egress = Egress.OPEN
    bench: Bench | None = None  # of the gateway that judges are asked through

    async def grade(self, exhibit: Exhibit, plan: StepPlan) -> Attempt:
        """Return the attempt as it stands now. Whatever was tampered with is not verified."""
        answer, told = told_by(plan, exhibit.structured)
        ended, evidence = exhibit.ended, _completed(exhibit.evidence, plan, answer)
        asked: list[Receipt] = []
        ask = None
        if self.bench is not None:
            judges = Judges(self.bench.gateway, self.bench.judges, run=ended.run, step=ended.step, attempt=ended.number)
            ask, asked = judges.ask, judges.receipts
        contents = plan.seal.contents if plan.seal else {}
        tools = checks.Tools(run=self._runner(evidence, plan.seal), sealed=contents, ask=ask)
        results, findings = await judged(plan, ended.end, evidence, told.claims, tools)
        receipts = known(evidence, "receipts", ())
        verdict, detail = verdict_of(ended, receipts, results, findings, died=ended.died)
        if ended.end in UNDECIDED and "receipts" in evidence.missing:
            verdict, detail = Verdict.ERROR, f"{ended.detail} (whose failure it was cannot be told without receipts)"
        skipped = [result for result in results if result.required and result.status is CheckStatus.SKIPPED]
        if skipped and verdict is Verdict.ERROR:
            detail = f"{len(skipped)} required checks could not be made: {skipped[0].found}"
        if exhibit.faults:
            verdict, detail = Verdict.FAILED, "; ".join(exhibit.faults)
        changes = known(evidence, "changes", Changes())
        attempt = Attempt(
            number=ended.number,
            decision=exhibit.decision,
            verdict=verdict,
            end=AgentEnd.REFUSED if verdict is Verdict.REFUSED else ended.end,
            end_detail=detail,
            started_at=stamp(started) if (started := known(evidence, "started_at", None)) else "unknown",
            wall_s=known(evidence, "wall_s", 0.0),
            turns=exhibit.turns,
            requests=len(receipts),
            usage=total_usage(receipts),
            cost_usd=None if "receipts" in evidence.missing else total_cost(receipts),
            claimed_cost_usd=None,
            served=tuple(dict.fromkeys(receipt.served for receipt in receipts if receipt.served)),
            checks=results,
            findings=findings,
            changes=changes,
            delivered=bool(changes) or any(finding.claim for finding in findings),
            final_message=known(evidence, "final_message", ""),
            transcript=ended.transcript,
            isolation="unknown",
            notes=exhibit.notes,
        )
        if exhibit.judges is None:
            return with_judges(attempt, asked)
        notes = (f"judges were asked again for ${total_cost(asked)}, which is not on this bill",) if asked else ()
        return with_judges(replace(attempt, notes=(*attempt.notes, *notes)), exhibit.judges)

    def _runner(self, evidence: PartialEvidence, seal: Seal | None) -> Any:
        async def run(spec: CommandSpec) -> CommandOutcome:
            if why := evidence.missing.get("workspace"):
                raise EvidenceMissing(why)
            return await command_runner(evidence, self.environ, self.egress, seal=seal)(spec)

        return run


def _completed(evidence: PartialEvidence, plan: StepPlan, answer: Any) -> PartialEvidence:
    """Return the evidence with the agent's structured answer, the plan's sealed folder and, if need be, its prompt."""
    given = {field.name: object.__getattribute__(evidence, field.name) for field in fields(evidence)}
    prompt = evidence.prompt or plan.prompt or None
    return PartialEvidence(**given | {"sealed": plan.sealed, "prompt": prompt, "structured": answer})


def known(evidence: PartialEvidence, name: str, otherwise: Any) -> Any:
    """Return a field of the evidence, or something else where it is missing."""
    return otherwise if name in evidence.missing else getattr(evidence, name)
