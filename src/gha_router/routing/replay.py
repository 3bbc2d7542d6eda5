"""What a policy would have given on recorded outcomes, beside what is always there to compare it with.

Quality is the share of tasks solved, cost USD a task. Every figure is a mean over tasks with a bootstrap interval over
tasks (seed fixed). Nothing is called: each task's outcome is the recorded one of the model that the policy picks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gha_router.errors import Position, UsageError
from gha_router.routing.calibrate import trials_of
from gha_router.routing.cascade import Check, Expected, break_even, expected
from gha_router.routing.learned.encoder import Floats, Indexes
from gha_router.routing.learned.metrics import ROUNDS, SEED, Curve, Estimate, estimate
from gha_router.routing.learned.policy import CalibratedPolicy
from gha_router.routing.outcomes import Outcomes

DRAWN_AT_ONCE = 2_000_000  # tasks of resamples that are held in memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One way to answer all tasks. Ratios are to the strong model alone; ``None`` where costs are unknown."""

    name: str
    quality: Estimate
    quality_of_strong: Estimate
    cost_usd: Estimate
    cost_of_strong: Estimate
    share: Mapping[str, float]  # of tasks that came to a model; of a chain they sum to more than 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """All ways, the policy's own first, and what was assumed."""

    tasks: int
    scored: tuple[Scored, ...]
    apgr: Estimate | None
    cpt50: Estimate | None
    cpt80: Estimate | None
    in_domain: float | None  # share of the texts that the router did not abstain on
    assumptions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Way:
    """Quality and cost of each task (cost nan: unknown), and how many came to each model."""

    name: str
    quality: Floats
    cost: Floats
    share: Mapping[str, float]


def replay(
    outcomes: Outcomes,
    policy: CalibratedPolicy,
    *,
    check: Check | None = None,
    chain: Sequence[str] | None = None,
    digest: str | None = None,
) -> Replay:
    """Score a policy. ``check`` replaces the rates that its chains were calibrated for, ``chain`` the chains.

    ``digest`` is that of the outcomes that the policy was fitted on. Raises ``UsageError`` for a model that the
    outcomes do not have, ``ConfigError`` for a given chain that cannot pay on them.
    """
    strong, weak = outcomes.need(policy.strong), outcomes.need(policy.weak)
    chains = _chains(policy, chain)
    for names in chains.values():
        for name in names:
            outcomes.need(name)
    tasks = outcomes.tried_on({strong, weak, *(name for names in chains.values() for name in names)})
    if not tasks:
        raise UsageError("no task was tried on all models of the policy", where=Position(outcomes.file))
    rates = check or _rates(policy)
    base, low = _single(outcomes, tasks, strong), _single(outcomes, tasks, weak)
    gains = base.quality - low.quality
    learnt, predicted, inside = _learnt(outcomes, policy, tasks)
    cascade = _cascade(outcomes, tasks, chains, rates, refuse=chain is not None)
    ways = [way for way in (learnt, cascade) if way]
    ways += [base, low, _mix(base, low, policy, learnt), _oracle(base, low)]
    figures = {} if predicted is None else {
        "apgr": estimate(Curve.apgr, predicted, gains),
        "cpt50": estimate(lambda line: line.cpt(0.5), predicted, gains),
        "cpt80": estimate(lambda line: line.cpt(0.8), predicted, gains),
    }  # fmt: skip
    return Replay(
        tasks=len(tasks),
        scored=tuple(_score(way, base) for way in ways),
        apgr=figures.get("apgr"),
        cpt50=figures.get("cpt50"),
        cpt80=figures.get("cpt80"),
        in_domain=inside,
        assumptions=(
            *_assumptions(outcomes, tasks, rates if cascade else None, digest),
            *_left_out(outcomes, tasks, chain=bool(chains) and cascade is None),
        ),
    )


def _chains(policy: CalibratedPolicy, given: Sequence[str] | None) -> dict[str, tuple[str, ...]]:
    """Return the chains by task type; the empty type is all others."""
    if given is not None:
        return {"": tuple(given)}
    found = {kind: chain.models for kind, chain in policy.chains.items()}
    return found | {"": policy.chain.models} if policy.chain else found


def _rates(policy: CalibratedPolicy) -> Check:
    chain = policy.chain or next(iter(policy.chains.values()), None)
    return Check(alpha=chain.alpha, beta=chain.beta) if chain else Check()


def _single(outcomes: Outcomes, tasks: Sequence[str], model: str) -> _Way:
    cells = [outcomes.cells[task][model] for task in tasks]
    costs = [float("nan") if cell.cost is None else cell.cost for cell in cells]
    return _Way(f"always {model}", np.array([cell.quality for cell in cells]), np.array(costs), {model: 1.0})


def _learnt(
    outcomes: Outcomes, policy: CalibratedPolicy, tasks: Sequence[str]
) -> tuple[_Way | None, Floats | None, float | None]:
    """Return the router's way, its gains and its share of texts in domain; nothing without the texts."""
    if any(task not in outcomes.texts for task in tasks):
        return None, None, None
    choices = [policy.choose(outcomes.texts[task], outcomes.types.get(task)) for task in tasks]
    cells = [outcomes.cells[task][choice.model] for task, choice in zip(tasks, choices, strict=True)]
    share = sum(choice.model == policy.strong for choice in choices) / len(choices)
    costs = [float("nan") if cell.cost is None else cell.cost for cell in cells]
    way = _Way(
        f"router {policy.kind}",
        np.array([cell.quality for cell in cells]),
        np.array(costs),
        {policy.strong: share, policy.weak: 1 - share},
    )
    gains = np.array([choice.gain.value for choice in choices])
    return way, gains, sum(choice.gain.in_domain for choice in choices) / len(choices)


