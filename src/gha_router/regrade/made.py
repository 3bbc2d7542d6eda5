"""The steps that another action made in one job, verified in another from what the first has left of them.

=========================  ========================================================================================
``before.json``            the workspace before the first step, as ``gha-router snapshot`` writes it
``steps/ID/after.json``    the workspace after a step
``steps/ID/execution.json``  what the agent's program printed: claude-code-action's ``execution_file``
``files/SHA256``           every file that a step left other than it was before the first
``ledger.jsonl``           the gateway's receipts
=========================  ========================================================================================

Each state is brought back from a clean checkout and ``files``, each byte by its digest, and looked at again.
"""

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from gha_router.agent import snapshot
from gha_router.config import Config
from gha_router.errors import UsageError
from gha_router.pipeline.plan import StepPlan
from gha_router.pipeline.plans import plans_of
from gha_router.pipeline.seal import Folder, inherited, sealed
from gha_router.pipeline.steps import GRAVITY
from gha_router.records import Basis, RunResult, StepResult, Verdict, now, stamp
from gha_router.regrade import foreign
from gha_router.regrade.books import Books
from gha_router.regrade.grading import Grader
from gha_router.regrade.tree import require_possible, restore
from gha_router.regrade.verify import graded

BEFORE, AFTER, EXECUTION, FILES, STEPS = "before.json", "after.json", "execution.json", "files", "steps"
NOT_RUN = "it did not run: nothing of it was left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What the first job has left, and what it is held against.

    ``checkout`` is the commit that the agent was given, ``origin`` the one that sealed files come from. ``digests`` are
    those of the states, as they were published: before, then after each step, empty for one that did not run.
    """

    folder: Path
    checkout: Path
    origin: Path
    digests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """The workspace at one moment: ``digest`` when it is the published one, ``fault`` when it is another."""

    file: Path
    digest: str | None = None
    fault: str | None = None


async def verify_made(made: Made, books: Books, config: Config, grader: Grader, *, pipeline: str | None) -> RunResult:
    """Return the result of all steps; a state other than the published one verifies nothing that rests on it.

    Raises ``UsageError`` for what no agent has done.
    """
    started = time.monotonic()
    plans = plans_of(config, pipeline)
    if not plans:
        raise UsageError("the configuration has no steps", hint="Verify one prompt with --checks and --transcript.")
    seal = Folder(root=made.origin, name=f"the clean checkout {made.origin.name}")
    state = _state(made, made.folder / BEFORE, 0)
    steps: list[StepResult] = []
    basis: list[Basis] = []
    trusted: list[StepPlan] = []  # verified: what they were meant to write counts from then on
    for place, plan in enumerate(plans, 1):
        file = made.folder / STEPS / plan.id / AFTER
        if not file.is_file() and not _published(made, place):
            steps.append(_unseen(plan, Verdict.SKIPPED, NOT_RUN))
            continue
        after = _state(made, file, place)
        if fault := state.fault or after.fault:
            steps.append(_unseen(plan, Verdict.FAILED, fault))
            state = replace(state, fault=fault)
            continue
        own = _as_left(made, sealed(plan, seal, workspace=made.checkout), trusted, state.file)
        step, found = await _step(made, own, (state.file, state.digest), books, grader)
        trusted += [plan] if step.verdict is Verdict.VERIFIED else []
        steps.append(step)
        basis += (one for one in found if one.piece != "files" and one not in basis)
        state = after
    return RunResult(
        id="verified-later",
        verdict=min((step.verdict for step in steps), key=GRAVITY.index),  # one that did not run was to be run
        started_at=stamp(now()),
        wall_s=round(time.monotonic() - started, 3),
        steps=tuple(steps),
        ledger_head=books.head,
        isolation="unknown",
        basis=(_of_files(made, state.fault), *basis),
    )


def _unseen(plan: StepPlan, verdict: Verdict, why: str) -> StepResult:
    return StepResult(id=plan.id, verdict=verdict, asked=plan.asked, attempts=(), error=why)


def _as_left(made: Made, plan: StepPlan, earlier: Sequence[StepPlan], state: Path) -> StepPlan:
    """Return a step whose seal has what earlier verified steps were trusted to write, as ``state`` has it."""
    if not any(step.trust for step in earlier):
        return plan
    with _workspace() as work:
        restore(snapshot.read(state), work, kept=made.folder / FILES, bases=(made.checkout,))
        return inherited(plan, earlier, work)


@contextmanager
def _workspace() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="gha-router-verify-") as folder:
        work = Path(folder) / "workspace"
        work.mkdir()
        yield work


async def _step(
    made: Made, plan: StepPlan, before: tuple[Path, str | None], books: Books, grader: Grader
) -> tuple[StepResult, tuple[Basis, ...]]:
    own = made.folder / STEPS / plan.id
    transcript = own / EXECUTION
    with _workspace() as work:
        missing = restore(snapshot.read(own / AFTER), work, kept=made.folder / FILES, bases=(made.checkout,))
        given = foreign.Given(
            workspace=work,
            before=before[0],
            before_digest=before[1],
            transcript=transcript if transcript.is_file() else None,
            step=plan.id,
        )
        faults = (f"{len(missing)} files are nowhere to be had: {missing[0]}",) if missing else ()
        attempt, basis = await graded(given, books, plan, grader, faults=faults)
    step = StepResult(
        id=plan.id,
        verdict=attempt.verdict,
        asked=plan.asked,
        attempts=(attempt,),
        error=None if attempt.verdict is Verdict.VERIFIED else attempt.end_detail or None,
        seal=plan.seal.digest if plan.seal else None,
        sealed_from=plan.seal.origin if plan.seal else None,
    )
    return step, tuple(replace(one, origin=f"{one.origin} of {plan.id}") if _own(one) else one for one in basis)


def _own(basis: Basis) -> bool:
    """Return whether a piece is a step's own, whose file has the same name in every step."""
    return basis.piece in {"transcript", "state before"} and basis.sound


def _published(made: Made, place: int) -> str:
    """Return the digest that was published for the state before (0) or after a step; empty when none was."""
    return made.digests[place] if place < len(made.digests) else ""


def _state(made: Made, file: Path, place: int) -> _State:
    """Return a state and whether it is the published one. Without any digest nobody is accused: it raises."""
    try:
        found = snapshot.read(file)
        require_possible(found)
    except UsageError as error:
        if not made.digests:
            raise
        return _State(file=file, fault=f"the state {_named(file)} is none: {error.what}")
    digest, published = snapshot.digest_of(found), _published(made, place)
    if not made.digests or digest == published:
        return _State(file=file, digest=published or None)
    other = f"not {published} as was published when it was taken" if published else "and none was published for it"
    return _State(file=file, fault=f"the state {_named(file)} has the digest {digest}, {other}")


def _named(file: Path) -> str:
    return f"{file.parent.name}/{file.name}"


def _of_files(made: Made, fault: str | None) -> Basis:
    standing = "looked at here, as the first job's artifact has them: no digests of the states were given"
    if made.digests:
        standing = fault or (
            "independent: brought back byte by byte and looked at here; each state has the digest that was published "
            "when the step had ended"
        )
    origin = "a clean checkout, and the files that were changed"
    return Basis(piece="files", origin=origin, standing=standing, sound=fault is None)
