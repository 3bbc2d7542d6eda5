import csv
import io
import json
from dataclasses import replace
from decimal import Decimal

import pytest

from gha_router.records import Json, RunResult, Source, Verdict, from_json
from gha_router.report.document import SCHEMA, report_json
from gha_router.report.outcomes import COLUMNS, outcomes_csv
from tests.unit.report import sample


def document(text: str) -> Json:
    loaded: Json = json.loads(text)
    return loaded


def test_the_document_of_an_experiment_names_its_schema_and_verdict() -> None:
    body = document(report_json(sample.experiment()))
    assert (body["schema"], body["kind"], body["verdict"]) == (SCHEMA, "experiment", "verified")
    assert (body["ledger_head"], body["isolation"], body["simulated"]) == (sample.HEAD, "none", True)
    assert len(body["trials"]) == 25


def test_money_is_a_string_and_unknown_is_null() -> None:
    rows = {row["model"]: row for row in document(report_json(sample.experiment()))["rows"]}
    assert rows["sonnet"]["cost_usd"] == "0.105"
    assert rows["sonnet"]["cost_per_verified_usd"] == "0.021"
    assert rows["gemini-2.5-pro"]["cost_usd"] is None


def test_every_figure_of_a_row_has_its_source() -> None:
    body = document(report_json(sample.experiment()))
    identity = {"model", "rank", "placed_by"}
    assert set(body["rows"][0]) - identity <= set(body["sources"])
    assert body["sources"]["cost_usd"] == Source.METERED


def test_a_run_can_be_read_back_whole() -> None:
    body = document(report_json(sample.run()))
    assert from_json(RunResult, body["run"]) == sample.run()


def test_infinite_claims_and_lone_surrogates_stay_json() -> None:
    run = sample.run()
    step = run.steps[0]
    endless = replace(sample.took(1.4, 6.0), ratio=float("inf"))
    attempt = replace(step.attempts[0], findings=(endless,), final_message="bad \ud800 text")
    text = report_json(replace(run, steps=(replace(step, attempts=(attempt,)),)))
    assert text.encode().decode() == text
    read = document(text)["run"]["steps"][0]["attempts"][0]
    assert read["findings"][0]["ratio"] is None
    assert read["final_message"] == "bad \ud800 text"


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_outcomes_have_exactly_their_columns() -> None:
    assert outcomes_csv(sample.experiment()).splitlines()[0] == ",".join(COLUMNS)
    assert COLUMNS == ("task_id", "model", "resolved", "cost_usd", "api_calls", "wall_s", "epoch")


def test_what_says_nothing_about_the_model_is_no_outcome() -> None:
    rows = rows_of(outcomes_csv(sample.experiment()))
    assert len(rows) == 24
    assert ("statistics-report", "gpt-oss-120b") not in {(row["task_id"], row["model"]) for row in rows}


def test_an_unknown_cost_is_an_empty_cell() -> None:
    rows = rows_of(outcomes_csv(sample.experiment()))
    lazy = next(row for row in rows if (row["task_id"], row["model"]) == ("timestamped-file", "gemini-2.5-pro"))
    assert (lazy["resolved"], lazy["cost_usd"]) == ("0", "")


def test_a_tiny_cost_is_written_without_an_exponent() -> None:
    trial = sample.good("a", "t", wall_s=1.0, cost="1E-7")
    assert rows_of(outcomes_csv(replace(sample.experiment(), trials=(trial,))))[0]["cost_usd"] == "0.0000001"


@pytest.mark.parametrize("name", ["=1+1", "+cmd", "-2", "@SUM(A1)", "\t=1"])
def test_no_name_is_a_formula(name: str) -> None:
    trial = sample.good(name, name, wall_s=1.0, cost="1")
    row = rows_of(outcomes_csv(replace(sample.experiment(), trials=(trial,))))[0]
    assert row["model"] == row["task_id"] == f"'{name}"


def test_escalated_trials_pay_for_all_attempts() -> None:
    first = sample.attempt("a", verdict=Verdict.FAILED, cost="0.01", wall_s=2.0)
    last = sample.attempt("a", number=2, cost="0.03", wall_s=3.0)
    row = rows_of(outcomes_csv(replace(sample.experiment(), trials=(sample.trial("a", "t", first, last),))))[0]
    assert (row["resolved"], Decimal(row["cost_usd"]), row["api_calls"], row["wall_s"]) == (
        "1",
        Decimal("0.04"),
        "8",
        "5.000",
    )
