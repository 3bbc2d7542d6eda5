"""What was measured: samples, one a round, by target and metric; and why a target has none."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Metric(StrEnum):
    """What is measured. Times are seconds, memory is MiB."""

    START = "start"  # from before the process exists to the end of its first proxied reply
    ADDED_P50 = "added_p50"  # what the median reply takes longer than the direct one of the same round
    P50 = "p50"
    P99 = "p99"
    CPU = "cpu"
    RPS = "rps"
    FIRST_RELAYED = "first_relayed"  # byte of a stream, added
    FIRST_TRANSLATED = "first_translated"
    CHUNK_RELAYED = "chunk_relayed"  # delay of a chunk on its way, p99, added
    CHUNK_TRANSLATED = "chunk_translated"
    RSS_IDLE = "rss_idle"
    RSS_AFTER = "rss_after"
    CPU_1 = "cpu_1kB"
    CPU_60 = "cpu_60kB"
    CPU_200 = "cpu_200kB"
    CPU_1000 = "cpu_1000kB"


ABSENT = "n/a: it translates nothing"
RUNNING = tuple(metric for metric in Metric if metric is not Metric.START)  # need a target that stays up
BY_SIZE = {1: Metric.CPU_1, 60: Metric.CPU_60, 200: Metric.CPU_200, 1000: Metric.CPU_1000}  # kB of the body


@dataclass(slots=True)
class Book:
    """The samples of a run."""

    samples: dict[str, dict[Metric, list[float]]] = field(default_factory=dict)
    failures: dict[str, dict[Metric, str]] = field(default_factory=dict)

    def add(self, target: str, metric: Metric, value: float) -> None:
        """Keep a round's figure."""
        self.samples.setdefault(target, {}).setdefault(metric, []).append(value)

    def fail(self, target: str, metric: Metric, why: str) -> None:
        """Keep why a target has no figure; figures of earlier rounds do not count any more."""
        self.samples.get(target, {}).pop(metric, None)
        self.failures.setdefault(target, {}).setdefault(metric, why)

    def figure(self, target: str, metric: Metric) -> float | None:
        """Return the median over the rounds; None: there is none."""
        samples = self.samples.get(target, {}).get(metric)
        return statistics.median(samples) if samples else None

    def failure(self, target: str, metric: Metric) -> str | None:
        """Return why there is no figure, if that is known."""
        return self.failures.get(target, {}).get(metric)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that this share of all do not exceed (the nearest-rank method)."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(len(ranked) * share - 1e-9) - 1)]


@dataclass(frozen=True, slots=True)
class Line:
    """Seconds a request as ``base + per_kb * kB``, by least squares; ``r2`` says how much of it is a line."""

    base: float
    per_kb: float
    r2: float
    bend: float  # the slope between the two largest bodies, over the slope between the smaller ones: 1 is a line


def line(costs: dict[int, float]) -> Line:
    """Return the line through costs by size in kB; at least three sizes."""
    sizes = sorted(costs)
    values = [costs[size] for size in sizes]
    fit = statistics.linear_regression(sizes, values)
    first, before, last = sizes[0], sizes[-2], sizes[-1]
    early = (costs[before] - costs[first]) / (before - first)
    late = (costs[last] - costs[before]) / (last - before)
    bend = late / early if early > 0 else float("inf")
    return Line(base=fit.intercept, per_kb=fit.slope, r2=statistics.correlation(sizes, values) ** 2, bend=bend)
