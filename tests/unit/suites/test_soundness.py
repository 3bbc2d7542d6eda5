"""What is said of an oracle, of nop and of a mutation, by what became of their trials."""

from dataclasses import replace
from pathlib import Path

import pytest

from gha_router.errors import TaskError
from gha_router.experiment.new_task import new_task
from gha_router.experiment.soundness import NOP, ORACLE, Played, Suite, read_suite, soundness
from gha_router.experiment.task import load_suite
from gha_router.records import CheckResult, CheckStatus, ExperimentResult, StepResult, Trial, Verdict
from gha_router.report.of_suite import suite_view
from gha_router.sim.personality import GAVE_UP
from tests.unit.report import sample

CHECK, OTHER = "greets as it should", "changes nothing else"


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    new_task(tmp_path / "greet")
    return read_suite("mine", load_suite(tmp_path))


def trial(model: str, *failed: str, message: str = "Done.", verdict: Verdict | None = None) -> Trial:
    decided = verdict or (Verdict.FAILED if failed else Verdict.VERIFIED)
    checks = tuple(
        CheckResult(
            name=name,
            kind="command",
            status=CheckStatus.FAILED if name in failed else CheckStatus.PASSED,
            expected="exit 0",
            found="exit 1" if name in failed else "exit 0",
        )
        for name in (CHECK, OTHER)
    )
    made = sample.good(model, "greet", wall_s=1.0, cost="0.1").attempt
    assert made is not None
    made = replace(made, verdict=decided, checks=checks, findings=(), final_message=message)
    result = StepResult(id="greet", verdict=decided, asked=model, attempts=(made,))
    return Trial(id="x", suite="mine", task_id="greet", model=model, epoch=1, result=result)


def played(suite: Suite, one: Trial) -> Played:
    (found,) = soundness(suite, [one])
    return found


@pytest.mark.parametrize(
    ("one", "holds", "found"),
    [
        (trial(ORACLE), True, "passes"),
        (trial(ORACLE, CHECK), False, "greets as it should: exit 1"),
        (trial(ORACLE, message=f"It failed. {GAVE_UP}"), False, f"It failed. {GAVE_UP}"),
        (trial(ORACLE, verdict=Verdict.ERROR), False, "did not run: error"),
        (trial(NOP, CHECK), True, "fails: greets as it should"),
        (trial(NOP), False, "passes every check without having done anything"),
        (trial("sim/mutant-1", CHECK), True, "caught by greets as it should: exit 1"),
        (
            trial("sim/mutant-1", CHECK, OTHER),
            True,
            "caught by greets as it should: exit 1 (also by changes nothing else)",
        ),
        (trial("sim/mutant-1", OTHER), False, "`greets as it should` passes it; it fails: changes nothing else"),
        (trial("sim/mutant-1"), False, "passes every check"),
        (trial("sim/mutant-1", CHECK, message=f"Exit 1. {GAVE_UP}"), False, f"could not be played: Exit 1. {GAVE_UP}"),
    ],
    ids=lambda value: value.model if isinstance(value, Trial) else str(value)[:30],
)
def test_what_holds(suite: Suite, one: Trial, holds: bool, found: str) -> None:  # noqa: FBT001 - what is expected
    result = played(suite, one)
    assert result.holds is holds
    assert result.found.startswith(found)


def test_a_mutation_names_a_required_check(suite: Suite) -> None:
    file = suite.tasks[0].folder / "oracle.yml"
    file.write_text(file.read_text().replace("caught_by: greets as it should", "caught_by: greets as it shuold"))
    with pytest.raises(TaskError, match="no required check of the task is called `greets as it shuold`") as caught:
        read_suite("mine", suite.tasks)
    assert "Did you mean `greets as it should`?" in str(caught.value)
    assert f"{file}:15:16" in str(caught.value)


def test_a_task_without_an_oracle_is_told(suite: Suite, tmp_path: Path) -> None:
    new_task(tmp_path / "bare")
    (tmp_path / "bare" / "oracle.yml").unlink()
    both = read_suite("mine", load_suite(tmp_path))
    assert [(one.task, one.holds) for one in soundness(both, [])] == [("bare", False)]
    (suite.tasks[0].folder / "oracle.yml").unlink()
    with pytest.raises(TaskError, match=r"no task of this suite has an oracle\.yml"):
        read_suite("mine", load_suite(tmp_path))


def test_a_task_without_mutations_is_named_and_is_no_failure(suite: Suite) -> None:
    file = suite.tasks[0].folder / "oracle.yml"
    file.write_text(file.read_text().partition("# Plausible")[0])
    bare = read_suite("mine", suite.tasks)
    trials = (trial(ORACLE), trial(NOP, CHECK))
    view = suite_view(bare, result_of(trials), soundness(bare, trials))
    assert (view.verdict, bare.size) == (Verdict.VERIFIED, 2)
    assert "Without a mutation, so that nobody knows what the checks would miss: greet." in view.lead


def test_what_did_not_run_is_an_error(suite: Suite) -> None:
    trials = (trial(ORACLE), trial(NOP, CHECK))
    view = suite_view(suite, result_of(trials), soundness(suite, trials))
    assert (view.verdict, view.lead) == (Verdict.ERROR, ("Broken off: 1 of 3 trials did not run.",))


def result_of(trials: tuple[Trial, ...]) -> ExperimentResult:
    return replace(sample.experiment(), suite="mine", models=(ORACLE, NOP), trials=trials)
