"""Two runs side by side: what moved beyond chance, and what that means for routes."""

import random
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from gha_router.errors import UsageError
from gha_router.experiment.compare import BY_TASK, SIDE_BY_SIDE, Advice, Move, compare
from gha_router.experiment.history import NAME, SCHEMA, Cell, History, history_text, read_history
from gha_router.report.markdown import markdown
from gha_router.report.of_comparison import comparison_view
from tests.command import gha_router
from tests.golden import check_golden

RATES = {"opus": (0.9, "0.50"), "sonnet": (0.88, "0.10"), "haiku": (0.4, "0.02")}


def run(
    at: str, rates: dict[str, tuple[float, str]], *, tasks: int = 60, epochs: int = 4, seed: int = 1, digest: str = "d"
) -> History:
    """A run of models with known success rates (each task as hard for all) and costs."""
    draw = random.Random(seed)  # noqa: S311
    cells = []
    for task in range(tasks):
        for model, (rate, cost) in rates.items():
            verified = sum(draw.random() < rate for _ in range(epochs))
            usd = Decimal(cost) * epochs * (100 + task % 7) / 100
            cells.append(
                Cell(
                    task=f"t{task}", model=model, verified=verified, counted=epochs, apart=0, wall_s=30.0 * epochs,
                    cost_usd=usd, confirmed=verified, contradicted=0,
                )
            )  # fmt: skip
    return History(
        schema=SCHEMA,
        suite="coding",
        started_at=f"{at}T03:00:00.000Z",
        epochs=epochs,
        tasks={f"t{task}": digest for task in range(tasks)},
        models={model: f"digest of {model}" for model in rates},
        cells=tuple(cells),
        tools={"claude-code": "2.1.0"},
    )


OLD = run("2026-08-21", RATES)
NEW = replace(
    run("2026-11-21", {**RATES, "haiku": (0.75, "0.02"), "sonnet": (0.6, "0.10")}, seed=2),
    tools={"claude-code": "2.2.0"},
)
ROUTES = {"implement": "opus", "docs": "haiku"}


def test_what_moved_is_told_from_what_did_not() -> None:
    moves = {one.model: one.success_move for one in compare(OLD, NEW, {}).moved}
    assert moves == {"opus": Move.SAME, "sonnet": Move.WORSE, "haiku": Move.BETTER}
    assert {one.how for one in compare(OLD, NEW, {}).moved} == {BY_TASK}


def test_with_few_tasks_the_rates_stand_side_by_side_and_with_few_trials_nothing_is_said() -> None:
    few = compare(run("2026-08-21", RATES, tasks=5, epochs=40), run("2026-11-21", RATES, tasks=5, epochs=40), {})
    assert {(one.how, one.success is None) for one in few.moved} == {(SIDE_BY_SIDE, False)}
    fewer = compare(run("2026-08-21", RATES, tasks=5, epochs=1), run("2026-11-21", RATES, tasks=5, epochs=1), {})
    assert {one.success_move for one in fewer.moved} == {Move.UNKNOWN}


def test_tasks_that_changed_are_no_part_of_it() -> None:
    found = compare(OLD, run("2026-11-21", RATES, digest="changed"), {})
    assert len(found.changed_tasks) == 60
    assert {one.tasks for one in found.moved} == {0}
    assert "No task is the same in both runs: nothing can be compared." in found.notes


@pytest.mark.parametrize(
    ("rates", "advice"),
    [
        ({"now": (0.9, "0.5"), "other": (0.92, "0.1")}, Advice.PROMOTE),  # as good, and cheaper
        ({"now": (0.5, "0.5"), "other": (0.9, "0.5")}, Advice.PROMOTE),  # better, not dearer
        ({"now": (0.9, "0.5"), "other": (0.6, "0.1")}, Advice.KEEP),  # worse
        ({"now": (0.9, "0.1"), "other": (0.9, "0.5")}, Advice.KEEP),  # dearer
        ({"now": (0.5, "0.1"), "other": (0.9, "0.5")}, Advice.KEEP),  # better and dearer
    ],
)
def test_a_route_is_promoted_kept_or_left_open(rates: dict[str, tuple[float, str]], advice: Advice) -> None:
    whole = run("2026-11-21", rates, tasks=200)
    (found,) = compare(whole, whole, {"docs": "now"}).proposals
    assert (found.advice, found.proposed) == (advice, "other")
    few = run("2026-11-21", rates, tasks=4, epochs=1)
    (open_,) = compare(few, few, {"docs": "now"}).proposals
    assert open_.advice is Advice.UNKNOWN


def test_between_runs_of_the_same_models_change_is_seldom_found() -> None:
    """At most 5 % of comparisons may find any; of 100 at most 11 with a probability of 99 %."""
    alarms = 0
    for seed in range(100):
        old = run("2026-08-21", RATES, tasks=30, epochs=2, seed=seed)
        new = run("2026-11-21", RATES, tasks=30, epochs=2, seed=1000 + seed)
        alarms += any(one.success_move in {Move.BETTER, Move.WORSE} for one in compare(old, new, {}).moved)
    assert alarms <= 11


def test_a_comparison_looks_as_reviewed() -> None:
    check_golden("report/comparison.md", markdown(comparison_view(compare(OLD, NEW, ROUTES))))


def test_a_history_is_read_back_and_has_a_cell_a_line(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(history_text(OLD))
    assert read_history(tmp_path) == read_history(tmp_path / NAME) == OLD
    assert len(history_text(OLD).splitlines()) > len(OLD.cells)


@pytest.mark.parametrize("text", ["", "{}", "[1]", history_text(OLD).replace(SCHEMA, "other/1")])
def test_what_is_no_history_is_refused_with_its_place(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    with pytest.raises(UsageError, match=NAME):
        read_history(tmp_path)


def test_the_exit_code_says_whether_something_got_worse(tmp_path: Path) -> None:
    for name, history in (("old.json", OLD), ("new.json", NEW)):
        (tmp_path / name).write_text(history_text(history))
    worse = gha_router(
        "compare", tmp_path / "old.json", tmp_path / "new.json", "--now", "opus", "--out", tmp_path / "out"
    )
    assert worse.returncode == 1, worse.stderr
    assert "Worse beyond chance: sonnet" in worse.stdout
    assert (tmp_path / "out" / "comparison.md").is_file()
    same = gha_router("compare", tmp_path / "old.json", tmp_path / "old.json", "--json")
    assert same.returncode == 0
    wrong = gha_router("compare", tmp_path / "old.json", tmp_path / "new.json", "--now", "opos")
    assert wrong.returncode == 2
    assert "opus" in wrong.stderr
