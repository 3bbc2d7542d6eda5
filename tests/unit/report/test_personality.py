"""What is said of a model: each rule speaks where its figure is clear, and is silent right beside it."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from gha_router.experiment.leaderboard import Leaderboard, Row
from gha_router.records import Verdict
from gha_router.report.personality import traits

PLAIN = Row(
    model="m",
    rank=1,
    placed_by=None,
    trials=20,
    verified=15,
    failed=5,
    errors=0,
    refused=0,
    cancelled=0,
    skipped=0,
    success=0.75,
    interval=None,
    correctness=0.8,
    confirmed=19,
    contradicted=1,
    unreported=0,
    unverifiable=0,
    duration_ratio=None,
    wall_s=200.0,
    wall_p50_s=10.0,
    tokens=1000,
    requests=20,
    cost_usd=Decimal("1.5"),
    cost_per_verified_usd=Decimal("0.10"),
    stars=3,
    failures=(),
    pass_hat_k=0.7,
)
NOTHING = ("nothing stands out",)


def said(beside: int = 2, **figures: Any) -> tuple[str, ...]:
    """What is said of a model with these figures, beside others whose figures are plain."""
    row = replace(PLAIN, **figures)
    rows = (row, *(replace(PLAIN, model=f"other-{number}") for number in range(beside)))
    board = Leaderboard(
        verdict=Verdict.FAILED,
        tasks=("t",),
        planned=20,
        missing=0,
        rows=rows,
        contradictions=(),
        contradicted=0,
        known_cost_usd=Decimal(0),
        unpriced=0,
    )
    return traits(row, board)


def test_of_plain_figures_nothing_is_said() -> None:
    assert said() == NOTHING


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ({"undelivered": 4}, "hands in nothing (4/20 trials)"),
        ({"gave_up": 4}, "runs into limits (4/20 trials)"),
        ({"confirmed": 10, "contradicted": 10}, "claims too much (10 of 20 claims did not hold)"),
        ({"confirmed": 3, "contradicted": 0}, "keeps its word (3 claims, all confirmed)"),
        ({"duration_ratio": 2.5}, "cannot tell time (says 2.5x of what the clock shows)"),
        ({"duration_ratio": 0.4}, "cannot tell time (says 0.40x of what the clock shows)"),
        ({"wall_p50_s": 20.0}, "slow (2.0x the usual time)"),
        ({"wall_p50_s": 20.0, "success": 0.9, "pass_hat_k": 0.9}, "slow but right (2.0x the usual time)"),
        ({"wall_p50_s": 20.0, "success": 0.4, "pass_hat_k": 0.3}, "slow and wrong (2.0x the usual time)"),
        ({"wall_p50_s": 5.0}, "fast (0.50x the usual time)"),
        ({"wall_p50_s": 5.0, "success": 0.9, "pass_hat_k": 0.9}, "fast and right (0.50x the usual time)"),
        ({"wall_p50_s": 5.0, "success": 0.4, "pass_hat_k": 0.3}, "fast but wrong (0.50x the usual time)"),
        ({"verified": 20, "failed": 0, "success": 1.0}, "right every time (20 trials)"),
        ({"verified": 0, "failed": 20, "success": 0.0}, "never right (20 trials)"),
        ({"pass_hat_k": 0.5}, "right now and then (75 % of trials, all repeats of 50 % of tasks)"),
        ({"cost_per_verified_usd": Decimal("0.50")}, "dear (5.0x the cheapest verified success)"),
    ],
)
def test_a_rule_speaks(figures: dict[str, Any], words: str) -> None:
    assert said(**figures) == (words,)


@pytest.mark.parametrize(
    "figures",
    [
        {"undelivered": 3},
        {"gave_up": 3},
        {"confirmed": 16, "contradicted": 4},  # 80 %, whose interval reaches beyond 90 %
        {"confirmed": 0, "contradicted": 2},  # two claims are few
        {"confirmed": 2, "contradicted": 0},
        {"duration_ratio": 2.0},
        {"duration_ratio": 0.5},
        {"wall_p50_s": 19.9},
        {"wall_p50_s": 5.1},
        {"wall_p50_s": None},
        {"verified": 4, "failed": 0, "success": 1.0, "pass_hat_k": 1.0},  # four trials are few
        {"verified": 0, "failed": 4, "success": 0.0, "pass_hat_k": 0.0},
        {"pass_hat_k": 0.56},
        {"pass_hat_k": None},
        {"cost_per_verified_usd": Decimal("0.49")},
        {"cost_per_verified_usd": None},
    ],
)
def test_a_rule_is_silent_right_beside(figures: dict[str, Any]) -> None:
    assert said(**figures) == NOTHING


def test_of_two_trials_nothing_is_said_at_all() -> None:
    assert said(trials=2, verified=0, failed=2, undelivered=2, contradicted=20, success=0.0) == ()


def test_what_is_usual_needs_three_models() -> None:
    assert said(beside=1, wall_p50_s=90.0) == NOTHING
    assert said(beside=0, gave_up=20) == ("runs into limits (20/20 trials)",)
