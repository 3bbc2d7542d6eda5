"""``gha-router run``: one prompt, one task, or the configuration's steps."""

import asyncio
import secrets
from dataclasses import dataclass, replace
from pathlib import Path

from gha_router.cli.session import bench
from gha_router.config import Config
from gha_router.errors import UsageError
from gha_router.experiment.task import load_task
from gha_router.pipeline.bench import UNGUARDED, Guard
from gha_router.pipeline.bill import billed, top_of
from gha_router.pipeline.classify import Classifier, booked, decisions_for
from gha_router.pipeline.plan import StepPlan
from gha_router.pipeline.plans import asked_by_prompt, context_of, decided, plan_for, plan_of
from gha_router.pipeline.run import Progress, Watch, run_steps, silent
from gha_router.pipeline.setup import INSIDE, by_name, routes_of
from gha_router.records import Decision, RunResult
from gha_router.routing import Ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Who is asked for on the command line; at most one is set."""

    model: str | None = None
    tier: int | None = None
    route: str | None = None

    def decide(self, config: Config, prompt: str) -> Decision:
        """Return who answers; where nobody is asked for, the prompt decides."""
        return decided(config, Ask(prompt=prompt, model=self.model, tier=self.tier, route=self.route))

    @property
    def asked(self) -> str | None:
        """Return it in words, ``None`` when nobody is asked for."""
        named = {"model": self.model, "tier": self.tier, "route": self.route}
        return next((f"{kind} {value}" for kind, value in named.items() if value is not None), None)


def plans(config: Config, *, prompt: str | None, task: Path | None, target: Target) -> tuple[StepPlan, ...]:
    """Return what is to be run. Raises ``UsageError`` when nothing is, or two things are."""
    if prompt is not None and task is not None:
        raise UsageError("--prompt and --task are two things to run", hint="Name one of them.")
    if prompt is not None and not prompt.strip():
        raise UsageError("the prompt is empty", hint="Say what the agent is to do: --prompt TEXT.")
    if prompt is not None:
        decision = target.decide(config, prompt)
        return (
            plan_for(config, [decision], prompt=prompt, raw_checks=config.checks, at=("checks",), asked=target.asked),
        )
    if task is not None:
        found = load_task(task)
        decision = target.decide(config, found.prompt)
        plan = replace(found.plan(decision), open=target.asked is None, context=context_of(config, decision))
        return (replace(plan, asked=target.asked or asked_by_prompt(config)),)
    if not config.steps:
        raise UsageError(
            "there is nothing to run",
            hint="Give a prompt or a task (in a workflow the input `prompt` or `task`, on the command line --prompt "
            "TEXT or --task DIR), or put `steps` into the configuration.",
        )
    if target != Target():
        raise UsageError(
            "--model, --tier and --route go with --prompt or --task", hint="The configuration's steps name their own."
        )
    return tuple(plan_of(config, index, step) for index, step in enumerate(config.steps))


def run(
    config: Config,
    steps: tuple[StepPlan, ...],
    *,
    workspace: Path,
    out: Path,
    environ: dict[str, str],
    carry: bool,
    say: Progress,
    suites: tuple[Path, ...] = (),
    guard: Guard = UNGUARDED,
    watch: Watch = silent,
) -> RunResult:
    """Run the steps and return what became of them. Simulated models know the tasks of ``suites``."""
    if not workspace.is_dir():
        raise UsageError(f"the workspace {workspace} is no folder", hint="Name an existing folder with --workspace.")
    decisions = by_name(decision for step in steps for decision in step.attempts)
    settings = config.classifier if config.classifier and config.classifier.enabled else None
    if settings is not None and any(step.open for step in steps):
        decisions |= decisions_for(config, settings)

    async def session() -> RunResult:
        name = f"run-{secrets.token_hex(6)}"
        routes = routes_of(config, INSIDE)
        async with bench(
            config, decisions, routes=routes, out=out, environ=environ, workspace=workspace, suites=suites, guard=guard
        ) as made:
            classifier = Classifier(config, settings, made.gateway, run=name) if settings else None
            plans = [await classifier.settled(step) for step in steps] if classifier else steps
            result = await run_steps(plans, made, run=name, workspace=workspace, carry=carry, say=say, watch=watch)
            notes = (*result.notes, *(booked(classifier.receipts) if classifier else ()))
            closed = replace(result, ledger_head=await made.gateway.close(), notes=notes)
            return billed(closed, made.ledger, top_of(config))

    return asyncio.run(session())
