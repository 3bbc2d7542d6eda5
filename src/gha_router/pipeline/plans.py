"""From a configuration to the plans of its steps."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gha_router import checks
from gha_router.claims import parse_expected
from gha_router.config import Config, Step, TaskType, Trail, before, needs_of, ordered, suggest
from gha_router.errors import UsageError
from gha_router.pipeline.answer import answer_check
from gha_router.pipeline.inputs import check_inputs
from gha_router.pipeline.plan import TIME_LIMIT_S, TURN_LIMIT, UNNAMED, StepPlan
from gha_router.pipeline.setup import price_of
from gha_router.pricing import Prices
from gha_router.records import Decision
from gha_router.routing import Ask, Said, decide, deployments_of, resolve, target_of
from gha_router.routing.limits import LONG

if TYPE_CHECKING:
    from gha_router.pipeline.template import Template

STEPS: Trail = ("steps",)
MARKS = ("{{", "{%", "{#")  # of a template


def decided(config: Config, ask: Ask, *, said: Said | None = None) -> Decision:
    """Return who answers, with the cheaper models that were passed over; nobody is asked for it."""
    prices = Prices.load()
    return decide(config, ask, said=said, price_of=lambda deployment: price_of(config, deployment, prices))


def plans_of(config: Config, pipeline: str | None = None) -> tuple[StepPlan, ...]:
    """Return the steps of the configuration, or those of one of its pipelines, in the order in which they run."""
    if pipeline is not None and pipeline not in config.pipelines:
        raise UsageError(f"there is no pipeline `{pipeline}`", hint=suggest(pipeline, config.pipelines))
    section: Trail = STEPS if pipeline is None else ("pipelines", pipeline, "steps")
    steps = config.steps if pipeline is None else config.pipelines[pipeline].steps
    plans = {step.id: plan_of(config, index, step, section=section) for index, step in enumerate(steps)}
    return tuple(plans[step.id] for step in ordered(steps))


def plan_of(config: Config, index: int, step: Step, *, section: Trail = STEPS) -> StepPlan:
    """Return a configured step, ready to run."""
    at: Trail = (*section, index)
    first = decided(config, Ask(prompt=step.prompt, model=step.model, tier=step.tier, route=step.route))
    attempts = [first] * (1 + step.on_fail.retry) + [resolve(config, tier=tier) for tier in step.on_fail.escalate]
    named = {"route": step.route, "tier": step.tier, "model": step.model}
    asked = next((f"{kind} {value}" for kind, value in named.items() if value is not None), None)
    plan = plan_for(config, attempts, prompt=step.prompt, raw_checks=step.checks, at=(*at, "checks"), asked=asked)
    template, when = templates_of(config, index, step, section=section)
    return replace(
        plan,
        checks=(*answer_check(config, at, step), *plan.checks),
        template=template,
        when=when,
        needs=needs_of(_steps_at(config, section))[step.id],
        inputs=step.inputs,
        output_schema=step.output_schema,
        workspace=step.workspace,
        carry=step.carries,
        usd=step.limits.usd,
        then=step.on_fail.then,
        id=step.id,
        agent=step.agent or config.agent,
        seal_globs=config.seal if step.seal is None else step.seal,
        trust=(*config.trust, *step.trust),
        retries=step.on_fail.retry,
        hint=step.on_fail.hint,
        keep_workspace=step.on_fail.keep_workspace,
        claims=tuple(
            parse_expected(raw, config.position((*at, "claims", number))) for number, raw in enumerate(step.claims)
        ),
        structured_claims=step.structured_claims,
        time_limit_s=step.time_s or TIME_LIMIT_S,
        turn_limit=step.turns or TURN_LIMIT,
    )


def check_templates(config: Config) -> None:
    """Raise ``ConfigError`` for the first step whose prompt, condition, inputs or schema cannot be used."""
    for (*section, index), step in config.all_steps():
        answer_check(config, (*section, index), step)
        templates_of(config, int(index), step, section=tuple(section))


def templates_of(
    config: Config, index: int, step: Step, *, section: Trail = STEPS
) -> "tuple[Template | None, Template | None]":
    """Return prompt and condition as templates, ``None`` where there is nothing to fill in or to ask."""
    at: Trail = (*section, index)
    steps = _steps_at(config, section)
    earlier = before(step.id, needs_of(steps))
    check_inputs(config, at, step.inputs, {one.id: one.output_schema for one in steps})
    prompt = config.written((*at, "prompt"), step.prompt)
    if step.when is None and not any(mark in prompt.text for mark in MARKS):
        return None, None
    from gha_router.pipeline.template import Names, condition_of, prompt_of  # noqa: PLC0415  jinja2 takes 50 ms

    names = Names(
        inputs=tuple(step.inputs),
        steps=tuple(one.id for one in steps if one.id in earlier),
        structured=tuple(one.id for one in steps if one.id in earlier and one.output_schema is not None),
    )
    template = prompt_of(prompt, names) if any(mark in prompt.text for mark in MARKS) else None
    return template, condition_of(config.written((*at, "when"), step.when), names) if step.when else None


def _steps_at(config: Config, section: Trail) -> tuple[Step, ...]:
    return config.steps if section == STEPS else config.pipelines[str(section[1])].steps


def plan_for(
    config: Config,
    attempts: Sequence[Decision],
    *,
    prompt: str,
    raw_checks: Sequence[Any],
    at: Trail,
    asked: str | None,
) -> StepPlan:
    """Return a plain prompt as a step, checked by inline checks that stand at ``at`` in the configuration.

    ``asked`` is who was asked for, in words; ``None``: nobody was, and the prompt decides.
    """
    return StepPlan(
        id="prompt",
        prompt=prompt,
        agent=config.agent,
        asked=asked or asked_by_prompt(config),
        open=asked is None,
        attempts=tuple(attempts),
        checks=checks.parse_all(raw_checks, lambda number: config.position((*at, number))),
        context=context_of(config, attempts[0]),
        seal_globs=config.seal,
        trust=config.trust,
    )


def asked_by_prompt(config: Config) -> str:
    """Return, in words, what a step asks for that names nobody."""
    return UNNAMED if config.routes else "default"


def context_of(config: Config, decision: Decision) -> int | None:
    """Return the context window, in tokens, that an agent may count on; ``None`` when none is known.

    It is the smallest of those who may answer, or of those who take over from them before it is full.
    """
    own = _window(config, decision)
    route = config.routes.get(TaskType.LONG_CONTEXT)
    if own is None or route is None or (route.over_tokens or LONG) > own:
        return own
    return max(own, _window(config, target_of(config, route.to)) or own)


def _window(config: Config, decision: Decision) -> int | None:
    """Return the smallest context window of a decision's deployments; ``None`` when none is known."""
    prices = Prices.load()
    known = []
    for deployment in deployments_of(config, decision):
        limits = prices.limits(config.listed_as(deployment))
        known.append(deployment.context or (limits.context if limits else None))
    return min((window for window in known if window), default=None)
