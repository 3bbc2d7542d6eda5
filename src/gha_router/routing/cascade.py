"""Verify, then escalate: a chain of models, each tried only when the check refused the one before.

The check errs: it accepts a wrong result with the rate ``alpha`` and refuses a right one with the rate ``beta``,
independently of the model and of its earlier errors. With r the share of right results of a stage, ``r(1-beta)`` is
accepted and right, ``(1-r)alpha`` accepted and wrong. What the last stage does stands. Expectations are exact for each
task, so that hard tasks being hard for every model, and dear, is taken as it was recorded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gha_router.errors import ConfigError, Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Error rates of what decides whether a result stands."""

    alpha: float = 0.0  # of wrong results, the share that it accepts
    beta: float = 0.0  # of right results, the share that it refuses

    def accepts(self, right: float) -> float:
        """Return the probability that a result is accepted that is right with probability ``right``."""
        return right * (1 - self.beta) + (1 - right) * self.alpha


USUAL_CHECK = Check(alpha=0.1, beta=0.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What one model does on one task: the share that is right, and USD a try."""

    right: float
    cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A link of a chain as its history showed it."""

    model: str
    cost_usd: float  # a try, where it is reached
    reached: float  # share of tasks that come to it
    accepts: float  # of those, the share that ends here


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a chain gives on a history: means over tasks, and each task's own."""

    quality: float
    cost_usd: float
    stages: tuple[Stage, ...]
    qualities: tuple[float, ...]
    costs: tuple[float, ...]

    @property
    def usd_per_right(self) -> float | None:
        """Return USD a right result, wrongly accepted ones paid for and not counted; ``None`` where none is right."""
        return self.cost_usd / self.quality if self.quality else None


def expected(chain: Sequence[str], tasks: Sequence[Mapping[str, Trial]], check: Check) -> Expected:
    """Return the expectation of a chain over tasks, each a mapping of model to its trial."""
    qualities, costs = [0.0] * len(tasks), [0.0] * len(tasks)
    reach = [1.0] * len(tasks)
    stages = []
    for number, model in enumerate(chain):
        last = number == len(chain) - 1
        arrived, spent, ended = sum(reach), 0.0, 0.0
        for place, task in enumerate(tasks):
            trial = task[model]
            accepted = 1.0 if last else check.accepts(trial.right)
            right = trial.right if last else trial.right * (1 - check.beta)
            spent += reach[place] * trial.cost
            ended += reach[place] * accepted
            costs[place] += reach[place] * trial.cost
            qualities[place] += reach[place] * right
            reach[place] *= 1 - accepted
        shares = (spent / arrived, ended / arrived) if arrived else (0.0, 1.0)
        stages.append(Stage(model=model, cost_usd=shares[0], reached=arrived / len(tasks), accepts=shares[1]))
    return Expected(
        quality=sum(qualities) / len(tasks),
        cost_usd=sum(costs) / len(tasks),
        stages=tuple(stages),
        qualities=tuple(qualities),
        costs=tuple(costs),
    )


def break_even(stages: Sequence[Stage], alone_usd: float | None, *, where: Position | None = None) -> None:
    """Refuse a chain that cannot pay for itself. Raises ``ConfigError`` with the numbers.

    A stage pays when it costs less than it saves: ``cost < P(accept) * cost of the rest of the chain``. And the whole
    has to cost less than ``alone_usd``, its last model alone on all tasks (``None``: not known).
    """
    names = " -> ".join(stage.model for stage in stages)
    rest = stages[-1].cost_usd
    for stage in reversed(stages[:-1]):
        saved = stage.accepts * rest
        if stage.cost_usd >= saved:
            raise ConfigError(
                f"the chain {names} cannot pay: {stage.model} costs {usd(stage.cost_usd)} a try, but only "
                f"{stage.accepts:.0%} of its results are accepted, and what follows costs {usd(rest)}: "
                f"that saves {usd(saved)}",
                where=where,
                hint=f"Leave {stage.model} out, or put a model there that costs less than {usd(saved)} a try.",
            )
        rest = stage.cost_usd + (1 - stage.accepts) * rest
    if len(stages) > 1 and alone_usd is not None and rest >= alone_usd:
        ratio = f" ({rest / alone_usd:.2f}x)" if alone_usd else ""
        raise ConfigError(
            f"the chain {names} cannot pay: it costs {usd(rest)} a task, "
            f"{stages[-1].model} alone {usd(alone_usd)}{ratio}",
            where=where,
            hint=f"Use {stages[-1].model} alone, or a cheaper first model.",
        )


def usd(amount: float) -> str:
    """Return USD with as many digits as a try needs."""
    return f"${amount:.4f}" if amount < 1 else f"${amount:.2f}"
