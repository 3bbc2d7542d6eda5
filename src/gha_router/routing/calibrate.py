"""From recorded outcomes to a policy: a router between two models, and chains that end with the strong one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gha_router.errors import Position, UsageError
from gha_router.routing.cascade import USUAL_CHECK, Check, Trial, expected
from gha_router.routing.chains import search
from gha_router.routing.learned.encoder import Floats, count
from gha_router.routing.learned.fit import FEWEST, Fitted, fit
from gha_router.routing.learned.learner import LEARNT, History
from gha_router.routing.learned.metrics import Curve, Estimate, curve, estimate
from gha_router.routing.learned.minilm import MiniLM
from gha_router.routing.learned.policy import CalibratedPolicy, Chain, Trained, Tried
from gha_router.routing.outcomes import Outcomes

QUALITY = 0.95  # of the strong model's, where neither a share nor a quality is asked for
CHAIN_QUALITY = 0.995  # a check catches what a router cannot, so more is asked of a chain; half a percent is noise
ENOUGH = 100  # tasks of a type for a chain of its own
COVERED = 0.8  # a model that was tried on fewer of the tasks is no candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is asked for. ``share`` and ``quality`` exclude each other; ``quality`` is a share of the strong model's."""

    strong: str
    weak: str | None = None
    share: float | None = None
    quality: float | None = None
    check: Check = USUAL_CHECK
    kind: str | None = None
    embed: MiniLM | None = None  # reads the texts; None: their words are hashed

    @property
    def chain_quality(self) -> float:
        """Return what a chain has to keep."""
        return CHAIN_QUALITY if self.quality is None else self.quality


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """A policy with its figures, and notes for people."""

    policy: CalibratedPolicy
    metrics: Mapping[str, Any]
    notes: tuple[str, ...]


def calibrate(outcomes: Outcomes, wishes: Wishes) -> Calibration:
    """Return a policy for these outcomes. Raises ``UsageError`` for models that there is nothing to choose between."""
    strong = outcomes.need(wishes.strong)
    weak = outcomes.need(wishes.weak) if wishes.weak is not None else _weak(outcomes, strong)
    if strong == weak:
        raise UsageError("the strong and the weak model are the same", hint="Name another with --weak.")
    tasks = outcomes.tried_on((strong, weak))
    _check_gap(outcomes, tasks, strong, weak)
    history, told = _history(outcomes, tasks, strong, weak, wishes.embed)
    fitted = fit(history, [outcomes.group_of(task) for task in told], kind=wishes.kind)
    held = curve(fitted.predicted, history.gains)
    share, threshold = _threshold(fitted, held, wishes, _mean(outcomes, told, strong))
    chain = chain_of(outcomes, tasks, strong, wishes.check, wishes.chain_quality)
    policy = CalibratedPolicy(
        strong=strong,
        weak=weak,
        kind=fitted.kind,
        threshold=threshold,
        share=share,
        prior=float(history.gains.mean()),
        trained=_trained(fitted, wishes.embed),
        chain=chain,
        chains=_chains_by_type(outcomes, tasks, strong, wishes),
        check=wishes.check,
        tried=tried_of(outcomes, tasks),
    )
    weak_quality = _mean(outcomes, told, weak)
    metrics = {
        "labels": len(told),
        "apgr": _triple(estimate(Curve.apgr, fitted.predicted, history.gains)),
        "cpt50": _triple(estimate(lambda line: line.cpt(0.5), fitted.predicted, history.gains)),
        "cpt80": _triple(estimate(lambda line: line.cpt(0.8), fitted.predicted, history.gains)),
        "apgr_groups_never_seen": _triple(fitted.transfer) if fitted.transfer else None,
        "in_domain": round(float(fitted.at_home.mean()), 4),
        "weak_quality": round(weak_quality, 4),
        "strong_quality": round(_mean(outcomes, told, strong), 4),
        "quality_at_share": round(weak_quality + float(np.interp(share, held.shares, held.closed)), 4),
    }
    return Calibration(policy=policy, metrics=metrics, notes=_notes(fitted, outcomes, tasks, told, policy))


