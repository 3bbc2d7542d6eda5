"""By what a run is verified: a task, a suite, a list of checks, or the steps of a configuration. Read here, now."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gha_router import checks
from gha_router.claims import parse_expected
from gha_router.config import Config, read_task_document, suggest
from gha_router.errors import ConfigError, UsageError
from gha_router.experiment.task import Task, load_suite, load_task, suite_folder
from gha_router.pipeline.plan import StepPlan
from gha_router.pipeline.plans import plan_for, plans_of
from gha_router.records import Decision

KEYS = ("prompt", "checks", "claims")
NOBODY = Decision(asked=None, model="unknown", deployments=(), reason="it was run already")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Plans by the step that they are for; ``any`` is for every step. ``bases``: what an agent found, by step."""

    origin: str
    plans: Mapping[str, StepPlan]
    any: StepPlan | None = None
    bases: Mapping[str, Path]

    def of(self, step: str) -> StepPlan:
        """Return the plan of a step. Raises ``UsageError`` when there is none."""
        plan = self.any or self.plans.get(step)
        if plan is None:
            what = f"{self.origin} has no step or task {step!r}"
            raise UsageError(what, hint=suggest(step, tuple(self.plans)) or "Name what it was run with.")
        return replace(plan, id=step)


def of_task(folder: Path) -> Expected:
    """Return what a task folder expects, of whatever step."""
    task = load_task(folder)
    return Expected(origin=f"the task {task.id}", plans={}, any=_plan(task), bases={task.id: task.workspace})


def of_suite(name: str) -> Expected:
    """Return what each task of a suite expects."""
    tasks = load_suite(suite_folder(name))
    plans = {task.id: _plan(task) for task in tasks}
    return Expected(origin=f"the suite {name}", plans=plans, bases={task.id: task.workspace for task in tasks})


def of_config(config: Config, file: str, pipeline: str | None = None) -> Expected:
    """Return what the steps of a configuration, or of one of its pipelines, expect.

    Without a pipeline also its own ``checks`` of a plain prompt. Raises ``UsageError``.
    """
    if pipeline is not None:
        plans = {plan.id: plan for plan in plans_of(config, pipeline)}
        return Expected(origin=f"{file}, pipeline {pipeline}", plans=plans, bases={})
    if config.pipelines and not config.steps and not config.checks:
        raise UsageError(f"{file} has pipelines, and none is named", hint=f"--pipeline: {', '.join(config.pipelines)}.")
    plans = {plan.id: plan for plan in plans_of(config)}
    if config.checks:
        plain = plan_for(config, [NOBODY], prompt="", raw_checks=config.checks, at=("checks",), asked="model unknown")
        plans.setdefault(plain.id, plain)
    return Expected(origin=file, plans=plans, bases={})


def of_checks(file: Path) -> Expected:
    """Return what a file of checks expects: ``checks`` as in a task, and ``claims`` and ``prompt`` where it has them.

    Raises ``ConfigError`` with the place of the first mistake.
    """
    document = read_task_document(file)
    for key in document.data:
        if key not in KEYS:
            raise ConfigError(f"unknown key `{key}`", where=document.keys[key,], hint=suggest(key, KEYS))
    raw_checks, raw_claims = document.data.get("checks"), document.data.get("claims", [])
    prompt = document.data.get("prompt", "")
    if not isinstance(raw_checks, list) or not raw_checks:
        raise ConfigError("`checks` has to be a list of checks", where=document.place(("checks",)))
    if not isinstance(raw_claims, list):
        raise ConfigError("`claims` has to be a list", where=document.place(("claims",)))
    if not isinstance(prompt, str):
        raise ConfigError("`prompt` has to be a text", where=document.place(("prompt",)))
    plan = StepPlan(
        id="run",
        prompt=prompt,
        asked="another action",
        attempts=(NOBODY,),
        checks=checks.parse_all(raw_checks, lambda index: document.place(("checks", index))),
        claims=tuple(parse_expected(raw, document.place(("claims", index))) for index, raw in enumerate(raw_claims)),
    )
    return Expected(origin=file.name, plans={}, any=plan, bases={})


def _plan(task: Task) -> StepPlan:
    return task.plan(NOBODY)
