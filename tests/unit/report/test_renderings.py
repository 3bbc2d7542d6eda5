"""What people read, as files: ``GOLDEN_UPDATE=1`` writes them again."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.console import Console

from gha_router.experiment.leaderboard import leaderboard
from gha_router.records import Baseline, ExperimentResult, RunResult, Verdict
from gha_router.report.document import report_json
from gha_router.report.markdown import markdown
from gha_router.report.of_experiment import experiment_view
from gha_router.report.of_run import run_view
from gha_router.report.outcomes import outcomes_csv
from gha_router.report.terminal import terminal
from gha_router.report.view import View
from tests.golden import check_golden
from tests.unit.report import sample

GFM = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def view_of(result: ExperimentResult | RunResult) -> View:
    return run_view(result) if isinstance(result, RunResult) else experiment_view(result, leaderboard(result))


def printed(view: View, width: int = 100) -> str:
    file = StringIO()
    terminal(view, Console(file=file, width=width))
    return "".join(f"{line.rstrip()}\n" for line in file.getvalue().splitlines())


def long_named() -> ExperimentResult:
    name = "openrouter/some-vendor/a-model-with-a-very-long-name-2026-11-20-preview:free"
    trials = tuple(sample.good(name, task, wall_s=1.0, cost="0.01") for task in sample.TASKS)
    return replace(sample.experiment(), models=(name,), trials=trials)


@pytest.mark.parametrize("kind", ["failed", "refused"])
def test_a_run_that_was_not_verified_looks_as_reviewed(kind: str) -> None:
    result = sample.failed_run() if kind == "failed" else sample.refused_run()
    check_golden(f"report/run-{kind}.txt", printed(view_of(result)))


@pytest.mark.parametrize("share", ["0.01", "0.3655", "0.40", "5"])
def test_what_the_top_tier_would_have_cost_is_said_with_its_side(share: str) -> None:
    whole = replace(sample.run(), baseline=Baseline(model="opus", cost_usd=Decimal(share)))
    said = {"0.01": "3,555 % over", "0.3655": "as much as", "0.40": "9 % under", "5": "93 % under"}[share]
    assert f"{said} all-opus (" in view_of(whole).headline


def test_what_the_top_tier_would_have_cost_is_not_guessed() -> None:
    unknown = view_of(replace(sample.run(), baseline=Baseline(model="opus", cost_usd=None)))
    assert "all-opus" not in unknown.headline
    assert any("What all-opus would have cost is not known" in note for note in unknown.notes)
    assert "all-" not in markdown(view_of(replace(sample.run(), baseline=None)))


@pytest.mark.parametrize("kind", ["experiment", "run"])
@pytest.mark.parametrize(
    ("render", "suffix"),
    [
        (lambda result: markdown(view_of(result)), "md"),
        (lambda result: printed(view_of(result)), "txt"),
        (report_json, "json"),
    ],
    ids=["markdown", "terminal", "json"],
)
def test_a_report_looks_as_reviewed(
    kind: str, render: Callable[[ExperimentResult | RunResult], str], suffix: str
) -> None:
    result = sample.experiment() if kind == "experiment" else sample.run()
    check_golden(f"report/{kind}.{suffix}", render(result))


def test_outcomes_look_as_reviewed() -> None:
    check_golden("report/outcomes.csv", outcomes_csv(sample.experiment()))


@pytest.mark.parametrize("result", [sample.experiment(), sample.run()], ids=["experiment", "run"])
def test_every_table_and_fold_is_whole(result: ExperimentResult | RunResult) -> None:
    view = view_of(result)
    text = markdown(view)
    kinds = [token.type for token in GFM.parse(text)]
    tables = [section for section in view.sections if not section.told]
    assert kinds.count("table_open") == len(tables)
    assert kinds.count("tr_open") == sum(len(section.rows) + 1 for section in tables)
    assert kinds.count("td_open") == sum(len(section.rows) * len(section.columns) for section in tables)
    folded = sum(section.is_folded for section in tables) + view.notes_folded
    assert text.count("<details>") == text.count("</details>") == folded
    assert len(re.findall(r"^```", text, re.MULTILINE)) % 2 == 0


def test_what_did_not_hold_stands_above_what_went_well() -> None:
    text = markdown(view_of(sample.experiment()))
    assert text.index("11 claims did not hold") < text.index("Leaderboard") < text.index("Task by task")


def test_the_same_words_said_again_are_one_row() -> None:
    section = view_of(sample.experiment()).sections[0]
    assert section.rows[0] == (
        "glm-4.5",
        "“1.4 s”",
        "6 s",
        "0.23x",
        "measured: step clock",
        "list-files and 4 more",
    )


def test_simulated_models_and_a_missing_isolation_are_said_plainly() -> None:
    text = markdown(view_of(sample.experiment()))
    assert "Simulated models: figures show how gha-router measures, not how any real model performs." in text
    assert "could have read this process's files and environment" in text
    real = markdown(view_of(replace(sample.experiment(), simulated=False, isolation="uid")))
    assert "Simulated" not in real
    assert "Isolation: uid." in real


def test_an_experiment_without_a_winner_names_none() -> None:
    lazy = replace(sample.experiment(), trials=tuple(sample.lazy()), models=("gemini-2.5-pro",))
    view = view_of(lazy)
    assert view.verdict is Verdict.FAILED
    assert view.headline.startswith("0 of 1 model verified every task")
    assert not any("Cheapest" in line for line in view.lead)


def test_an_experiment_whose_claims_all_held_says_so() -> None:
    honest = replace(sample.experiment(), trials=tuple(sample.honest()), models=("sonnet",))
    view = view_of(honest)
    assert "No claim was contradicted; 10 claims confirmed." in view.lead
    assert not any(section.alarm for section in view.sections)


def test_an_experiment_without_trials_still_reports() -> None:
    empty = view_of(replace(sample.experiment(), trials=()))
    assert empty.verdict is Verdict.ERROR
    assert "0 of 5 models" in markdown(empty)
    assert "0 of 5 models" in printed(empty)


def test_several_epochs_show_their_share() -> None:
    trials = (
        sample.good("a", "t", wall_s=1.0, cost="1"),
        replace(sample.bad("a", "t", name="lines", wall_s=1.0, cost="1"), epoch=2),
    )
    view = view_of(replace(sample.experiment(), trials=trials, models=("a",), epochs=2))
    tasks = next(section for section in view.sections if section.title == "Task by task")
    assert tasks.rows == (("t", "✗ 1/2 lines"),)


def test_a_run_that_never_began_names_its_error() -> None:
    step = replace(sample.run().steps[0], verdict=Verdict.ERROR, attempts=(), error="no provider answered")
    view = view_of(replace(sample.run(), verdict=Verdict.ERROR, steps=(step,), asides=()))
    assert view.headline == "Infrastructure error: 0 of 1 step · $0.00 · 2 m 52 s"
    assert "gather: no provider answered" in view.lead


@pytest.mark.parametrize("width", [40, 60, 100])
def test_a_long_name_folds_and_is_never_cut(width: int) -> None:
    result = long_named()
    text = printed(view_of(result), width)
    columns = [re.sub(r"\s", "", column) for column in _leading_column(text)]
    assert result.models[0] in "".join(columns)
    assert max(map(len, text.splitlines())) <= width


def _leading_column(text: str) -> list[str]:
    """The model column of the leaderboard, line by line: what follows the rank."""
    lines = text.split("Leaderboard\n", 1)[1].splitlines()[2:]
    return [match[1] for line in lines if (match := re.match(r"(?:1|\s)\s+(\S+)", line))]


def test_no_escape_sequence_is_written_where_no_terminal_is() -> None:
    assert "\x1b" not in printed(view_of(sample.experiment()))


def test_a_terminal_gets_our_colours_and_not_the_agents_sequences() -> None:
    file = StringIO()
    terminal(view_of(sample.experiment()), Console(file=file, width=100, force_terminal=True, color_system="standard"))
    assert "\x1b[31m" in file.getvalue()
    assert "\x1b[2J" not in file.getvalue()
    assert "\u202e" not in file.getvalue()


@given(st.text())
def test_whatever_a_model_is_called_the_report_keeps_its_shape(name: str) -> None:
    trials = (sample.good(name, "t", wall_s=1.0, cost="1"),)
    view = view_of(replace(sample.experiment(), trials=trials, models=(name,)))
    text = markdown(view)
    kinds = [token.type for token in GFM.parse(text)]
    assert kinds.count("table_open") == len(view.sections)
    assert kinds.count("fence") == 1
    assert text.encode().decode() == text
