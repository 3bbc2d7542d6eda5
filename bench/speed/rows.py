"""The rows of the table: what is shown of each target, and whether ours reaches what is asked of it.

Machines differ and are noisy, so a figure counts as a ratio to a peer's, or to the bare relay's, of the same run. Where
a target is given in milliseconds its ratio is that figure over what the bare aiohttp relay took on the machine on which
the targets were set; the figure itself is shown too, but decides only where there is nothing to compare with.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bench.speed.book import ABSENT, BY_SIZE, Book, Line, Metric, line

OURS, BARE, LITELLM = "ours", "bare-aiohttp", "litellm-proxy"
STRAIGHT = 1.5  # a request's cost a kB may be this much higher for large bodies than for small ones
Show = Callable[[float], str]


def milliseconds(value: float) -> str:
    """Show seconds as milliseconds."""
    return f"{value * 1e3:.2f} ms"


def seconds(value: float) -> str:
    """Show seconds."""
    return f"{value:.2f} s"


def a_second(value: float) -> str:
    """Show requests a second."""
    return f"{value:,.0f} rps"


def megabytes(value: float) -> str:
    """Show MiB."""
    return f"{value:.0f} MB"


class Mark(StrEnum):
    """Whether a target is reached."""

    MET = "met"
    NOT_MET = "not met"
    OPEN = "-"  # it cannot be said


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """A ratio that is asked for: to a target's figure of the same metric, or to another figure of ours."""

    factor: float
    of: str  # whose figure
    metric: Metric | None = None  # another than the row's
    least: float = 0.0  # below this the other figure is noise, and no ratio to it counts
    counts: bool = True  # else it is shown, and the absolute figure decides


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One figure of each target."""

    phase: str  # that measures it
    what: str
    target: str
    metric: Metric
    show: Show = milliseconds
    limits: tuple[Limit, ...] = ()
    absolute: float | None = None
    over: Metric | None = None  # what is taken off: the figure is a growth
    more_is_better: bool = False

    def value(self, book: Book, name: str) -> float | None:
        """Return a target's figure; None: there is none."""
        value = book.figure(name, self.metric)
        if self.over is None or value is None:
            return value
        base = book.figure(name, self.over)
        return None if base is None else value - base

    def cell(self, book: Book, name: str) -> str:
        """Return what is shown of a target."""
        value = self.value(book, name)
        if value is not None:
            return self.show(value)
        return failed(book.failure(name, self.metric))

    def verdict(self, book: Book) -> tuple[Mark, str]:
        """Return whether ours reaches the target, and by which ratios."""
        value = self.value(book, OURS)
        if value is None:
            return Mark.OPEN, ""
        said, marks = [], []
        for limit in self.limits:
            other = book.figure(limit.of, limit.metric or self.metric)
            if other is None or other <= limit.least:
                continue
            met = self._within(value / other, limit.factor)
            marks += [met] if limit.counts else []
            whose = "its p50" if limit.of == OURS else limit.of
            said.append(f"{value / other:.3g} x {whose} ({self._asked(f'{limit.factor:.3g}', met=met)})")
        if self.absolute is not None:
            met = self._within(value, self.absolute)
            said.append(f"{self.show(value)} ({self._asked(self.show(self.absolute), met=met)})")
            marks = marks or [met]
        return (Mark.MET if all(marks) else Mark.NOT_MET) if marks else Mark.OPEN, "; ".join(said)

    def _asked(self, limit: str, *, met: bool) -> str:
        return f"{'>=' if self.more_is_better else '<='} {limit}: {'yes' if met else 'no'}"

    def _within(self, value: float, limit: float) -> bool:
        return value >= limit if self.more_is_better else value <= limit


def failed(why: str | None) -> str:
    """Return what is shown where there is no figure."""
    if why is None:
        return ""
    return "n/a" if why == ABSENT else "fails"


