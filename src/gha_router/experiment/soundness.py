"""Is a suite sound: its oracles pass, doing nothing fails, and the check that is named catches each mutation.

Everything is played by simulated models through the real agent and the real checks, as any trial is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from gha_router.checks.seal import NAME as SEALED_FILES
from gha_router.config import suggest
from gha_router.errors import Position, TaskError
from gha_router.experiment.shards import every
from gha_router.experiment.task import Task
from gha_router.experiment.trials import Experiment, OnTrial, run_trials
from gha_router.pipeline.bench import Bench
from gha_router.records import CheckStatus, ClaimVerdict, Decision, ExperimentResult, Trial, Verdict
from gha_router.sim import MUTANTS, Mutation, load_scripts
from gha_router.sim.personality import GAVE_UP

ORACLE, NOP = "sim/oracle", "sim/nop"
CHECKS_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """Tasks, and the mutations of each by its id; a task without an oracle is in no list."""

    name: str
    tasks: tuple[Task, ...]
    mutations: Mapping[str, tuple[Mutation, ...]]

    @property
    def models(self) -> tuple[str, ...]:
        """Return the simulated models that are needed."""
        most = max((len(mutations) for mutations in self.mutations.values()), default=0)
        return (ORACLE, NOP, *MUTANTS[:most])

    @property
    def size(self) -> int:
        """Return the number of trials."""
        return sum(len(models) * len(tasks) for models, tasks in self.rounds())

    @property
    def without_mutations(self) -> tuple[str, ...]:
        """Return the tasks of which nobody says what a wrong solution is."""
        return tuple(task for task, mutations in self.mutations.items() if not mutations)

    def rounds(self) -> Iterator[tuple[tuple[str, ...], tuple[Task, ...]]]:
        """Yield which models try which tasks."""
        playable = tuple(task for task in self.tasks if task.id in self.mutations)
        yield (ORACLE, NOP), playable
        for number, model in zip(count(1), self.models[2:], strict=False):
            yield (model,), tuple(task for task in playable if len(self.mutations[task.id]) >= number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One scripted model on one task. ``found`` says what became of it, in words."""

    task: str
    model: str
    name: str  # "oracle", "nop", or the mutation's
    holds: bool
    found: str
    caught_by: str | None = None  # of a mutation: the check that has to catch it
    ran: bool = True  # False: the machinery failed, which says nothing of the suite


def read_suite(name: str, tasks: Sequence[Task]) -> Suite:
    """Return the tasks with what is scripted for them.

    Raises ``TaskError`` for a script that cannot be played, and a mutation whose check there is not.
    """
    mutations = {}
    for task in tasks:
        if not (task.folder / "oracle.yml").exists():
            continue
        script, *_ = load_scripts([task.folder])
        _require_checks(task, script.mutations)
        mutations[task.id] = script.mutations
    if not mutations:
        raise TaskError(
            "no task of this suite has an oracle.yml",
            where=Position(str(tasks[0].folder.parent)),
            hint="It holds the scripted solution; docs/write-a-suite.md shows one.",
        )
    load_scripts([task.folder for task in tasks])  # two tasks with one prompt
    return Suite(name=name, tasks=tuple(tasks), mutations=mutations)


async def play(
    suite: Suite, decisions: Mapping[str, Decision], bench: Bench, *, jobs: int, on_trial: OnTrial
) -> ExperimentResult:
    """Run every oracle, nop and mutation, and return all trials."""
    results = []
    for models, tasks in suite.rounds():
        chosen = {model: decisions[model] for model in models}
        trials = every((task.id for task in tasks), chosen)
        plan = Experiment(suite=suite.name, tasks=tasks, models=chosen, trials=trials, jobs=jobs)
        results.append(await run_trials(plan, bench, on_trial))
    return replace(
        results[0],
        models=suite.models,
        wall_s=round(sum(result.wall_s for result in results), 3),
        trials=tuple(trial for result in results for trial in result.trials),
    )


