"""The sections of an experiment that hold every figure with its interval, and the models that nobody beats in both."""

from collections.abc import Callable
from decimal import Decimal

from gha_router.experiment.leaderboard import Leaderboard, Row
from gha_router.report import format as fmt
from gha_router.report.view import Chart, Column, Section
from gha_router.stats import ENOUGH, NOT_ENOUGH, Interval

Shown = Callable[[float], str]
PENCE = 100  # of a dollar: bars are whole numbers


def figures(board: Leaderboard) -> Section:
    """Return each model's figures with their 95 % intervals; without enough samples the figure stands alone."""
    tasks = len(board.tasks)
    return Section(
        title="Every figure with its interval",
        essential=False,
        columns=(
            Column(name="model", code=True),
            Column(name="success", right=True),
            Column(name="pass^k", right=True),
            Column(name="correct", right=True),
            Column(name="claims", right=True),
            Column(name="clock", right=True),
            Column(name="time p50", right=True),
            Column(name="time p95", right=True),
            Column(name="tokens a trial", right=True),
            Column(name="cost a trial", right=True),
            Column(name="per ✓", right=True),
        ),
        rows=tuple(cells(row) for row in board.rows),
        caption=(
            f"95 %: success by Wilson, medians and p95 by order, the others by bootstrap or linearisation over trials. "
            f"No interval: {NOT_ENOUGH}; {ENOUGH} samples are the least, p95 takes 73. pass^k: mean of {tasks} tasks."
        ),
    )


def cells(row: Row) -> tuple[str, ...]:
    """Return a row's figures with their intervals, as text."""
    found, trial = row.intervals, row.cost_per_trial_usd
    success = _with(fmt.money(row.cost_per_verified_usd), found.get("cost_per_verified_usd"), _usd)
    return (
        row.model,
        fmt.success(row.success, row.interval),
        fmt.percent(row.pass_hat_k),
        _with(fmt.percent(row.correctness), found.get("correctness"), _percent),
        _with(fmt.percent(row.claim_accuracy), found.get("claim_accuracy"), _percent),
        _with(fmt.ratio(row.duration_ratio), found.get("duration_ratio"), fmt.ratio),
        _with(fmt.duration(row.wall_p50_s), found.get("wall_p50_s"), fmt.duration),
        _with(fmt.duration(row.wall_p95_s), found.get("wall_p95_s"), fmt.duration),
        _with(
            fmt.tokens(None if row.tokens is None or not row.trials else round(row.tokens / row.trials)),
            found.get("tokens"),
            lambda value: fmt.tokens(round(value)),
        ),
        _with(fmt.money(trial), found.get("cost_usd"), _usd),
        success if row.verified else fmt.NONE,
    )


def front(board: Leaderboard) -> Section:
    """Return the models on the Pareto front; nothing where only one model is known."""
    known = [row for row in board.rows if row.success is not None and row.cost_per_trial_usd is not None]
    rows = board.front if len(known) > 1 else ()
    bars = tuple((row.model, round((row.success or 0) * PENCE)) for row in rows)
    return Section(
        title="Nobody is both better and cheaper",
        columns=(
            Column(name="model", code=True),
            Column(name="cost a trial", right=True),
            Column(name="success", right=True),
            Column(name="per ✓", right=True),
        ),
        rows=tuple(
            (
                row.model,
                fmt.money(row.cost_per_trial_usd),
                fmt.success(row.success, row.interval),
                fmt.money(row.cost_per_verified_usd) if row.verified else fmt.NONE,
            )
            for row in rows
        ),
        caption=f"The Pareto front of success and cost, the cheapest first; {len(known) - len(rows)} lie behind it.",
        chart=Chart(title="Success, the cheapest first", unit="percent", top=PENCE, bars=bars) if rows else None,
    )


def _with(value: str, interval: Interval | None, shown: Shown) -> str:
    if value in {fmt.NONE, fmt.UNKNOWN}:
        return value
    if interval is None:
        return value
    return f"{value} [{shown(interval.low)}–{shown(interval.high)}]"  # noqa: RUF001 - a range


def _percent(share: float) -> str:
    return f"{min(100.0, max(0.0, share * 100)):.0f}"


def _usd(value: float) -> str:
    return fmt.money(Decimal(repr(max(0.0, value)))) if value < float("inf") else "∞"
