"""What escalating can be worth, judged before anything is run.

Three things can be known then. The same model twice is a retry under another name. A price list says what a token
costs, but not how many tokens a model takes nor how often it succeeds: enough for a warning. A learned policy holds
what the models cost and solved on recorded tasks: enough to refuse a chain that cannot pay on them.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from gha_router.config import Config, Step, Trail
from gha_router.errors import ConfigError
from gha_router.pipeline.plans import decided
from gha_router.pipeline.setup import price_of
from gha_router.pricing import Price, Prices
from gha_router.records import Decision
from gha_router.routing import Ask, deployments_of, resolve
from gha_router.routing.alternatives import shown
from gha_router.routing.cascade import Check, Expected, Stage, Trial, break_even, expected, usd
from gha_router.stats import ENOUGH, NOT_ENOUGH


def check_escalations(config: Config) -> tuple[str, ...]:
    """Return what is allowed and not wise in the steps' escalations, each with its position.

    Raises ``ConfigError`` for a chain that goes to the same model again, or that cannot pay by the policy's figures.
    """
    return tuple(
        warning
        for at, step in config.all_steps()
        if step.on_fail.escalate
        for warning in _of_step(config, step, (*at, "on_fail", "escalate"))
    )


def _of_step(config: Config, step: Step, at: Trail) -> Iterator[str]:
    first = decided(config, Ask(prompt=step.prompt, model=step.model, tier=step.tier, route=step.route))
    chain = [first, *(resolve(config, tier=tier) for tier in step.on_fail.escalate)]
    by_prompt = step.model is None and step.tier is None and step.route is None
    yield from _repeated(config, chain, at, by_prompt=by_prompt)
    yield from _no_dearer(config, chain, at)
    yield from _by_figures(config, chain, at)


def _repeated(config: Config, chain: Sequence[Decision], at: Trail, *, by_prompt: bool) -> Iterator[str]:
    """Refuse the same model again. Where the prompt chose the first, another prompt mends it: that is a warning."""
    asked = [decision.deployments[0] for decision in chain]
    for number, later in enumerate(chain[1:]):
        if asked[number + 1] not in asked[: number + 1]:
            continue
        where = config.position((*at, number))
        what = f"tier {later.tier} asks {later.model} again, which has failed by then"
        if not by_prompt or asked[number + 1] in asked[1 : number + 1]:
            raise ConfigError(what, where=where, hint="For a second try write `retry: 1`; to escalate, another tier.")
        yield f"{where}: {what}: the prompt goes there first ({chain[0].reason})"


def _no_dearer(config: Config, chain: Sequence[Decision], at: Trail) -> Iterator[str]:
    prices = Prices.load()
    for number, (earlier, later) in enumerate(pairwise(chain)):
        before, after = (price_of(config, deployments_of(config, one)[0], prices) for one in (earlier, later))
        if earlier.deployments[0] != later.deployments[0] and before and after and _dominates(before, after):
            yield (
                f"{config.position((*at, number))}: {later.model} ({shown(after)}) comes after {earlier.model} "
                f"({shown(before)}) and is no dearer: where both take as many tokens, beginning with {later.model} "
                "costs no more, however often each succeeds"
            )


def _dominates(before: Price, after: Price) -> bool:
    """Return whether the one that comes first costs at least as much, and something."""
    return before.input >= after.input and before.output >= after.output and bool(before.input or before.output)


def _by_figures(config: Config, chain: Sequence[Decision], at: Trail) -> Iterator[str]:
    """Refuse a chain that cannot pay on the policy's tasks; yield what only makes it doubtful.

    Where the outcomes lie beside the policy, the chain is gone through task by task: how often a model succeeds where
    the ones before have failed is then as it was recorded. Else only each model's own figures are known, and they
    overstate a middle stage: see ``_by_means``.
    """
    if config.learned is None:
        return
    from gha_router.routing.learned.configured import (  # noqa: PLC0415  most files name no policy
        configured_policy,
        recorded_outcomes,
    )

    policy = configured_policy(config)
    if policy is None:
        return
    models = [decision.model for decision in chain]
    recorded = recorded_outcomes(config)
    tasks: Sequence[Mapping[str, Trial]] = recorded.trials(models) if recorded else ()
    known = policy.stages(models)
    if not tasks and not known:
        return  # some model was never tried
    samples = len(tasks) or min(policy.tried[model].tasks for model in models)
    if samples < ENOUGH:
        where, names = config.position(at), " -> ".join(models)
        yield f"{where}: whether {names} pays is not known: {NOT_ENOUGH} ({samples} tasks, {ENOUGH} are needed)"
        return
    if tasks:
        found, alone = expected(models, tasks, policy.check), expected(models[-1:], tasks, policy.check)
        break_even(found.stages, alone.cost_usd, where=config.position(at))
    else:
        _by_means(config, known, at)
        means = [
            {model: Trial(right=policy.tried[model].solves, cost=policy.tried[model].cost_usd) for model in models}
        ]
        found, alone = expected(models, means, policy.check), expected(models[-1:], means, policy.check)
    yield from _dearer_when_right(config, models, found, alone, policy.check, at)


def _by_means(config: Config, known: Sequence[Stage], at: Trail) -> None:
    """Refuse a chain by what each model does on all tasks.

    How often a model succeeds where another has failed is not known: it is taken for as often as on all tasks,
    and what follows for the cost of all that follows. Both err in the chain's favour, so that what is refused is lost.
    """
    for number, stage in enumerate(known[:-1]):
        rest = known[number + 1 :]
        names = " -> ".join(later.model for later in rest)
        after = Stage(model=names, cost_usd=sum(later.cost_usd for later in rest), reached=1, accepts=1)
        break_even((stage, after), None, where=config.position((*at, number)))


def _dearer_when_right(
    config: Config, models: Sequence[str], found: Expected, alone: Expected, check: Check, at: Trail
) -> Iterator[str]:
    """Say so where a chain is cheaper only because wrong results are accepted: a right one costs more."""
    chained, single = found.usd_per_right, alone.usd_per_right
    if chained is not None and single is not None and chained > single:
        where, names = config.position(at), " -> ".join(models)
        yield (
            f"{where}: a right result of {names} costs {usd(chained)}, of {models[-1]} alone {usd(single)}: "
            f"the check accepts {check.alpha:.0%} of wrong and refuses {check.beta:.0%} of right ones"
        )
