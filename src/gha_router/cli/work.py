"""One run of the action: from what is asked for to what is published."""

import dataclasses
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gha_router.cli import caching, stops
from gha_router.cli import run as command
from gha_router.cli.grounds import Base, config_of
from gha_router.cli.results import EXIT_CODES, publish_run
from gha_router.config import Config
from gha_router.errors import NotPermitted
from gha_router.github import handoff, outputs, summary, trusted
from gha_router.github.context import Context, PullRequest
from gha_router.github.core import Core
from gha_router.github.delivery import Sent, planned, send
from gha_router.github.git import Git
from gha_router.github.inputs import Inputs, ReportTo, provider_env, secret_values
from gha_router.github.place import Place
from gha_router.github.report import commenting
from gha_router.github.report.annotations import annotate
from gha_router.github.sealing import origin_of
from gha_router.github.walls import closed, folders_of
from gha_router.pipeline.bench import Guard
from gha_router.pipeline.plan import StepPlan
from gha_router.pipeline.run import Watch
from gha_router.pipeline.whole import check_whole
from gha_router.records import RunResult, Verdict
from gha_router.report.markdown import markdown
from gha_router.report.of_run import lengths
from gha_router.report.origin import Origin


def nothing_moves() -> None:
    """Raise nothing: nobody pinned anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is to be run, and on what. ``unmoved`` raises when what it was asked about is not the same any more."""

    inputs: Inputs
    context: Context
    env: Mapping[str, str] = field(repr=False)  # with what the vault took out of our own
    core: Core
    pull: PullRequest | None
    base: Base | None
    unmoved: Callable[[], None] = nothing_moves

    @property
    def out(self) -> Path:
        """Return where the files go."""
        return out_of(self.inputs, self.context)

    @property
    def origin(self) -> Origin:
        """Return where the run takes place."""
        found = commenting.origin_of(self.context, self.base.commit if self.base else None)
        pinned = self.pull.head_sha if self.pull else None
        return dataclasses.replace(found, commit=pinned or found.commit)


def out_of(inputs: Inputs, context: Context) -> Path:
    """Return where a step's files go."""
    return inputs.out or (context.temp or Path(tempfile.gettempdir())) / "gha-router"


def performed(work: Work) -> int:
    """Run, push what may be pushed, publish; return the exit code, which the workflow may forgive."""
    inputs, context, core, origin = work.inputs, work.context, work.core, work.origin
    with commenting.commenting(inputs, context, origin, core) as comment:
        delivery = planned(inputs, context, work.pull)  # before an agent is in the workspace, and costs anything
        with closed(folders_of(work.env)):
            result = _run(work, comment.begun)
        stops.ignored()  # what is left to do takes little time, and half of it is worth nothing
        late = result.verdict is Verdict.CANCELLED  # who cancels has no time, and GitHub takes its own
        sent = Sent() if late else send(delivery, result, context, work.out, origin=origin, unmoved=work.unmoved)
        result = dataclasses.replace(result, notes=(*result.notes, *sent.notes))
        with core.quoted():
            publish_run(result, work.out, as_json=False)
        annotate(result, core)
        untold = None if late else _commented(work, comment, result, sent)
        if ReportTo.SUMMARY in inputs.report_to:
            told = (untold,) if untold else ()
            summary.append([markdown(view) for view in lengths(result, origin=origin, told=told)], context.summary)
        found = outputs.of_result(
            result, work.out, Place.of(context, inputs.runner_temp), branch=sent.branch, went_well=sent.error is None
        )
        outputs.set_all(found, core)
        hand_over(work.out, context.workspace)
        if late:
            untold = _commented(work, comment, result, sent)
        if untold:
            core.warning(untold)
    if sent.error:
        core.failure(sent.error)
    return EXIT_CODES[result.verdict] if sent.error is None else sent.error.exit_code


def _commented(work: Work, comment: commenting.Comment, result: RunResult, sent: Sent) -> str | None:
    """Post the report, or hand it over where that may not be; return why it is not there."""
    if isinstance(sent.error, NotPermitted):  # it has moved: no word of the result, nor of its progress any more
        comment.failed(sent.error)
        return f"The report was not posted: {sent.error.what}."
    untold = comment.finish(result)
    from_fork = work.pull is not None and bool(work.pull.is_fork) and work.context.event in handoff.RUNS
    if from_fork or (untold and commenting.number_of(work.context) is not None):
        file = handoff.write(work.out, handoff.Handoff(run=result))
        work.core.info(f"For a job that may post it: {file or 'nothing, the record is too large'}")
    return untold


def _run(work: Work, watch: Watch) -> RunResult:
    inputs, context, base, core = work.inputs, work.context, work.base, work.core
    config = config_of(inputs, context, base, {**work.env, **provider_env(inputs)})
    for warning in (*config.warnings, *check_whole(config)):
        core.warning(warning)
    folder = config.cache_folder if config.cache.on else None
    with caching.ours(folder, context.workspace), tempfile.TemporaryDirectory(prefix="gha-router-sealed-") as sealed:
        task = _task(inputs, context, base, Path(sealed))
        plans = _plans(inputs, config, task)
        commit = base.commit if base else None
        return command.run(
            config,
            plans,
            workspace=context.workspace,
            out=work.out,
            environ=dict(os.environ),
            carry=True,
            say=core.info,
            suites=(task,) if task else (),
            watch=watch,
            guard=Guard(
                prepare=base.prepare if base else None,
                secrets=secret_values(inputs),
                egress=inputs.egress,
                ground=caching.ground_of(context, work.pull),
                origin=origin_of(context.workspace, commit, context.sha, run_git=Git(env=os.environ)),
            ),
        )


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
    plans = command.plans(config, prompt=inputs.prompt, pipeline=inputs.pipeline, task=task, target=target)
    if inputs.checks:
        plans = tuple(dataclasses.replace(plan, checks=(*plan.checks, *inputs.checks)) for plan in plans)
    limit = inputs.claude_args.turn_limit
    return tuple(dataclasses.replace(plan, turn_limit=limit) for plan in plans) if limit else plans


def hand_over(out: Path, workspace: Path) -> None:
    """Give the results to the workspace's owner: as root we made them, and later steps are somebody else."""
    if os.geteuid() != 0:
        return
    owner = workspace.stat()
    for folder, _, files in os.walk(out):
        for path in (folder, *(os.path.join(folder, name) for name in files)):  # noqa: PTH118  os.walk's own names
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