def chain_of(outcomes: Outcomes, tasks: list[str], strong: str, check: Check, quality: float) -> Chain | None:
    """Return the cheapest chain to the strong model that keeps the quality.

    ``None`` when none pays or costs are unknown.
    """
    models = [
        model
        for model in outcomes.models
        if sum(_priced(outcomes, task, model) for task in tasks) >= COVERED * len(tasks)
    ]
    rows = [task for task in tasks if all(_priced(outcomes, task, model) for model in models)]
    if strong not in models or len(models) < 2 or not rows:  # noqa: PLR2004  a chain has two
        return None
    trials = [trials_of(outcomes, task, models) for task in rows]
    found = search(trials, models, strong, check, quality)
    if found is None:
        return None
    result, alone = expected(found.chain, trials, check), expected((strong,), trials, check)
    return Chain(
        stages=result.stages,
        quality=result.quality / alone.quality,
        cost=result.cost_usd / alone.cost_usd,
        alone_usd=alone.cost_usd,
        tasks=len(rows),
        alpha=check.alpha,
        beta=check.beta,
    )


def tried_of(outcomes: Outcomes, tasks: list[str]) -> dict[str, Tried]:
    """Return what each model did whose costs are known for most of the tasks."""
    found = {}
    for model in outcomes.models:
        own = [task for task in tasks if _priced(outcomes, task, model)]
        if own and len(own) >= COVERED * len(tasks):
            spent = sum(outcomes.cells[task][model].cost or 0.0 for task in own)
            found[model] = Tried(solves=_mean(outcomes, own, model), cost_usd=spent / len(own), tasks=len(own))
    return found


def trials_of(outcomes: Outcomes, task: str, models: list[str]) -> dict[str, Trial]:
    """Return the trials of a task whose costs are known."""
    cells = outcomes.cells[task]
    return {model: Trial(right=cells[model].quality, cost=cells[model].cost or 0.0) for model in models}


def _priced(outcomes: Outcomes, task: str, model: str) -> bool:
    cell = outcomes.cells[task].get(model)
    return cell is not None and cell.cost is not None


def _weak(outcomes: Outcomes, strong: str) -> str:
    """Return the model that mixes best with the strong one: the least cost for ``QUALITY`` of its quality."""
    others = [model for model in outcomes.models if model != strong]
    if len(others) == 1:
        return others[0]
    costs: dict[str, float] = {}
    for model in others:
        tasks = [task for task in outcomes.tried_on((strong, model)) if _priced(outcomes, task, model)]
        tasks = [task for task in tasks if _priced(outcomes, task, strong)]
        if len(tasks) < COVERED * len(outcomes.tried_on((strong,))):
            continue
        high, low = _mean(outcomes, tasks, strong), _mean(outcomes, tasks, model)
        share = min(1.0, max(0.0, (QUALITY * high - low) / (high - low))) if high > low else 0.0
        spent = {name: sum(outcomes.cells[task][name].cost or 0.0 for task in tasks) for name in (strong, model)}
        if high > low and spent[strong]:
            costs[model] = (share * spent[strong] + (1 - share) * spent[model]) / spent[strong]
    if not costs:
        names = ", ".join(f"`{name}`" for name in others)
        raise UsageError("which is the weak model? Costs do not tell", hint=f"Name it: --weak, one of {names}.")
    return min(costs, key=lambda model: costs[model])


def _check_gap(outcomes: Outcomes, tasks: list[str], strong: str, weak: str) -> None:
    where = Position(outcomes.file)
    if not tasks:
        raise UsageError(f"no task was tried on both `{strong}` and `{weak}`", where=where)
    high, low = _mean(outcomes, tasks, strong), _mean(outcomes, tasks, weak)
    if high <= low:
        raise UsageError(
            f"`{strong}` is not better than `{weak}`: {high:.1%} against {low:.1%} of {len(tasks)} tasks",
            where=where,
            hint=f"Use `{weak}` for all of them, or swap --strong and --weak.",
        )


