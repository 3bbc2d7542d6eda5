"""What is known of a run while it goes on; written into its journal, and read back by a later life of it."""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from gha_router.agent import snapshot
from gha_router.pipeline.digest import digest_of
from gha_router.pipeline.inputs import Outputs
from gha_router.pipeline.journal import NAME, SCHEMA, Journal
from gha_router.pipeline.plan import StepPlan
from gha_router.pipeline.run import file_name
from gha_router.pipeline.staging import Move, refuse_conflicts, staged
from gha_router.records import Attempt, Decision, Evidence, Life, StepResult, now, stamp

LEDGER = "ledger.jsonl"
ORIGINAL = "original"  # the workspace as the run found it, for steps that begin afresh
STAGED = "staged"  # verified changes on their way into the workspace


@dataclass(kw_only=True)
class Record:
    """A run: what is settled, what is handed on, and what earlier lives have done."""

    out: Path
    workspace: Path
    run: str
    journal: Journal
    digests: Mapping[str, str]  # of the plans
    started_at: str = field(default_factory=lambda: stamp(now()))
    ledger: str = LEDGER
    results: dict[str, StepResult] = field(default_factory=dict)  # of steps that the run went on behind
    handed: dict[str, Outputs] = field(default_factory=dict)  # by verified steps
    earlier: dict[str, tuple[Attempt, ...]] = field(default_factory=dict)  # of steps that are begun again
    lives: tuple[Life, ...] = ()  # before this one
    spent: Mapping[str, Decimal] = field(default_factory=dict)  # in them, as ``gateway.setup.Setup`` has it

    @classmethod
    def begun(cls, out: Path, run: str, plans: Sequence[StepPlan], workspace: Path, original: Path | None) -> "Record":
        """Return the record of a run that begins."""
        made = cls(
            out=out, workspace=workspace, run=run, journal=Journal.created(out / NAME), digests=digests_of(plans)
        )
        made.journal.write(
            "begun",
            schema=SCHEMA,
            run=run,
            ledger=made.ledger,
            workspace=tree(workspace),
            original=tree(original) if original else None,
        )
        return made

    def began(self, step: str, number: int, decision: Decision) -> None:
        """Note that an attempt begins."""
        self.journal.write("attempt", step=step, number=number, decision=decision)

    def ended(self, step: str, attempt: Attempt) -> None:
        """Note how an attempt ended."""
        self.journal.write("ended", step=step, attempt=attempt)

    def verified(
        self, plan: StepPlan, attempt: Attempt, outputs: Outputs, evidence: Evidence, *, carry: bool
    ) -> Path | None:
        """Put verified changes down beside the workspace, and note that they are going to be carried.

        Returns where they are, ``None`` when nothing is carried. Raises ``Withheld`` for what may not be.
        """
        move, source = None, None
        if carry:
            move, source = Move.of(evidence), staged(evidence, self.staging(plan.id))
            refuse_conflicts(source, self.workspace, evidence)
        self.journal.write(
            "verified",
            step=plan.id,
            asked=plan.asked,
            plan=self.digests[plan.id],
            attempt=attempt,
            outputs=outputs,
            move=move,
        )
        return source

    def settle(self, result: StepResult, outputs: Outputs | None) -> None:
        """Note that the run goes on behind a step."""
        self.results[result.id] = result
        if outputs is not None:
            self.handed[result.id] = outputs
        self.journal.write(
            "settled",
            step=result.id,
            plan=self.digests[result.id],
            result=result,
            outputs=outputs,
            workspace=tree(self.workspace),
        )
        shutil.rmtree(self.staging(result.id), ignore_errors=True)

    def staging(self, step: str) -> Path:
        """Return where a step's verified changes lie until they are in the workspace."""
        return self.out / STAGED / file_name(step)

    def first(self, step: str) -> int:
        """Return the number of a step's first attempt in this life."""
        return 1 + max((attempt.number for attempt in self.earlier.get(step, ())), default=0)

    def with_earlier(self, result: StepResult) -> StepResult:
        """Return a result with the attempts of earlier lives before its own."""
        return replace(result, attempts=(*self.earlier.get(result.id, ()), *result.attempts))


def digests_of(plans: Iterable[StepPlan]) -> dict[str, str]:
    """Return the digest of each plan."""
    return {plan.id: digest_of(plan) for plan in plans}


def tree(folder: Path) -> str:
    """Return the digest of a folder's files."""
    return snapshot.files_digest(snapshot.take(folder, at=now()))
