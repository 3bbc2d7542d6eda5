"""What a model is like, from its figures only: fixed rules, no judge. A rule speaks where its figure is clear."""

from collections.abc import Iterator

from gha_router.experiment.leaderboard import Leaderboard, Row
from gha_router.report import format as fmt
from gha_router.stats import median, wilson

FEW = 3  # claims, or trials, below which nothing is said of them
MANY = 5  # trials of which a share is told
HONEST = 0.9  # claim accuracy: who lies surely below it claims too much
LATE, EARLY = 2.0, 0.5  # claimed / measured time
SLOW, FAST = 2.0, 0.5  # times the median of all models
RIGHT, WRONG = 0.9, 0.5  # success
OFTEN = 0.2  # of counted trials
DEAR = 5  # times the cheapest verified success


def traits(row: Row, board: Leaderboard) -> tuple[str, ...]:
    """Return what can be said of a model; each names the figure that it follows from."""
    if row.counted < FEW:
        return ()
    return (*_word(row), *_pace(row, board), *_steadiness(row), *_money(row, board)) or ("nothing stands out",)


def _word(row: Row) -> Iterator[str]:
    claims = row.confirmed + row.contradicted
    surely = wilson(row.confirmed, claims)
    if row.undelivered and row.undelivered >= OFTEN * row.counted:
        yield f"hands in nothing ({fmt.part(row.undelivered, row.counted)} trials)"
    if row.gave_up and row.gave_up >= OFTEN * row.counted:
        yield f"runs into limits ({fmt.part(row.gave_up, row.counted)} trials)"
    if claims >= FEW and surely and surely.high < HONEST:
        yield f"claims too much ({row.contradicted} of {claims} claims did not hold)"
    elif claims >= FEW and not row.contradicted:
        yield f"keeps its word ({fmt.plural(claims, 'claim')}, all confirmed)"
    if row.duration_ratio is not None and not EARLY <= row.duration_ratio <= LATE:
        yield f"cannot tell time (says {fmt.ratio(row.duration_ratio)} of what the clock shows)"


def _pace(row: Row, board: Leaderboard) -> Iterator[str]:
    usual = median(other.wall_p50_s for other in board.rows if other.wall_p50_s is not None)
    if row.success is None or row.wall_p50_s is None or not usual or len(board.rows) < FEW:
        return
    pace = row.wall_p50_s / usual
    right, wrong = row.success >= RIGHT, row.success < WRONG
    times = f"{fmt.ratio(pace)} the usual time"
    if pace >= SLOW:
        yield f"slow{' but right' if right else ' and wrong' if wrong else ''} ({times})"
    elif pace <= FAST:
        yield f"fast{' and right' if right else ' but wrong' if wrong else ''} ({times})"


def _steadiness(row: Row) -> Iterator[str]:
    if row.success == 1 and row.counted >= MANY:
        yield f"right every time ({row.counted} trials)"
    elif row.pass_hat_k is not None and row.success is not None and row.success - row.pass_hat_k >= OFTEN:
        both = f"{fmt.percent(row.success)} of trials, all repeats of {fmt.percent(row.pass_hat_k)} of tasks"
        yield f"right now and then ({both})"
    elif row.success == 0 and row.counted >= MANY:
        yield f"never right ({row.counted} trials)"


def _money(row: Row, board: Leaderboard) -> Iterator[str]:
    own = row.cost_per_verified_usd
    known = [cost for other in board.rows if (cost := other.cost_per_verified_usd) is not None]
    if own is not None and len(known) > 1 and min(known) and own >= DEAR * min(known):
        yield f"dear ({fmt.ratio(float(own / min(known)))} the cheapest verified success)"