NOISE_S = 0.05e-3
ROWS: tuple[Row, ...] = (
    Row(
        phase="start",
        what="process start -> first proxied 200",
        target="<= 0.45 s, <= LiteLLM / 12",
        metric=Metric.START,
        show=seconds,
        limits=(Limit(factor=0.45 / 0.21, of=BARE), Limit(factor=1 / 12, of=LITELLM)),
        absolute=0.45,
    ),
    Row(
        phase="latency",
        what="added p50, no stream, c=1",
        target="<= 2 x bare aiohttp",
        metric=Metric.ADDED_P50,
        limits=(Limit(factor=2, of=BARE, least=NOISE_S),),
    ),
    Row(
        phase="latency",
        what="p99, no stream, c=1",
        target="<= 3 x its p50",
        metric=Metric.P99,
        limits=(Limit(factor=3, of=OURS, metric=Metric.P50),),
    ),
    Row(
        phase="latency",
        what="CPU a request, c=1",
        target="<= 0.35 ms",
        metric=Metric.CPU,
        limits=(Limit(factor=0.35 / 0.19, of=BARE),),
        absolute=0.35e-3,
    ),
    Row(
        phase="saturation",
        what="saturation, c=32",
        target=">= 3,000 rps, >= 20 x LiteLLM",
        metric=Metric.RPS,
        show=a_second,
        limits=(Limit(factor=3000 / 8245, of=BARE), Limit(factor=20, of=LITELLM)),
        absolute=3000,
        more_is_better=True,
    ),
    Row(
        phase="relayed",
        what="added time to first byte, stream, c=4",
        target="<= 2 ms",
        metric=Metric.FIRST_RELAYED,
        limits=(Limit(factor=2 / 0.8, of=BARE, least=NOISE_S),),
        absolute=2e-3,
    ),
    Row(
        phase="relayed",
        what="inter-chunk delay added, p99",
        target="<= 1 ms",
        metric=Metric.CHUNK_RELAYED,
        limits=(Limit(factor=1 / 0.5, of=BARE, least=NOISE_S, counts=False),),
        absolute=1e-3,
    ),
    Row(
        phase="translated",
        what="added time to first byte, translated stream, c=4",
        target="<= 3 ms",
        metric=Metric.FIRST_TRANSLATED,
        limits=(Limit(factor=3 / 0.8, of=BARE, metric=Metric.FIRST_RELAYED, least=NOISE_S),),
        absolute=3e-3,
    ),
    Row(
        phase="translated",
        what="inter-chunk delay added, translated, p99",
        target="<= 1 ms",
        metric=Metric.CHUNK_TRANSLATED,
        limits=(Limit(factor=1 / 0.5, of=BARE, metric=Metric.CHUNK_RELAYED, least=NOISE_S, counts=False),),
        absolute=1e-3,
    ),
    Row(phase="memory", what="RSS idle", target="<= 80 MB", metric=Metric.RSS_IDLE, show=megabytes, absolute=80),
    Row(phase="memory", what="RSS after 10,000 requests", target="", metric=Metric.RSS_AFTER, show=megabytes),
    Row(
        phase="memory",
        what="RSS growth",
        target="<= 5 MB",
        metric=Metric.RSS_AFTER,
        over=Metric.RSS_IDLE,
        show=megabytes,
        absolute=5,
    ),
    *(
        Row(phase="growth", what=f"CPU a request, {size} kB body", target="", metric=metric)
        for size, metric in BY_SIZE.items()
    ),
)


def growth(book: Book, name: str) -> Line | None:
    """Return the line through a target's cost by size; None: a size is missing."""
    costs = {size: book.figure(name, metric) for size, metric in BY_SIZE.items()}
    known = {size: cost for size, cost in costs.items() if cost is not None}
    return line(known) if len(known) == len(BY_SIZE) else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """One line of the table."""

    what: str
    target: str
    cells: tuple[str, ...]
    mark: Mark
    said: str


def shown(book: Book, names: Sequence[str], phases: Sequence[str]) -> list[Shown]:
    """Return the lines of these phases, a cell for each of the names."""
    lines = []
    for row in ROWS:
        if row.phase in phases:
            mark, said = row.verdict(book)
            cells = tuple(row.cell(book, name) for name in names)
            lines.append(Shown(what=row.what, target=row.target, cells=cells, mark=mark, said=said))
    if "growth" in phases:
        lines.append(_growth_line(book, names))
    return lines


def _growth_line(book: Book, names: Sequence[str]) -> Shown:
    lines = {name: growth(book, name) for name in (*names, OURS)}
    cells = [f"{one.base * 1e3:.2f} ms + {one.per_kb * 1e6:.2f} us/kB" if one else "" for one in lines.values()]
    ours = lines[OURS]
    mark, said = Mark.OPEN, ""
    if ours:
        mark = Mark.MET if ours.bend <= STRAIGHT else Mark.NOT_MET
        said = f"r2 {ours.r2:.3f}; a kB costs {ours.bend:.2g} x as much above 200 kB as below (<= {STRAIGHT:g})"
    what = "growth: CPU by size of the body"
    return Shown(what=what, target="linear, and stated", cells=tuple(cells[: len(names)]), mark=mark, said=said)
