"""``gha-router action``: one step of a workflow, from the runner's variables to its outputs."""

import dataclasses
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

from gha_router.cli import run as command
from gha_router.cli import stops
from gha_router.cli.results import EXIT_CODES, publish_run
from gha_router.cli.vault import DEFAULT_CONFIG
from gha_router.config import Config, Folder, defaults, load, parse, sibling
from gha_router.errors import Cancelled, GhaRouterError, UsageError
from gha_router.github import outputs, summary, trusted
from gha_router.github.cleaners import Inline
from gha_router.github.context import Context, PullRequest, read_context, refuse_bots
from gha_router.github.core import Core
from gha_router.github.git import Git
from gha_router.github.inputs import (
    Inputs,
    ReportTo,
    given_secrets,
    provider_env,
    read_inputs,
    secret_values,
    warnings,
)
from gha_router.github.place import Place
from gha_router.github.report.annotations import annotate
from gha_router.github.report.commenting import commenting, origin_of
from gha_router.github.restore import restore, told
from gha_router.github.walls import closed, folders_of
from gha_router.pipeline.bench import Guard, Prepared
from gha_router.pipeline.plan import StepPlan
from gha_router.pipeline.run import Watch
from gha_router.pipeline.whole import check_whole
from gha_router.records import RunResult, Verdict
from gha_router.report.markdown import markdown
from gha_router.report.of_run import lengths

STOPPED = "Cancelled before there was anything to report"


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """The commit of a pull request's base: what steers the agent and its checks comes from there."""

    commit: str
    workspace: Path
    git: Git

    def read(self, path: str) -> str | None:
        """Return a file of the base, ``None`` when it has none."""
        content = trusted.read_trusted(self.workspace, self.commit, path, run_git=self.git)
        return None if content is None else content.decode("utf-8", "replace")

    def beside(self, config: str) -> "OfBase":
        """Return what reads the files that a configuration at this path names."""
        return OfBase(base=self, config=config)

    def prepare(self, copy: Path) -> Prepared:
        """Give the agent's copy the base's steering files; return what that changed."""
        done = restore(copy, self.workspace, self.commit, run_git=self.git)
        return Prepared(notes=told(done, self.commit), restored=frozenset(replaced.path for replaced in done))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OfBase:
    """Reads the base's files by their paths from its configuration's folder, never the workspace's."""

    base: Base
    config: str

    def read(self, path: str) -> bytes | None:
        """Return a file's content at the base commit. Raises ``UsageError`` for a path that leaves the repository."""
        base, place = self.base, sibling(self.config, path)
        return trusted.read_trusted(base.workspace, base.commit, place, run_git=base.git)


