"""The sections of money: who cost what, what the top tier would have cost, each attempt's figures."""

from collections.abc import Iterator
from decimal import Decimal

from gha_router.records import Aside, Attempt, Billed, RunResult, StepResult, Usage
from gha_router.report import format as fmt
from gha_router.report import worth
from gha_router.report.view import Cell, Chart, Column, Pie, Section, Word

NOBODY = "nobody answered"
SLICES = 2  # at least: one is no division
ROOM = Decimal("1.1")  # of the bars' axis over the longest bar


def bill(result: RunResult) -> Section:
    """Return the bill by who answered, its shares as a pie above it."""
    slices = tuple((line.served or NOBODY, line.cost_usd) for line in result.bill if line.cost_usd)
    return Section(
        title="Where the money went",
        essential=False,
        columns=(
            Column(name="model", code=True),
            Column(name="requests", right=True),
            Column(name="in / cached / out", right=True),
            Column(name="cost", right=True),
            Column(name="source"),
        ),
        rows=tuple(_line(line) for line in result.bill),
        caption=(
            f"Together {worth.total(result)}, whatever became of it. Cached: tokens read from a cache; in: all others "
            "of a prompt."
        ),
        chart=Pie(title="Cost by model in USD", slices=slices) if len(slices) >= SLICES else None,
    )


def _line(line: Billed) -> tuple[Cell, ...]:
    prices = f"metered, prices: {line.price_source}" if line.price_source else "metered"
    name = line.served or (Word(text=NOBODY),)
    return (name, str(line.requests), _tokens(line.usage), fmt.money(line.cost_usd), prices)


def _tokens(usage: Usage | None) -> str:
    if usage is None:
        return fmt.UNKNOWN
    written = usage.input + usage.cache_write + usage.cache_write_1h
    return " / ".join(map(fmt.tokens, (written, usage.cache_read, usage.output)))


def beside_the_top(result: RunResult) -> Section:
    """Return the bill beside what the same tokens would have cost at the top tier; nothing where that is not known."""
    rows = tuple(_counterfactual(result))
    cost, whole = result.cost_usd, result.baseline.cost_usd if result.baseline else None
    name = result.baseline.model if result.baseline else ""
    bars = (("this run", _cents(cost)), (f"all-{name}", _cents(whole))) if cost and whole else ()
    top = max((value for _, value in bars), default=Decimal(0))
    return Section(
        title="Beside the top tier",
        essential=False,
        columns=(Column(name=""), Column(name="cost", right=True), Column(name="source")),
        rows=rows,
        caption=" ".join(worth.yardstick(result)),
        chart=Chart(title="Cost in US cents", unit="cents", top=_cents_up(top), bars=bars) if bars else None,
    )


def _counterfactual(result: RunResult) -> Iterator[tuple[str, ...]]:
    whole = result.baseline
    if whole is None or whole.cost_usd is None or result.cost_usd is None or not worth.compared(result):
        return
    yield ("this run, all of it", fmt.money(result.cost_usd), "metered")
    yield (f"all-{whole.model}, the same tokens", fmt.money(whole.cost_usd), "metered tokens, listed price")
    saved = result.saved_usd or Decimal(0)
    word = "saved" if saved >= 0 else "paid more"
    yield (word, f"{fmt.money(abs(saved))} ({fmt.share(result.saved_share)})", "the difference of both")


def _cents(usd: Decimal | None) -> Decimal:
    return round((usd or Decimal(0)) * 100, 2)


def _cents_up(top: Decimal) -> int:
    return int(top * ROOM) + 1


def attempt_by_attempt(result: RunResult) -> Section:
    """Return each attempt's figures, and what was asked outside of them."""
    return Section(
        title="Attempts",
        essential=False,
        columns=(
            Column(name="step", code=True),
            Column(name="attempt", right=True),
            Column(name="served", code=True),
            Column(name="became"),
            Column(name="ended"),
            Column(name="turns", right=True),
            Column(name="requests", right=True),
            Column(name="tokens", right=True),
            Column(name="cost", right=True),
            Column(name="agent's own figure", right=True),
            Column(name="time", right=True),
        ),
        rows=(
            *(row for step in result.steps for attempt in step.attempts for row in _attempt(step, attempt)),
            *(_aside(aside) for aside in result.asides),
        ),
        caption=(
            f"Together {worth.total(result)}. Requests, tokens and cost are metered, the time is measured, the agent's "
            "own figure is claimed."
        ),
    )


def _attempt(step: StepResult, attempt: Attempt) -> Iterator[tuple[str, ...]]:
    """Yield the attempt's line and, where judges were asked, theirs: their cost is a part of the attempt's."""
    yield (
        step.id,
        str(attempt.number),
        ", ".join(attempt.served) or fmt.NONE,
        worth.became(attempt),
        attempt.end.value,
        str(attempt.turns),
        str(attempt.requests),
        fmt.tokens(attempt.usage.total if attempt.usage else None),
        fmt.money(attempt.cost_usd),
        fmt.money(attempt.claimed_cost_usd) if attempt.claimed_cost_usd is not None else fmt.NONE,
        fmt.duration(attempt.wall_s),
    )
    if judging := attempt.judging:
        yield (
            f"{step.id}: judges",
            str(attempt.number),
            ", ".join(judging.served) or fmt.NONE,
            "an opinion; its cost is in the line above",
            fmt.NONE,
            str(judging.requests),
            fmt.tokens(judging.usage.total if judging.usage else None),
            fmt.money(judging.cost_usd),
            fmt.NONE,
            fmt.NONE,
        )


def _aside(aside: Aside) -> tuple[str, ...]:
    """Return the row of what was asked outside of attempts."""
    none = fmt.NONE
    return (aside.name, none, none, none, none, none, str(aside.requests), none, fmt.money(aside.cost_usd), none, none)