def _mean(outcomes: Outcomes, tasks: list[str], model: str) -> float:
    return sum(outcomes.cells[task][model].quality for task in tasks) / len(tasks)


def _history(
    outcomes: Outcomes, tasks: list[str], strong: str, weak: str, embed: MiniLM | None
) -> tuple[History, list[str]]:
    """Return what is learnt from: the tasks with a text, or all without their texts when too few have one."""
    told = [task for task in tasks if task in outcomes.texts]
    if len(told) < FEWEST:
        told = tasks
    models = [strong, weak, *(model for model in outcomes.models if model not in (strong, weak))]
    nan = float("nan")
    rows = [[cell.quality if (cell := outcomes.cells[task].get(model)) else nan for model in models] for task in told]
    matrix = np.array(rows)
    tried = np.isfinite(matrix).mean(axis=0) >= 0.5  # noqa: PLR2004  half
    texts = tuple(count(outcomes.texts[task], embed) for task in told if task in outcomes.texts)
    return History(texts, matrix[:, tried], 0, 1), told


def _threshold(fitted: Fitted, held: Curve, wishes: Wishes, strong_quality: float) -> tuple[float, float]:
    """Return the share of strong calls and the gain from which on held-out tasks were so many."""
    share = wishes.share
    if share is None:
        wanted = (QUALITY if wishes.quality is None else wishes.quality) * strong_quality
        share = held.share_for(wanted - (strong_quality - held.gap))
    if share in (0, 1):  # all that was held out is no bound for texts to come
        return share, 1 - 2 * share
    ranked: Floats = np.sort(fitted.predicted[fitted.at_home > 0]) if fitted.at_home.any() else fitted.predicted
    return share, float(np.clip(np.quantile(ranked, 1 - share), -1, 1))


def _trained(fitted: Fitted, embed: MiniLM | None) -> Trained | None:
    if fitted.learned is None:
        return None
    quantiles = {kind: np.quantile(fitted.by_kind[kind], np.linspace(0, 1, 101)) for kind in LEARNT}
    return Trained(learned=fitted.learned, home=fitted.home, quantiles=quantiles, embed=embed)


def _chains_by_type(outcomes: Outcomes, tasks: list[str], strong: str, wishes: Wishes) -> dict[str, Chain]:
    found = {}
    for kind in dict.fromkeys(outcomes.types.get(task) for task in tasks):
        of_kind = [task for task in tasks if outcomes.types.get(task) == kind]
        if kind is None or len(of_kind) < ENOUGH:
            continue
        chain = chain_of(outcomes, of_kind, strong, wishes.check, wishes.chain_quality)
        if chain is not None:
            found[kind] = chain
    return found


def _triple(figure: Estimate) -> tuple[float | None, ...]:
    return tuple(None if part is None else round(part, 4) for part in (figure.value, figure.low, figure.high))


def _notes(
    fitted: Fitted, outcomes: Outcomes, tasks: list[str], told: list[str], policy: CalibratedPolicy
) -> tuple[str, ...]:
    notes = [f"router `{fitted.kind}`: {fitted.why}"]
    if len(told) < len(tasks):
        notes.append(f"{len(tasks) - len(told)} of {len(tasks)} tasks have no text and were not learnt from")
    if not outcomes.texts:
        notes.append("no prompts: nothing can be learnt from texts; give --prompts FILE")
    if policy.chain is None:
        notes.append("no chain both pays and keeps the quality" if outcomes_priced(outcomes) else "no costs: no chain")
    else:
        notes.append(
            f"the chain holds for a check that accepts {policy.chain.alpha:.0%} of wrong and refuses "
            f"{policy.chain.beta:.0%} of right results, errors independent of each other and of the model"
        )
    return tuple(notes)


def outcomes_priced(outcomes: Outcomes) -> bool:
    """Return whether any cost is known."""
    return any(cell.costs for row in outcomes.cells.values() for cell in row.values())
