from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gha_router.experiment.leaderboard import Failure, Leaderboard, Row, leaderboard, observed, spend, stars
from gha_router.records import (
    CheckStatus,
    ClaimKind,
    ExperimentResult,
    Observation,
    Source,
    Trial,
    Verdict,
)
from tests.unit.report import sample


def board_of(*trials: Trial, models: tuple[str, ...] = (), epochs: int = 1) -> Leaderboard:
    return leaderboard(replace(sample.experiment(), trials=trials, models=models, epochs=epochs))


def row_of(board: Leaderboard, model: str) -> Row:
    return next(row for row in board.rows if row.model == model)


@pytest.fixture(scope="module")
def board() -> Leaderboard:
    return leaderboard(sample.experiment())


def test_the_order_is_success_then_correctness_then_honesty(board: Leaderboard) -> None:
    assert [(row.rank, row.model) for row in board.rows] == [
        (1, "sonnet"),
        (2, "glm-4.5"),
        (3, "gpt-5"),
        (4, "gpt-oss-120b"),
        (5, "gemini-2.5-pro"),
    ]
    assert [row.placed_by for row in board.rows] == [
        None,
        "claim accuracy",
        "success",
        "success",
        "success",
    ]


def test_the_honest_model_has_all_its_figures(board: Leaderboard) -> None:
    row = row_of(board, "sonnet")
    assert (row.verified, row.counted, row.success, row.correctness, row.claim_accuracy) == (5, 5, 1.0, 1.0, 1.0)
    assert row.interval is not None
    assert row.interval.low == pytest.approx(0.5655, abs=5e-5)
    assert (row.wall_s, row.wall_p50_s, row.requests, row.tokens) == (30.5, 6.1, 20, 58_000)
    assert (row.cost_usd, row.cost_per_verified_usd) == (Decimal("0.105"), Decimal("0.021"))


def test_giving_up_costs_success_and_not_correctness(board: Leaderboard) -> None:
    row = row_of(board, "gpt-5")
    assert (row.success, row.correctness) == (0.8, 1.0)
    assert row.failures == (
        Failure(kind="agent", name="time_limit", count=1),
        Failure(kind="check", name="report.md exists", count=1),
    )


def test_a_model_that_cannot_read_the_clock_shows_its_ratio(board: Leaderboard) -> None:
    row = row_of(board, "glm-4.5")
    assert row.duration_ratio == pytest.approx(1.4 / 6.0)
    assert row.claim_accuracy == 0.5


def test_a_model_that_never_claimed_a_time_has_no_ratio(board: Leaderboard) -> None:
    assert row_of(board, "gpt-oss-120b").duration_ratio is None


def test_a_wrong_count_is_a_contradiction_with_both_numbers(board: Leaderboard) -> None:
    found = next(c for c in board.contradictions if c.model == "gpt-oss-120b")
    assert (found.task_id, found.kind, found.claimed, found.observed) == (
        "count-string",
        ClaimKind.COUNT,
        "184 lines",
        "354 lines",
    )
    assert (found.source, found.by, found.ratio) == (Source.MEASURED, "snapshot", 184 / 354)


def test_an_infrastructure_error_is_apart_and_never_a_failure(board: Leaderboard) -> None:
    row = row_of(board, "gpt-oss-120b")
    assert (row.trials, row.counted, row.failed, row.errors, row.success) == (5, 4, 2, 1, 0.5)
    assert Failure(kind="infrastructure", name="the provider answered 503 three times", count=1) in row.failures


def test_an_unknown_cost_makes_sums_unknown_and_never_zero(board: Leaderboard) -> None:
    row = row_of(board, "gemini-2.5-pro")
    assert (row.cost_usd, row.cost_per_verified_usd, board.unpriced) == (None, None, 1)
    assert board.known_cost_usd == Decimal("0.105") + Decimal("0.258") + Decimal("0.021") + Decimal("0.0036") + Decimal(
        "0.012"
    )


def test_done_without_work_leaves_nothing_to_be_correct_about(board: Leaderboard) -> None:
    row = row_of(board, "gemini-2.5-pro")
    assert (row.success, row.correctness, row.claim_accuracy, row.stars) == (0.0, None, 0.0, 0)


def test_the_experiment_is_verified_when_one_model_verified_everything(board: Leaderboard) -> None:
    assert board.verdict is Verdict.VERIFIED
    assert [row.model for row in board.complete] == ["sonnet", "glm-4.5"]


def test_an_experiment_that_was_broken_off_verifies_nobody() -> None:
    first, *_ = sample.honest()
    board = board_of(first, *sample.slow())
    assert board.complete == ()
    assert board.missing == 4
    assert board.verdict is Verdict.ERROR


def test_models_equal_in_every_figure_share_a_rank() -> None:
    board = board_of(
        sample.good("b", "t", wall_s=1.0, cost="0.01"),
        sample.good("a", "t", wall_s=1.0, cost="0.01"),
        sample.bad("c", "t", name="x", wall_s=1.0, cost="0.01"),
    )
    assert [(row.rank, row.model, row.placed_by) for row in board.rows] == [
        (1, "a", None),
        (1, "b", None),
        (3, "c", "success"),
    ]


def test_an_unknown_cost_is_placed_behind_a_known_one() -> None:
    board = board_of(sample.good("a", "t", wall_s=1.0, cost=None), sample.good("b", "t", wall_s=9.0, cost="5"))
    assert [(row.model, row.stars) for row in board.rows] == [("b", 5), ("a", None)]