def _cascade(
    outcomes: Outcomes, tasks: Sequence[str], chains: Mapping[str, tuple[str, ...]], check: Check, *, refuse: bool
) -> _Way | None:
    """Return the way of the chains, each task by its type's; ``None`` without chains or costs."""
    if not chains:
        return None
    quality, cost = np.full(len(tasks), np.nan), np.full(len(tasks), np.nan)
    share: dict[str, float] = {}
    kinds = [outcomes.types.get(task, "") if outcomes.types.get(task, "") in chains else "" for task in tasks]
    for kind, names in chains.items():
        places = [place for place, own in enumerate(kinds) if own == kind]
        of_kind = [tasks[place] for place in places]
        if not places or any(outcomes.cells[task][name].cost is None for task in of_kind for name in names):
            continue
        found = _expected(outcomes, of_kind, names, check)
        if refuse:
            break_even(found.stages, _expected(outcomes, of_kind, names[-1:], check).cost_usd)
        quality[places], cost[places] = found.qualities, found.costs
        for stage in found.stages:
            share[stage.model] = share.get(stage.model, 0.0) + stage.reached * len(places) / len(tasks)
    if np.isnan(quality).any():
        return None
    name = "chain " + " -> ".join(chains[""]) if "" in chains and len(chains) == 1 else "chain of each task type"
    return _Way(name, quality, cost, share)


def _expected(outcomes: Outcomes, tasks: Sequence[str], names: Sequence[str], check: Check) -> Expected:
    return expected(names, [trials_of(outcomes, task, list(names)) for task in tasks], check)


def _mix(base: _Way, low: _Way, policy: CalibratedPolicy, learnt: _Way | None) -> _Way:
    """Return a fair coin with the router's share of strong calls."""
    share = learnt.share[policy.strong] if learnt else policy.share
    return _Way(
        "random at the same share",
        share * base.quality + (1 - share) * low.quality,
        share * base.cost + (1 - share) * low.cost,
        {policy.strong: share, policy.weak: 1 - share},
    )


def _oracle(base: _Way, low: _Way) -> _Way:
    """Return the strong model exactly where it is the better one: what no router of these two can pass."""
    strong = base.quality > low.quality
    return _Way(
        "oracle of the two",
        np.where(strong, base.quality, low.quality),
        np.where(strong, base.cost, low.cost),
        {next(iter(base.share)): float(strong.mean()), next(iter(low.share)): float(1 - strong.mean())},
    )


def _score(way: _Way, base: _Way) -> Scored:
    quality, cost, base_quality, base_cost = _redrawn(way.quality, way.cost, base.quality, base.cost)
    return Scored(
        name=way.name,
        quality=_mean(way.quality, quality),
        quality_of_strong=_ratio(way.quality, base.quality, quality, base_quality),
        cost_usd=_mean(way.cost, cost),
        cost_of_strong=_ratio(way.cost, base.cost, cost, base_cost),
        share={model: share for model, share in way.share.items() if share > 0},
    )


def _redrawn(*columns: Floats) -> list[Floats]:
    """Return the means of resampled tasks, of each column on the same ones. Memory does not grow with ``ROUNDS``."""
    random, size = np.random.default_rng(SEED), len(columns[0])
    at_once = max(1, DRAWN_AT_ONCE // size)
    parts: list[list[Floats]] = [[] for _ in columns]
    for first in range(0, ROUNDS, at_once):
        picks: Indexes = random.integers(0, size, (min(at_once, ROUNDS - first), size))
        for part, column in zip(parts, columns, strict=True):
            part.append(column[picks].mean(1))
    return [np.concatenate(part) for part in parts]


def _mean(values: Floats, drawn: Floats) -> Estimate:
    """Return a mean with its interval over resampled tasks."""
    return Estimate(value=None) if np.isnan(values).any() else _with_interval(float(values.mean()), drawn)


def _ratio(values: Floats, over: Floats, drawn: Floats, below: Floats) -> Estimate:
    """Return the ratio of two means with its interval."""
    if np.isnan(values).any() or np.isnan(over).any() or over.mean() == 0:
        return Estimate(value=None)
    return _with_interval(float(values.mean() / over.mean()), drawn[below > 0] / below[below > 0])


def _with_interval(value: float, drawn: Floats) -> Estimate:
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Estimate(value=value, low=float(low), high=float(high))


def _assumptions(outcomes: Outcomes, tasks: Sequence[str], check: Check | None, digest: str | None) -> list[str]:
    said = [
        f"{len(tasks)} of {len(outcomes.cells)} tasks were tried on every model of the policy",
        "a model answers as it was recorded to; intervals are 95 % bootstrap over tasks",
    ]
    if check is not None:
        said.append(
            f"the check accepts {check.alpha:.0%} of wrong and refuses {check.beta:.0%} of right results; its errors "
            "are independent of each other, of the task and of the model; what the last model does stands; it is free"
        )
    if digest == outcomes.digest:
        said.append("the policy was fitted on these very outcomes: its router does better here than on others")
    return said


def _left_out(outcomes: Outcomes, tasks: Sequence[str], *, chain: bool) -> list[str]:
    """Return why the router, or the policy's chain, is not among the ways."""
    said = []
    untold = sum(task not in outcomes.texts for task in tasks)
    if not outcomes.texts:
        said.append("no prompts were given: the router was not asked")
    elif untold:
        said.append(f"{untold} of {len(tasks)} tasks have no prompt: the router was not asked")
    if chain:
        said.append("the chain is not scored: costs are unknown, or some tasks are of a type that has none")
    return said