def action(env: Mapping[str, str]) -> int:
    """Run the step and return its exit code. ``env`` holds what the vault took out of our own environment, too."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # the job's log is read while it is written
    core = Core(env=env, log=sys.stdout)
    try:
        stops.heard()
        return _step(env, core)
    except KeyboardInterrupt:  # while there was no run yet that could be ended in order
        error: GhaRouterError = Cancelled(STOPPED)
        summary.append((f"### ⏹️ {STOPPED}\n",), read_context(env).summary)
    except GhaRouterError as known:
        error = known
    stops.ignored()
    core.failure(error)
    outputs.set_all(outputs.of_error(error), core)
    return error.exit_code


def _step(env: Mapping[str, str], core: Core) -> int:
    for secret in given_secrets(env):  # before anything of the inputs can be repeated in an error
        core.mask(secret)
    inputs = read_inputs(env)
    for warning in warnings(inputs, env):
        core.warning(warning)
    context = read_context(env)
    refuse_bots(context, inputs.allowed_bots)
    out = _out(inputs, context)
    base = _base(inputs, context, core)
    origin = origin_of(context, base.commit if base else None)
    with commenting(inputs, context, origin, core) as comment:
        with closed(folders_of(env)):
            result = _run(
                inputs, context, {**env, **provider_env(inputs)}, out, core=core, base=base, watch=comment.begun
            )
        stops.ignored()  # what is left to do takes little time, and half of it is worth nothing
        with core.quoted():
            publish_run(result, out, as_json=False)
        annotate(result, core)
        # GitHub may take its time, and a run that was cancelled has none: its summary goes first.
        late = result.verdict is Verdict.CANCELLED
        untold = None if late else comment.finish(result)
        if ReportTo.SUMMARY in inputs.report_to:
            told = (untold,) if untold else ()
            summary.append([markdown(view) for view in lengths(result, origin=origin, told=told)], context.summary)
        outputs.set_all(outputs.of_result(result, out, Place.of(context, inputs.runner_temp)), core)
        hand_over(out, context.workspace)
        if late:
            untold = comment.finish(result)
        if untold:
            core.warning(untold)
    return outputs.exit_code(EXIT_CODES[result.verdict], inputs.fail_on)


def _run(
    inputs: Inputs,
    context: Context,
    env: Mapping[str, str],
    out: Path,
    *,
    core: Core,
    base: Base | None,
    watch: Watch,
) -> RunResult:
    config = _config(inputs, context, base, env)
    for warning in (*config.warnings, *check_whole(config)):
        core.warning(warning)
    with tempfile.TemporaryDirectory(prefix="gha-router-sealed-") as sealed:
        task = _task(inputs, context, base, Path(sealed))
        plans = _plans(inputs, config, task)
        return command.run(
            config,
            plans,
            workspace=context.workspace,
            out=out,
            environ=dict(os.environ),
            carry=True,
            say=core.info,
            suites=(task,) if task else (),
            watch=watch,
            guard=Guard(prepare=base.prepare if base else None, secrets=secret_values(inputs), egress=inputs.egress),
        )


def _base(inputs: Inputs, context: Context, core: Core) -> Base | None:
    """Return where trusted files come from when a pull request is behind the event; tell it what it cannot change."""
    pull = _pull_request(inputs, context)
    if pull is None:
        return None
    if pull.base_sha is None:
        raise UsageError(
            f"a pull request is behind this event (`{context.event}`), and nothing names its base commit",
            hint="Use `pull_request`, `pull_request_target`, their reviews, or comments, which name it.",
        )
    base = Base(commit=pull.base_sha, workspace=context.workspace, git=Git(env=os.environ))
    found = trusted.trust(context.workspace, base.commit, run_git=base.git)
    other = trusted.elsewhere(context.workspace, pull, run_git=base.git)
    for sentence in ((other,) if other else ()) + trusted.told(found, other=other):
        core.notice(sentence)
    return base


def _pull_request(inputs: Inputs, context: Context) -> PullRequest | None:
    """Return the pull request behind the event. GitHub's API is asked where the payload does not name its base."""
    pull = context.pull_request
    if pull is None or pull.base_sha is not None or pull.number is None:
        return pull
    from gha_router.github.api import Api  # noqa: PLC0415  most events do without

    with Api(context, inputs.github_token) as api:
        return api.pull_request(pull.number)


def _config(inputs: Inputs, context: Context, base: Base | None, env: Mapping[str, str]) -> Config:
    config = _written(inputs, context, base, env) or defaults(env)
    if inputs.budget_usd is None:
        return config
    return config.model_copy(update={"budget": config.budget.model_copy(update={"run_usd": inputs.budget_usd})})


def _written(inputs: Inputs, context: Context, base: Base | None, env: Mapping[str, str]) -> Config | None:
    if isinstance(inputs.config, Inline):  # in the workflow file, which GitHub itself takes from a trusted commit
        beside = base.beside("") if base else Folder(context.workspace)
        return parse(inputs.config.text, name=inputs.config.name, env=env, beside=beside)
    named = inputs.config or DEFAULT_CONFIG
    if base is not None:
        text = base.read(str(named))
        if text is None and inputs.config:
            raise UsageError(f"input `config`: the base commit has no {named}", hint="Merge it first.")
        return parse(text, name=str(named), env=env, beside=base.beside(str(named))) if text is not None else None
    file = context.workspace / named
    return load(file, env) if inputs.config or file.exists() else None


def _task(inputs: Inputs, context: Context, base: Base | None, sealed: Path) -> Path | None:
    if inputs.task is None:
        return None
    if base is None:
        return context.workspace / inputs.task
    target = sealed / "task"
    trusted.export(context.workspace, base.commit, str(inputs.task), target, run_git=base.git)
    return target


def _plans(inputs: Inputs, config: Config, task: Path | None) -> tuple[StepPlan, ...]:
    target = command.Target(
        model=inputs.model or inputs.claude_args.model, tier=inputs.tier, route=inputs.route and inputs.route.value
    )
    plans = command.plans(config, prompt=inputs.prompt, task=task, target=target)
    if inputs.checks:
        plans = tuple(dataclasses.replace(plan, checks=(*plan.checks, *inputs.checks)) for plan in plans)
    limit = inputs.claude_args.turn_limit
    return tuple(dataclasses.replace(plan, turn_limit=limit) for plan in plans) if limit else plans


def _out(inputs: Inputs, context: Context) -> Path:
    if inputs.out:
        return inputs.out
    return (context.temp or Path(tempfile.gettempdir())) / "gha-router"


def hand_over(out: Path, workspace: Path) -> None:
    """Give the results to the workspace's owner: as root we made them, and later steps are somebody else."""
    if os.geteuid() != 0:
        return
    owner = workspace.stat()
    for folder, _, files in os.walk(out):
        for path in (folder, *(os.path.join(folder, name) for name in files)):  # noqa: PTH118  os.walk's own names
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
