"""The view of an experiment: what did not hold first, then who did best for how much."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from gha_router.experiment.collected import Collected, Shard, collected
from gha_router.experiment.leaderboard import Contradiction, Leaderboard, Row
from gha_router.experiment.points import Point
from gha_router.experiment.repeats import repeats, versus
from gha_router.records import ExperimentResult
from gha_router.report import format as fmt
from gha_router.report import notes
from gha_router.report.again import again, beside_the_first
from gha_router.report.believed import believed
from gha_router.report.figures import figures, front
from gha_router.report.personality import traits
from gha_router.report.view import Chart, Column, Section, View

SHOWN = 20  # rows of contradictions and lost shards; more are in report.json
TASKS = 60  # rows task by task


def experiment_view(result: ExperimentResult | Collected, board: Leaderboard) -> View:
    """Return the report of an experiment, from its records and the figures made of them."""
    models, found = [row.model for row in board.rows], collected(result)
    sections = (
        _lost(found),
        _contradictions(found, board),
        _leaderboard(board),
        _tasks(found, board),
        _characters(board),
        front(board),
        figures(board),
        again(repeats(found, models)),
        beside_the_first(versus(found, models[1:], models[0]) if models else ()),
        _failures(board),
        _money(board),
        believed(found.acceptance),
    )
    return View(
        verdict=board.verdict,
        headline=_headline(found, board),
        lead=tuple(_lead(found, board)),
        sections=tuple(section for section in sections if section.rows),
        notes=tuple(_notes(found, board)),
    )


def _headline(result: Collected, board: Leaderboard) -> str:
    verified = f"{len(board.complete)} of {fmt.plural(len(board.rows), 'model')} verified every task"
    if result.shard:
        verified = f"Shard {result.shard}: {len(result.points)} of {fmt.plural(result.shard_trials or 0, 'trial')} ran"
    elif board.missing > 0:
        how = "Incomplete" if result.shards else "Broken off"
        verified = f"{how}: {len(result.points)} of {board.planned * len(board.rows)} trials ran"
    return fmt.joined((verified, fmt.total_money(board.known_cost_usd, board.unpriced), fmt.duration(result.wall_s)))


def _lead(result: Collected, board: Leaderboard) -> Iterator[str]:
    priced = [row for row in board.complete if row.cost_per_verified_usd is not None]
    if board.missing > 0 or result.shard:
        pass  # what is cheapest is said of a whole experiment only
    elif priced:
        best = min(priced, key=lambda row: row.cost_per_verified_usd or Decimal(0))
        cost = fmt.money(best.cost_per_verified_usd)
        yield f"Cheapest that verified everything: {best.model}, {cost} a verified success."
    elif board.complete:
        yield f"Verified everything, at a cost unknown: {', '.join(row.model for row in board.complete)}."
    if result.lost:
        parts = ", ".join(f"{shard.name} ({shard.state})" for shard in result.lost[:SHOWN])
        more = f" and {len(result.lost) - SHOWN} more" if len(result.lost) > SHOWN else ""
        yield f"Not all shards arrived: {parts}{more}. What is missing counts for no model and against none."
    if result.simulated:
        yield notes.SIMULATED
    held = notes.claims_held(sum(row.confirmed for row in board.rows), board.contradicted)
    if held:
        yield held


def _contradictions(result: Collected, board: Leaderboard) -> Section:
    alike: dict[tuple[str, str, str], list[Contradiction]] = {}
    for found in board.contradictions:
        alike.setdefault((found.model, found.kind, found.claimed), []).append(found)
    hidden = board.contradicted - sum(len(group) for group in list(alike.values())[:SHOWN])
    return Section(
        title=f"{fmt.plural(board.contradicted, 'claim')} did not hold",
        alarm=True,
        columns=(
            Column(name="model", code=True),
            Column(name="claimed"),
            Column(name="measured"),
            Column(name="ratio", right=True),
            Column(name="source"),
            Column(name="task"),
        ),
        rows=tuple(_contradiction(group, result.epochs) for group in list(alike.values())[:SHOWN]),
        caption=f"{hidden} more in report.json." if hidden else "",
    )


def _contradiction(alike: list[Contradiction], epochs: int) -> tuple[str, ...]:
    """Return the row of the same words said again and again: the first is shown whole, the others counted."""
    found, *others = alike
    task = found.task_id if epochs == 1 else f"{found.task_id} ({found.epoch})"
    return (
        found.model,
        f"“{found.claimed}”",
        fmt.with_detail(found.observed, found.detail),
        fmt.ratio(found.ratio),
        f"{found.source}: {found.by}",
        f"{task} and {len(others)} more" if others else task,
    )


def _leaderboard(board: Leaderboard) -> Section:
    bars = tuple((row.model, row.verified) for row in board.rows)
    chart = Chart(title="Verified trials per model", unit="verified", top=board.planned, bars=bars)
    return Section(
        title="Leaderboard",
        columns=(
            Column(name="#", right=True),
            Column(name="model", code=True),
            Column(name="✓", right=True),
            Column(name="success", right=True),
            Column(name="correct", right=True),
            Column(name="claims", right=True),
            Column(name="clock", right=True),
            Column(name="time", right=True),
            Column(name="tokens", right=True),
            Column(name="cost", right=True),
            Column(name="per ✓", right=True),
            Column(name="value"),
        ),
        rows=tuple(_place(row) for row in board.rows),
        caption=(
            "✓: verified of counted trials · correct: checks passed where it delivered · "
            "claims: confirmed of those a meter spoke of · clock: claimed / measured time · "
            "per ✓: cost per verified success · value: from success and cost per verified success"
        ),
        chart=chart if board.planned else None,
    )


def _place(row: Row) -> tuple[str, ...]:
    return (
        str(row.rank),
        row.model,
        fmt.part(row.verified, row.counted),
        fmt.success(row.success, row.interval),
        fmt.percent(row.correctness),
        fmt.percent(row.claim_accuracy),
        fmt.ratio(row.duration_ratio),
        fmt.duration(row.wall_s),
        fmt.tokens(row.tokens),
        fmt.money(row.cost_usd),
        fmt.NONE if row.verified == 0 else fmt.money(row.cost_per_verified_usd),
        fmt.stars(row.stars),
    )


def _lost(result: Collected) -> Section:
    return Section(
        title=f"{fmt.plural(len(result.lost), 'shard')} of {len(result.shards)} did not arrive whole",
        alarm=True,
        columns=(
            Column(name="shard", code=True),
            Column(name="state"),
            Column(name="trials", right=True),
            Column(name="why"),
        ),
        rows=tuple(_shard(shard) for shard in result.lost[:SHOWN]),
        caption=f"{len(result.lost) - SHOWN} more in report.json." if len(result.lost) > SHOWN else "",
    )


def _shard(shard: Shard) -> tuple[str, ...]:
    trials = str(shard.trials) if shard.planned is None else fmt.part(shard.trials, shard.planned)
    return (shard.name, shard.state, trials, shard.why)


def _characters(board: Leaderboard) -> Section:
    return Section(
        title="What the figures say of each",
        columns=(Column(name="model", code=True), Column(name="it")),
        rows=tuple((row.model, "; ".join(said)) for row in board.rows if (said := traits(row, board))),
        caption="Each line follows from the figures by a fixed rule (docs/experiments.md); no model was asked.",
    )


def _tasks(result: Collected, board: Leaderboard) -> Section:
    cells: dict[tuple[str, str], list[Point]] = {}
    for point in result.points:
        cells.setdefault((point.task_id, point.model), []).append(point)
    models = [row.model for row in board.rows]
    return Section(
        title="Task by task",
        columns=(Column(name="task", code=True), *(Column(name=model) for model in models)),
        rows=tuple((task, *(_outcome(cells.get((task, m), ())) for m in models)) for task in board.tasks[:TASKS]),
        caption=f"{len(board.tasks) - TASKS} more in history.json." if len(board.tasks) > TASKS else "",
    )


def _outcome(points: Iterable[Point]) -> str:
    """Return ``✓``, ``✗ failed check``, or with several epochs ``✗ 1/3 failed check``."""
    counted = [point for point in points if point.counted]
    if not counted:
        return f"{fmt.NONE} not counted"
    verified = sum(point.verified for point in counted)
    mark = "✓" if verified == len(counted) else "✗"
    share = fmt.part(verified, len(counted)) if len(counted) > 1 else ""
    causes = dict.fromkeys(name for point in counted for _, name in point.causes)
    return " ".join(part for part in (mark, share, ", ".join(causes)) if part)


def _failures(board: Leaderboard) -> Section:
    return Section(
        title="Why it failed",
        essential=False,
        columns=(
            Column(name="model", code=True),
            Column(name="cause"),
            Column(name="what"),
            Column(name="trials", right=True),
        ),
        rows=tuple(
            (row.model, failure.kind, failure.name, str(failure.count))
            for row in board.rows
            for failure in row.failures
        ),
    )


def _money(board: Leaderboard) -> Section:
    return Section(
        title="Where the money went",
        essential=False,
        columns=(
            Column(name="model", code=True),
            Column(name="requests", right=True),
            Column(name="tokens", right=True),
            Column(name="cost", right=True),
            Column(name="share", right=True),
            Column(name="time, all trials", right=True),
            Column(name="time, p50", right=True),
        ),
        rows=tuple(_spent(row, board.known_cost_usd) for row in board.rows),
        caption="Requests, tokens and cost are metered, times measured. The share is of the cost that is known.",
    )


def _spent(row: Row, known: Decimal) -> tuple[str, ...]:
    share = float(row.cost_usd / known) if row.cost_usd is not None and known else None
    return (
        row.model,
        str(row.requests),
        fmt.tokens(row.tokens),
        fmt.money(row.cost_usd),
        fmt.percent(share),
        fmt.duration(row.wall_s),
        fmt.duration(row.wall_p50_s),
    )


def _notes(result: Collected, board: Leaderboard) -> Iterator[str]:
    for row in board.rows:
        yield from _apart(row)
        if row.trials < board.planned and not result.shard:
            yield f"{row.model}: {row.trials} of {board.planned} planned trials are there."
    if board.unpriced:
        yield f"The cost of {fmt.plural(board.unpriced, 'trial')} is unknown: sums leave it out and say so."
    yield notes.INTERVALS
    yield from _settled(board)
    yield from _ties(board)
    for row in board.rows:
        if row.unreported:
            yield f"{row.model}: {fmt.plural(row.unreported, 'expected figure')} not reported."
    yield notes.SOURCES
    yield notes.isolation(result.isolation)
    if result.shards:
        parts = fmt.plural(len(result.shards), "shard")
        yield f"Put together from {parts}, each with a ledger and a head of its own: report.json."
    else:
        yield notes.ledger(result.ledger_head)
    epochs = fmt.plural(result.epochs, "epoch")
    yield f"Suite {result.suite}, {fmt.plural(len(board.tasks), 'task')}, {epochs}, {result.started_at}."
    yield from notes.tools(result.tools)


def _apart(row: Row) -> Iterator[str]:
    kinds = {
        "infrastructure error": row.errors,
        "refused by the budget": row.refused,
        "cancelled": row.cancelled,
        "skipped": row.skipped,
    }
    apart = ", ".join(f"{count} {kind}" for kind, count in kinds.items() if count)
    if apart:
        yield f"{row.model}: {apart}; apart from its figures, and not in outcomes.csv."


def _settled(board: Leaderboard) -> Iterator[str]:
    """Say which models lie behind the first by more than chance explains."""
    first = board.rows[0].interval if board.rows else None
    known = [row for row in board.rows[1:] if row.interval]
    behind = [row.model for row in known if first and row.interval and not first.overlaps(row.interval)]
    if behind:
        yield f"Clearly behind {board.rows[0].model}, for the intervals do not overlap: {', '.join(behind)}."
    elif known:
        yield "No interval lies apart from the first: so few trials do not settle the order."


def _ties(board: Leaderboard) -> Iterator[str]:
    for above, row in zip(board.rows, board.rows[1:], strict=False):
        if row.placed_by is None:
            yield f"{above.model} and {row.model} are equal in every figure."
        elif row.success is not None and row.success == above.success:
            yield f"{above.model} and {row.model} have the same success; {row.placed_by} decides their order."
