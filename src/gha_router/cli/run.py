"""``gha-router run``: one prompt, one task, or the configuration's steps."""

import asyncio
import secrets
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from gha_router.agent import workspace as tree
from gha_router.cli.session import bench, require_apart
from gha_router.config import Config, Tree
from gha_router.errors import UsageError
from gha_router.experiment.task import load_task
from gha_router.pipeline.bench import UNGUARDED, Guard
from gha_router.pipeline.bill import billed, top_of
from gha_router.pipeline.classify import Classifier, booked, decisions_for
from gha_router.pipeline.judges import judges_of
from gha_router.pipeline.plan import StepPlan
from gha_router.pipeline.plans import asked_by_prompt, context_of, decided, plan_for, plans_of
from gha_router.pipeline.record import ORIGINAL, Record
from gha_router.pipeline.resume import resumed, this_life
from gha_router.pipeline.run import Progress, Watch, silent
from gha_router.pipeline.seal import Folder, all_sealed
from gha_router.pipeline.setup import INSIDE, by_name, routes_of
from gha_router.pipeline.steps import run_steps
from gha_router.records import Decision, RunResult
from gha_router.routing import Ask
from gha_router.telemetry import SILENT, Telemetry


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


def plans(
    config: Config, *, prompt: str | None, task: Path | None, target: Target, pipeline: str | None = None
) -> tuple[StepPlan, ...]:
    """Return what is to be run, in its order. Raises ``UsageError`` when nothing is, or two things are."""
    named = [
        f"--{name}" for name, one in (("prompt", prompt), ("pipeline", pipeline), ("task", task)) if one is not None
    ]
    if len(named) > 1:
        raise UsageError(f"{' and '.join(named)} are two things to run", hint="Name one of them.")
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
        plan = replace(found.plan(decision), agent=config.agent, context=context_of(config, decision))
        return (replace(plan, open=target.asked is None, asked=target.asked or asked_by_prompt(config)),)
    if pipeline is None and not config.steps:
        raise UsageError(
            "there is nothing to run",
            hint="Give a prompt or a task (in a workflow the input `prompt` or `task`, on the command line --prompt "
            "TEXT or --task DIR), or put `steps` into the configuration."
            + (f" Or name a pipeline: {', '.join(config.pipelines)}." if config.pipelines else ""),
        )
    steps = plans_of(config, pipeline)
    if target != Target():
        raise UsageError(
            "--model, --tier and --route go with --prompt or --task", hint="The configuration's steps name their own."
        )
    return steps


def workspace_of(task: Path | None) -> Path:
    """Return what an agent finds that is given a task and no workspace."""
    return load_task(task).workspace if task else Path("workspace")


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
    resume: bool = False,
    watch: Watch = silent,
    listener: Telemetry = SILENT,
) -> RunResult:
    """Run the steps and return what became of them. Simulated models know the tasks of ``suites``.

    ``resume``: go on with the run in ``out`` that was killed, or ended before all its steps were verified.
    """
    if config.cache.on and guard.ground is None:
        from gha_router.cli.caching import ground_here  # noqa: PLC0415  only where replies are kept

        guard = replace(guard, ground=ground_here(environ, workspace))
    if not workspace.is_dir():
        raise UsageError(f"the workspace {workspace} is no folder", hint="Name an existing folder with --workspace.")
    steps = all_sealed(steps, guard.origin or Folder(root=workspace), workspace=workspace)
    decisions = by_name(decision for step in steps for decision in step.attempts)
    judges = judges_of(config, (check for step in steps for check in step.checks))
    settings = config.classifier if config.classifier and config.classifier.enabled else None
    if settings is not None and any(step.open for step in steps):
        decisions |= decisions_for(config, settings)

    async def session(past: Record | None) -> RunResult:
        routes = routes_of(config, INSIDE)
        async with bench(
            config,
            decisions,
            routes=routes,
            judges=judges,
            out=out,
            environ=environ,
            workspace=workspace,
            suites=suites,
            guard=guard,
            resumed=past,
            agents={step.agent for step in steps},
            listener=listener,
        ) as made:
            record = past or begun(out, steps, workspace)
            with closing(record.journal), made.telemetry.run(record.run) as became:
                classifier = Classifier(config, settings, made.gateway, run=record.run) if settings else None
                plans = [await classifier.settled(step) for step in steps] if classifier else steps
                made.telemetry.requests(classifier.receipts if classifier else ())
                result = await run_steps(plans, made, record=record, carry=carry, say=say, watch=watch)
                became(result.verdict)
                head = await made.gateway.close()
                notes = (*result.notes, *(booked(classifier.receipts) if classifier else ()))
                lives = (*record.lives, this_life(record, head)) if past else ()
                ledgers = [out / life.ledger for life in lives] or [made.ledger]
                return billed(replace(result, ledger_head=head, notes=notes, lives=lives), ledgers, top_of(config))

    if resume:
        require_apart(out, workspace)
    return asyncio.run(session(resumed(out, steps, workspace) if resume else None))


def begun(out: Path, steps: tuple[StepPlan, ...], workspace: Path) -> Record:
    """Return the record of a new run; steps that begin afresh get a copy of the workspace to begin from."""
    original = out / ORIGINAL if any(step.workspace is Tree.FRESH for step in steps) else None
    if original:
        tree.copy(workspace, original, owner=None)
    return Record.begun(out, f"run-{secrets.token_hex(6)}", steps, workspace, original)
