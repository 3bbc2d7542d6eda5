"""Who may be believed: rates of the agent's word, its own tests and the checks on trial, against all other checks."""

from dataclasses import replace
from pathlib import Path

import pytest

from gha_router.errors import UsageError
from gha_router.experiment.acceptance import GATE, TESTS, WORD, Acceptor, acceptance, attempts_of, read_attempts
from gha_router.records import Attempt, CheckStatus, Verdict, dumps
from gha_router.report.document import report_json
from gha_router.stats import ENOUGH, Rate
from tests.unit.report.sample import attempt, check, done, experiment, run


def judged(*, right: bool, gate: bool | None = None, word: bool = False, own_tests: bool | None = None) -> Attempt:
    """An attempt whose hidden check says ``right``; a gate says ``gate``."""
    checks = [check("hidden", passed=right)]
    if gate is not None:
        checks.append(replace(check("unit tests", passed=gate), gate=True))
    verdict = Verdict.VERIFIED if all(one.passed for one in checks) else Verdict.FAILED
    findings = (done(held=right),) if word else ()
    return replace(attempt("m", verdict=verdict, checks=tuple(checks), findings=findings), own_tests=own_tests)


def of(who: str, *attempts: Attempt) -> Acceptor:
    return next(one for one in acceptance(attempts) if one.who == who)


def test_the_word_of_an_agent_that_is_always_done_accepts_all_that_is_wrong() -> None:
    found = of(WORD, judged(right=False, word=True), judged(right=False, word=True), judged(right=True, word=False))
    assert found.false_accept == Rate(hits=2, trials=2)
    assert found.false_reject == Rate(hits=1, trials=1)


def test_who_ran_no_test_says_nothing() -> None:
    found = of(TESTS, judged(right=False, own_tests=True), judged(right=False), judged(right=True, own_tests=False))
    assert (found.false_accept, found.false_reject) == (Rate(hits=1, trials=1), Rate(hits=1, trials=1))
    assert found.silent == 1


def test_a_gate_is_held_against_the_other_checks_and_is_no_part_of_the_truth() -> None:
    found = of(
        GATE,
        judged(right=False, gate=True),
        judged(right=False, gate=False),
        judged(right=True, gate=False),  # the verdict is failed, and the result was right
        judged(right=True, gate=True),
    )
    assert found.false_accept == Rate(hits=1, trials=2)
    assert found.false_reject == Rate(hits=1, trials=2)


def test_without_a_gate_nothing_is_said_of_checks() -> None:
    found = of(GATE, judged(right=True), judged(right=False))
    assert (found.false_accept.trials, found.false_reject.trials, found.silent) == (0, 0, 2)


def test_what_could_not_be_checked_or_is_infrastructure_is_no_truth() -> None:
    broken = replace(check("hidden"), status=CheckStatus.ERROR)
    unknown = replace(judged(right=True, word=True), checks=(broken,), verdict=Verdict.FAILED)
    error = replace(judged(right=True, word=True), verdict=Verdict.ERROR)
    all_on_trial = replace(judged(right=True, word=True), checks=(replace(check("only"), gate=True),))
    found = of(WORD, unknown, error, all_on_trial)
    assert (found.false_accept.trials, found.false_reject.trials) == (0, 0)


def test_an_attempt_that_ended_before_its_checks_was_wrong() -> None:
    assert of(WORD, replace(judged(right=False), checks=())).false_accept == Rate(hits=0, trials=1)


def test_rates_are_numbers_only_with_enough_samples() -> None:
    wrong = [judged(right=False, gate=number % 10 == 0) for number in range(ENOUGH)]
    assert of(GATE, *wrong[:-1]).false_accept.share is None
    assert of(GATE, *wrong).false_accept.share == 0.1


def test_trials_and_runs_are_read_back(tmp_path: Path) -> None:
    trials, report = tmp_path / "trials.jsonl", tmp_path / "report.json"
    trials.write_text("".join(dumps(trial) + "\n" for trial in experiment().trials))
    report.write_text(report_json(run()))
    assert read_attempts(trials) == attempts_of(experiment().trials)
    assert [one.number for one in read_attempts(report)] == [1, 1, 2]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("trials.jsonl", "\n{}", "trials.jsonl:2: it holds no result of ours"),
        ("trials.jsonl", "{", "trials.jsonl:1: not JSON"),
        ("report.json", '{"kind": "experiment"}', "no report of a run"),
        ("report.json", '{"kind": "run"}', "it holds no result of ours"),
        ("none.jsonl", None, "cannot be read"),
    ],
)
def test_what_is_neither_is_refused_with_its_place(tmp_path: Path, name: str, content: str | None, said: str) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(UsageError) as caught:
        read_attempts(tmp_path / name)
    assert said in str(caught.value)
