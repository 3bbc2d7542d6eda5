"""Outputs: what is not known is empty, and paths lead somewhere outside of the container too."""

import dataclasses
import io
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from gha_router.errors import (
    BudgetRefused,
    Cancelled,
    ConfigError,
    GatewayError,
    GhaRouterError,
    InfrastructureError,
    NotPermitted,
)
from gha_router.github.core import Core
from gha_router.github.inputs import FailOn
from gha_router.github.outputs import Outputs, exit_code, of_error, of_result, set_all
from gha_router.github.place import Place
from gha_router.records import RunResult, Verdict
from tests.unit.github.runner import outputs
from tests.unit.report.sample import run

HERE = Place(workspace=Path("/github/workspace"), temp=None, temp_outside=None)


def with_transcripts(result: RunResult, out: Path) -> RunResult:
    """The sample with a transcript for each attempt, one message a line."""
    (out / "transcripts").mkdir()
    steps = []
    for step in result.steps:
        attempts = []
        for attempt in step.attempts:
            name = f"transcripts/{step.id}-{attempt.number}.jsonl"
            first = {"type": "system", "subtype": "init", "session_id": f"{step.id}-{attempt.number}"}
            last = {"type": "result", "result": "two\u2028lines", "session_id": f"{step.id}-{attempt.number}"}
            lines = (json.dumps(entry, ensure_ascii=False) + "\n" for entry in (first, last))
            (out / name).write_text("".join(lines), encoding="utf-8")
            attempts.append(replace(attempt, transcript=name))
        steps.append(replace(step, attempts=tuple(attempts)))
    return replace(result, steps=tuple(steps))


def test_a_run_s_outputs(tmp_path: Path) -> None:
    result = with_transcripts(run(), tmp_path)
    found = of_result(result, tmp_path, HERE)
    attempts = [attempt for step in result.steps for attempt in step.attempts]
    assert found.conclusion == ("success" if result.verdict is Verdict.VERIFIED else "failure")
    assert found.cost_usd == str(sum((attempt.cost_usd or 0 for attempt in attempts), Decimal("0.0004")))
    assert (found.baseline_usd, found.saved_usd) == ("2.81", "2.4445")
    assert found.served_models == ",".join(dict.fromkeys(attempt.served[0] for attempt in attempts))
    assert int(found.claims_contradicted) >= 1
    assert found.report_json == str(tmp_path / "report.json")
    assert found.session_id == f"{result.steps[-1].id}-{attempts[-1].number}"
    messages = json.loads(Path(found.execution_file).read_text(encoding="utf-8"))
    assert len(messages) == 2 * len(attempts)
    assert messages[-1]["result"] == "two\u2028lines"


def test_an_unknown_cost_is_empty_and_not_a_part_of_it(tmp_path: Path) -> None:
    result = run()
    step = result.steps[0]
    unpriced = replace(step, attempts=(*step.attempts, replace(step.attempts[0], cost_usd=None)))
    found = of_result(replace(result, steps=(unpriced, *result.steps[1:])), tmp_path, HERE)
    assert (found.cost_usd, found.saved_usd) == ("", "")
    assert found.baseline_usd == "2.81"


def test_what_this_version_does_not_have_is_empty(tmp_path: Path) -> None:
    found = of_result(run(), tmp_path, HERE)
    assert {found.structured_output, found.branch_name, found.pareto} == {""}


def test_a_lost_transcript_is_infrastructure(tmp_path: Path) -> None:
    result = run()
    step = result.steps[0]
    lost = replace(step, attempts=(replace(step.attempts[0], transcript="transcripts/x.jsonl"),))
    with pytest.raises(InfrastructureError, match=r"transcripts/x\.jsonl is gone"):
        of_result(replace(result, steps=(lost,)), tmp_path, HERE)


def test_every_output_is_set_and_read_back(tmp_path: Path) -> None:
    file = tmp_path / "output"
    file.touch()
    set_all(
        Outputs(conclusion="failure", verdict=Verdict.CANCELLED),
        Core(env={"GITHUB_OUTPUT": str(file)}, log=io.StringIO()),
    )
    found = outputs(file.read_text())
    assert set(found) == {field.name for field in dataclasses.fields(Outputs)}
    assert {name: value for name, value in found.items() if value} == {"conclusion": "failure", "verdict": "cancelled"}


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (BudgetRefused("x"), Verdict.REFUSED),
        (NotPermitted("x"), Verdict.REFUSED),
        (Cancelled("x"), Verdict.CANCELLED),
        (ConfigError("x"), Verdict.ERROR),
        (GatewayError("x"), Verdict.ERROR),
    ],
)
def test_an_error_has_a_verdict_too(error: GhaRouterError, verdict: Verdict) -> None:
    assert of_error(error) == Outputs(conclusion="failure", verdict=verdict)


@pytest.mark.parametrize(
    ("fail_on", "expected"),
    [
        (FailOn.FAILED, [0, 1, 2, 3, 4, 5, 130]),
        (FailOn.ERROR, [0, 0, 2, 3, 4, 5, 130]),
        (FailOn.NEVER, [0, 0, 2, 0, 0, 5, 130]),
    ],
)
def test_the_step_fails_when_the_workflow_wants_it_to(fail_on: FailOn, expected: list[int]) -> None:
    assert [exit_code(code, fail_on) for code in (0, 1, 2, 3, 4, 5, 130)] == expected


@pytest.mark.parametrize(
    ("file", "outside", "name"),
    [
        ("/github/workspace/out/report.json", None, "out/report.json"),
        (
            "/github/runner_temp/gha-router/report.json",
            "/home/runner/work/_temp",
            "/home/runner/work/_temp/gha-router/report.json",
        ),
        ("/github/runner_temp/gha-router/report.json", None, "/github/runner_temp/gha-router/report.json"),
        ("/elsewhere/report.json", "/home/runner/work/_temp", "/elsewhere/report.json"),
    ],
)
def test_later_steps_find_the_files(file: str, outside: str | None, name: str) -> None:
    place = Place(
        workspace=Path("/github/workspace"),
        temp=Path("/github/runner_temp"),
        temp_outside=Path(outside) if outside else None,
    )
    assert place.named(Path(file)) == name