def test_a_model_without_trials_is_listed_without_figures() -> None:
    board = board_of(sample.good("a", "t", wall_s=1.0, cost="0.01"), models=("a", "absent"))
    row = row_of(board, "absent")
    assert (row.rank, row.trials, row.success, row.interval, row.wall_p50_s, row.stars) == (
        2,
        0,
        None,
        None,
        None,
        None,
    )


def test_nothing_counted_takes_the_verdict_of_what_happened() -> None:
    refused = sample.attempt("a", verdict=Verdict.REFUSED, cost="0", requests=0)
    assert board_of(sample.trial("a", "t", refused)).verdict is Verdict.REFUSED
    assert board_of().verdict is Verdict.ERROR


def test_all_attempts_are_paid_and_the_last_one_is_judged() -> None:
    first = sample.attempt("a", verdict=Verdict.FAILED, cost="0.01", wall_s=2.0, findings=(sample.done(held=False),))
    last = sample.attempt("a", number=2, cost="0.03", wall_s=3.0)
    row = board_of(sample.trial("a", "t", first, last)).rows[0]
    assert (row.verified, row.contradicted, row.cost_usd, row.wall_s) == (1, 0, Decimal("0.04"), 5.0)


def test_correctness_weighs_checks_and_skips_those_that_could_not_be_made() -> None:
    heavy = replace(sample.check("heavy"), weight=3.0)
    broken = replace(sample.check("broken"), weight=9.0, status=CheckStatus.ERROR)
    light = sample.check("light", passed=False)
    attempt = sample.attempt("a", verdict=Verdict.FAILED, checks=(heavy, broken, light))
    assert board_of(sample.trial("a", "t", attempt)).rows[0].correctness == 0.75


def test_an_advisory_check_is_no_cause_of_failure() -> None:
    advisory = replace(sample.check("opinion", passed=False), required=False)
    attempt = sample.attempt("a", verdict=Verdict.FAILED, checks=(advisory,))
    assert board_of(sample.trial("a", "t", attempt)).rows[0].failures == ()


def test_a_claim_of_infinite_time_has_no_ratio() -> None:
    endless = replace(sample.took(1.4, 6.0), ratio=float("inf"))
    board = board_of(sample.good("a", "t", endless, wall_s=6.0, cost="1"))
    assert board.rows[0].duration_ratio is None
    assert board.contradictions[0].ratio is None


def test_requests_without_a_usage_make_tokens_unknown_and_none_at_all_makes_them_zero() -> None:
    unmetered = replace(sample.attempt("a"), usage=None)
    assert spend([sample.trial("a", "t", unmetered)]).tokens is None
    assert spend([sample.trial("a", "t", sample.attempt("a", requests=0))]).tokens == 0


def test_epochs_multiply_what_is_planned() -> None:
    trials = [replace(sample.good("a", "t", wall_s=1.0, cost="1"), epoch=epoch) for epoch in (1, 2)]
    assert board_of(*trials, epochs=2).complete != ()
    assert board_of(*trials, epochs=3).complete == ()


@pytest.mark.parametrize(
    ("value", "unit", "detail", "text"),
    [
        (354, "lines", "", "354 lines"),
        (6.0333, "s", "", "6.03 s"),
        (90.0, "s", "", "90 s"),
        (True, None, "", "yes"),
        (False, None, "no tool call", "no"),
        ("report.md", None, "", "report.md"),
        (None, None, "the file is absent", "the file is absent"),
        (None, None, "", "nothing"),
    ],
)
def test_what_a_meter_shows_reads_with_its_unit(
    value: float | str | None, unit: str | None, detail: str, text: str
) -> None:
    seen = Observation(value=value, unit=unit, source=Source.MEASURED, by="snapshot", detail=detail)
    assert observed(seen) == text


@pytest.mark.parametrize(
    ("success", "own", "best", "count"),
    [
        (1.0, "0.01", "0.01", 5),
        (0.8, "0.01", "0.01", 4),
        (1.0, "0.10", "0.01", 2),
        (1.0, "1.00", "0.01", 2),
        (0.2, "5.00", "0.01", 1),
        (1.0, "0", "0", 5),
        (1.0, "0.0001", "0", 5),
        (0.0, None, None, 0),
        (1.0, None, "0.01", None),
        (None, None, "0.01", None),
    ],
)
def test_value_for_money(success: float | None, own: str | None, best: str | None, count: int | None) -> None:
    def price(text: str | None) -> Decimal | None:
        return None if text is None else Decimal(text)

    assert stars(success=success, own=price(own), best=price(best)) == count


costs = st.decimals(min_value=0, max_value=1000, places=6)


@given(st.floats(0.01, 1), costs, costs)
def test_a_dearer_success_is_never_of_more_value(success: float, one: Decimal, other: Decimal) -> None:
    cheap, dear = sorted((one, other))
    best = stars(success=success, own=cheap, best=cheap)
    worse = stars(success=success, own=dear, best=cheap)
    assert best is not None
    assert worse is not None
    assert 1 <= worse <= best <= 5


@given(st.permutations(sample.experiment().trials))
@settings(deadline=None)
def test_the_order_of_trials_does_not_change_the_rows(trials: list[Trial]) -> None:
    result: ExperimentResult = sample.experiment()
    shuffled = leaderboard(replace(result, trials=tuple(trials)))
    assert shuffled.rows == leaderboard(result).rows