def soundness(suite: Suite, trials: Sequence[Trial]) -> tuple[Played, ...]:
    """Return what holds, task by task; a task without an oracle has one line that says so."""
    by = {(trial.task_id, trial.model): trial for trial in trials}
    return tuple(played for task in suite.tasks for played in _of_task(suite, task, by))


def _of_task(suite: Suite, task: Task, by: Mapping[tuple[str, str], Trial]) -> Iterator[Played]:
    if task.id not in suite.mutations:
        missing = "there is no oracle.yml: nobody has shown that it can be passed"
        yield Played(task=task.id, model=ORACLE, name="oracle", holds=False, found=missing)
        return
    if trial := by.get((task.id, ORACLE)):
        yield _told(trial, "oracle", *_oracle(trial))
    if trial := by.get((task.id, NOP)):
        yield _told(trial, "nop", *_nop(trial))
    for mutation, model in zip(suite.mutations[task.id], MUTANTS, strict=False):
        if trial := by.get((task.id, model)):
            played = _told(trial, mutation.name, *_mutation(trial, mutation.caught_by))
            yield replace(played, caught_by=mutation.caught_by)


def _told(trial: Trial, name: str, holds: bool, found: str) -> Played:  # noqa: FBT001 - from a pair of the two
    if trial.result.verdict not in {Verdict.VERIFIED, Verdict.FAILED}:
        why = trial.result.error or (trial.attempt.end_detail if trial.attempt else "")
        found = f"did not run: {trial.result.verdict}" + (f", {why}" if why else "")
        return Played(task=trial.task_id, model=trial.model, name=name, holds=False, found=found, ran=False)
    return Played(task=trial.task_id, model=trial.model, name=name, holds=holds, found=found)


def _oracle(trial: Trial) -> tuple[bool, str]:
    wrong = [f"{name}: {found}" for name, found in _failed(trial).items()]
    if trial.attempt is not None:
        said = [finding for finding in trial.attempt.findings if finding.verdict is ClaimVerdict.CONTRADICTED]
        told = [finding.claim.text if finding.claim else finding.kind for finding in said]
        wrong += [f"claims what does not hold: {text}" for text in told]
        wrong += [_last_words(trial)] if not wrong and not trial.attempt.delivered else []
    if GAVE_UP in _last_words(trial):
        wrong.insert(0, _last_words(trial))
    return (not wrong and trial.result.verdict is Verdict.VERIFIED), "; ".join(wrong) or "passes"


def _nop(trial: Trial) -> tuple[bool, str]:
    if trial.result.verdict is Verdict.FAILED:
        return True, f"fails: {_names(tuple(_failed(trial)))}"
    return False, "passes every check without having done anything"


def _mutation(trial: Trial, caught_by: str) -> tuple[bool, str]:
    failed = _failed(trial)
    if GAVE_UP in _last_words(trial):
        return False, f"could not be played: {_last_words(trial)}"
    if not failed:
        return False, "passes every check"
    if caught_by not in failed:
        return False, f"`{caught_by}` passes it; it fails: {_names(tuple(failed))}"
    others = tuple(name for name in failed if name != caught_by)
    return True, f"caught by {caught_by}: {failed[caught_by]}" + (f" (also by {_names(others)})" if others else "")


def _failed(trial: Trial) -> dict[str, str]:
    """Return the checks that decide and did not pass, with what they found."""
    checks = trial.attempt.checks if trial.attempt else ()
    return {check.name: check.found for check in checks if check.required and check.status is CheckStatus.FAILED}


def _last_words(trial: Trial) -> str:
    return " ".join(trial.attempt.final_message.split()) if trial.attempt else ""


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - CHECKS_SHOWN} more" if len(names) > CHECKS_SHOWN else ""
    return ", ".join(names[:CHECKS_SHOWN]) + more


def _require_checks(task: Task, mutations: Sequence[Mutation]) -> None:
    known = (*(check.name for check in task.checks if check.required), SEALED_FILES)
    for mutation in mutations:
        if mutation.caught_by not in known:
            raise TaskError(
                f"no required check of the task is called `{mutation.caught_by}`",
                where=mutation.where,
                hint=suggest(mutation.caught_by, known),
            )
