"""What a run is worth, what a step hands on, and whether an answer fits."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gha_router.agent import snapshot
from gha_router.checks import CommandOutcome, CommandSpec, Tools
from gha_router.config import Input, parse
from gha_router.gateway.budget import Budget, Refusal
from gha_router.gateway.keys import Grant
from gha_router.pipeline.inputs import NotAvailable, NotHandedOver, Outputs, collect, values_for
from gha_router.pipeline.plan import StepPlan
from gha_router.pipeline.plans import plans_of
from gha_router.pipeline.steps import overall
from gha_router.records import Changes, CheckStatus, Evidence, StepResult, Verdict, now
from tests.unit.pipeline.test_handover import ATTEMPT
from tests.unit.pipeline.test_resume import PLAN

V = Verdict
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def result(verdict: Verdict, *, run: bool = True) -> StepResult:
    return StepResult(id="a", verdict=verdict, asked="m", attempts=(ATTEMPT,) if run else ())


@pytest.mark.parametrize(
    ("verdicts", "whole"),
    [
        ((V.VERIFIED, V.VERIFIED), V.VERIFIED),
        ((V.FAILED, V.VERIFIED), V.FAILED),
        ((V.FAILED, V.REFUSED, V.VERIFIED), V.REFUSED),
        ((V.ERROR, V.REFUSED), V.ERROR),
        ((V.VERIFIED, V.CANCELLED), V.CANCELLED),
        ((V.SKIPPED, V.VERIFIED), V.SKIPPED),  # it ran, and nothing was checked
    ],
)
def test_a_run_is_worth_as_much_as_its_worst_step(verdicts: tuple[Verdict, ...], whole: Verdict) -> None:
    assert overall(result(verdict) for verdict in verdicts) is whole


def test_a_step_that_was_not_to_be_run_does_not_count_and_an_error_before_it_began_does() -> None:
    assert overall([result(V.SKIPPED, run=False), result(V.VERIFIED)]) is V.VERIFIED
    assert overall([result(V.SKIPPED, run=False)]) is V.SKIPPED
    assert overall([result(V.ERROR, run=False), result(V.VERIFIED)]) is V.ERROR


def evidence(folder: Path, structured: Any = None) -> Evidence:
    there = snapshot.take(folder, at=now())
    return Evidence(
        workspace=folder,
        before=there,
        after=there,
        changes=Changes(),
        started_at=NOW,
        ended_at=NOW,
        wall_s=1.0,
        final_message="Done.",
        tool_calls=(),
        structured=structured,
    )


def given(**words: str) -> Input:
    return Input.model_validate({"from": "gather", **words})


def test_a_verified_step_hands_on_what_others_take(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("été\n")
    attempt = replace(ATTEMPT, final_message="Done.", structured={"a": [{"b": 5}]})
    wanted = (given(), given(file="notes.md"), given(structured="a[0].b"), given(structured="$"))
    outputs = collect(attempt, evidence(tmp_path), wanted)
    assert outputs == Outputs(text="Done.", structured={"a": [{"b": 5}]}, files={"notes.md": "été\n"})
    plan = replace(PLAN, inputs={f"i{number}": one for number, one in enumerate(wanted)})
    values = values_for(plan, {"gather": result(V.VERIFIED)}, {"gather": outputs})
    assert values["inputs"] == {"i0": "Done.", "i1": "été\n", "i2": 5, "i3": {"a": [{"b": 5}]}}
    assert values["steps"]["gather"]["verdict"] == "verified"


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (given(file="none.md"), "there is no file none.md"),
        (given(file="folder"), "there is no file folder"),
        (given(file="link"), "there is no file link"),
        (given(file="picture"), "no text in UTF-8"),
        (given(file="large"), "400,001 bytes"),
        (given(structured="b"), "no b at the top"),
        (given(structured="a[3]"), r"no \[3\] at a"),
    ],
)
def test_a_result_that_lacks_what_others_take_is_not_handed_on(tmp_path: Path, wanted: Input, words: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("/etc/passwd")
    (tmp_path / "picture").write_bytes(b"\x89PNG\xff")
    (tmp_path / "large").write_text("x" * 400_001)
    with pytest.raises(NotHandedOver, match=words):
        collect(replace(ATTEMPT, structured={"a": [1]}), evidence(tmp_path), [wanted])


def test_an_input_of_a_step_without_a_verified_result_is_its_default_or_not_there() -> None:
    results = {"gather": result(V.FAILED)}
    plan = replace(PLAN, inputs={"x": given(default="none")})
    assert values_for(plan, results, {})["inputs"] == {"x": "none"}
    with pytest.raises(NotAvailable, match="`x` comes from `gather`, which is failed"):
        values_for(replace(PLAN, inputs={"x": given()}), results, {})


def planned(schema: str) -> StepPlan:
    text = f"models: {{a: sim/honest}}\nsteps: [{{id: a, prompt: b, output_schema: {schema}}}]\n"
    return plans_of(parse(text, name="c.yml", env={}))[0]


SCHEMA = "{type: object, required: [n], properties: {n: {type: integer}, of: {enum: [x, y]}}}"


@pytest.mark.parametrize(
    ("answer", "status", "found"),
    [
        ({"n": 1}, CheckStatus.PASSED, "it does, with 2 values"),
        ({"n": 1, "of": "y"}, CheckStatus.PASSED, "it does, with 3 values"),
        (None, CheckStatus.FAILED, "no structured answer"),
        ({"n": "1"}, CheckStatus.FAILED, "n: '1' is not of type 'integer'"),
        ({}, CheckStatus.FAILED, "the top: 'n' is a required property"),
        ({"n": 1, "of": "z"}, CheckStatus.FAILED, "of: 'z' is not one of ['x', 'y']"),
        ([1], CheckStatus.FAILED, "the top: [1] is not of type 'object'"),
    ],
)
def test_an_answer_fits_its_schema_or_its_faults_are_named(
    tmp_path: Path, answer: Any, status: CheckStatus, found: str
) -> None:
    [check] = planned(SCHEMA).checks
    seen = asyncio.run(check.run(evidence(tmp_path, answer), Tools(run=_nothing)))
    assert (seen.status, seen.found) == (status, found)


async def _nothing(_spec: CommandSpec) -> CommandOutcome:
    raise AssertionError


@pytest.mark.parametrize("own", [None, Decimal("0.05"), Decimal(0)])
def test_a_step_s_own_cap_takes_the_place_of_every_step_s(own: Decimal | None) -> None:
    budget = Budget(Decimal(1), Decimal("0.01"), {"r/a": Decimal("0.005")})
    grant = Grant(run="r", step="a", usd=own)
    room = (Decimal("0.01") if own is None else own) - Decimal("0.005")
    assert isinstance(budget.reserve(grant, room + Decimal("0.001"), "lab/x"), Refusal)
    if room >= 0:
        assert budget.reserve(grant, room, "lab/x") == room


def test_what_an_earlier_life_spent_counts_for_the_run() -> None:
    budget = Budget(Decimal(1), None, {"r/a": Decimal("0.6"), "r/b": Decimal("0.3")})
    assert isinstance(budget.reserve(Grant(run="r", step="c"), Decimal("0.2"), "lab/x"), Refusal)


def test_a_step_may_have_a_cap_where_nothing_else_has_one() -> None:
    budget = Budget(None, None)
    assert budget.reserve(Grant(run="r", step="a"), None, "lab/x") == 0
    assert isinstance(budget.reserve(Grant(run="r", step="a", usd=Decimal(1)), Decimal(2), "lab/x"), Refusal)
