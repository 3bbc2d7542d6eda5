"""What a comment that was taken asks for, carried out."""

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from gha_router.cli import experiment as trials
from gha_router.cli import stops
from gha_router.cli.grounds import Base, config_of
from gha_router.cli.results import publish_experiment
from gha_router.cli.route import route
from gha_router.cli.work import Work, hand_over, out_of, performed
from gha_router.config import Config, TaskType
from gha_router.errors import Cancelled, InfrastructureError, UsageError
from gha_router.experiment.leaderboard import leaderboard
from gha_router.github import outputs, summary
from gha_router.github.api import Api
from gha_router.github.claude_args import ClaudeArgs
from gha_router.github.comments import answers
from gha_router.github.comments.command import Command, Fault, Target, Trials
from gha_router.github.comments.history import asked_before, whole
from gha_router.github.comments.permission import Allowed, unmoved
from gha_router.github.comments.reply import error_reply, help_text
from gha_router.github.comments.words import Activity
from gha_router.github.context import Context
from gha_router.github.core import Core
from gha_router.github.delivery import checked_out
from gha_router.github.git import Git
from gha_router.github.inputs import Inputs, ReportTo
from gha_router.github.place import Place
from gha_router.github.report.commenting import origin_of, sticky_of
from gha_router.github.report.marker import Marker
from gha_router.github.trusted import SHORT
from gha_router.github.walls import closed, folders_of
from gha_router.records import Verdict
from gha_router.report.fit import fitting
from gha_router.report.markdown import markdown
from gha_router.report.of_experiment import experiment_view
from gha_router.report.origin import Origin
from gha_router.routing import Ask

BODY = 60_000  # characters of a comment, of the 65,536 that GitHub takes


@dataclass(slots=True, kw_only=True)
class Order:
    """A comment that was taken, and how it is answered.

    ``shown``: the report's own comment says what goes wrong. ``misunderstood``: nothing was done, and a reply says why.
    """

    allowed: Allowed
    api: Api
    config: Config  # without keys: before anything is run it is read again
    inputs: Inputs
    context: Context
    env: Mapping[str, str] = field(repr=False)
    core: Core
    base: Base | None
    shown: bool = False
    misunderstood: bool = False

    @property
    def command(self) -> Command:
        """Return what is asked for."""
        return self.allowed.asked.command

    def reply(self, text: str) -> None:
        """Answer on the page."""
        self.api.comment(self.allowed.number, fitting([text], BODY, len))

    def refuse(self, fault: Fault) -> int:
        """Answer that nothing was started, and why: a mistake in a comment is answered, and ends its job well."""
        self.misunderstood = True
        self.reply(error_reply(fault, self.allowed.asked.words))
        return self.answered()

    def answered(self) -> int:
        """End a step that had nothing to run."""
        outputs.set_all(outputs.of_nothing(), self.core)
        return os.EX_OK


def carried_out(order: Order) -> int:
    """Do it; return the exit code. Raises ``GhaRouterError``."""
    match order.command.activity:
        case Activity.HELP:
            order.reply(help_text(order.allowed.asked.words))
        case Activity.STATUS:
            order.reply(_status(order))
        case Activity.STOP:
            order.reply(_stop(order))
        case Activity.APPROVE:
            pass  # the comment is the approval, and its reaction says that it counts
        case Activity.EXPLAIN:
            return _explain(order)
        case Activity.RUN | Activity.RETRY | Activity.EXPERIMENT:
            return _work(order)
        case _:
            fault = order.command.fault
            return order.refuse(fault) if fault else order.answered()
    return order.answered()


def _status(order: Order) -> str:
    marker = _sticky(order)
    if marker is None:
        return answers.status(None, None, Origin())
    now = None
    if marker.now is None:
        try:
            now = order.api.workflow_run(marker.run)
        except UsageError as error:  # the job may not ask, which is no reason to say nothing
            order.core.warning(str(error))
    return answers.status(marker, now, _where(order, marker.run))


def _stop(order: Order) -> str:
    """Cancel the run that goes on; raises ``UsageError`` with the permission that the job lacks."""
    marker = _sticky(order)
    if marker is None or marker.now is not None or str(marker.run) == order.context.run_id:
        return answers.nothing_to_stop()
    if not order.api.cancel(marker.run):
        return answers.nothing_to_stop()
    return answers.stopping(marker.run, _where(order, marker.run))


def _explain(order: Order) -> int:
    prompt, target = order.command.prompt, None
    if not prompt:
        last = asked_before(order.allowed, order.api)
        prompt, target = (last.prompt, last.target) if last else ("", None)
    if not prompt:
        return order.refuse(answers.NOTHING_TO_EXPLAIN)
    named = target or Target()
    ask = Ask(
        prompt=prompt,
        model=named.model,
        tier=named.tier,
        route=TaskType(named.task_type) if named.task_type else None,
    )
    order.reply(answers.explained(route(order.config, ask), prompt))
    return order.answered()


def _work(order: Order) -> int:
    """Run what is asked for, be it now or before."""
    last = asked_before(order.allowed, order.api) if _leaves_something(order.command) else None
    command = whole(order.command, last)
    if command is None:
        return order.refuse(answers.NOTHING_TO_REPEAT)
    if command.trials:
        return _experiment(order, command.trials)
    if fault := answers.fault_of(command, has_steps=bool(order.config.steps)):
        return order.refuse(fault)
    _require_head(order)
    order.shown = True
    return performed(
        Work(
            inputs=inputs_of(command, order.inputs),
            context=order.context,
            env=order.env,
            core=order.core,
            pull=order.allowed.pull,
            base=order.base,
            unmoved=lambda: unmoved(order.allowed, order.api),
        )
    )


def inputs_of(command: Command, inputs: Inputs) -> Inputs:
    """Return the workflow's inputs with what a comment says in their place; its report always goes to the page."""
    said = dataclasses.replace(
        inputs,
        prompt=command.prompt or None,
        pipeline=command.pipeline,
        budget_usd=inputs.budget_usd if command.budget_usd is None else command.budget_usd,
        report_to=(*inputs.report_to, ReportTo.COMMENT),
        track_progress=True,
    )
    if command.prompt and command.target is None:
        return said  # who answers is left to the workflow
    target = command.target or Target()
    return dataclasses.replace(
        said,
        model=target.model,
        tier=target.tier,
        route=TaskType(target.task_type) if target.task_type else None,
        claude_args=ClaudeArgs(turn_limit=inputs.claude_args.turn_limit, left_out=inputs.claude_args.left_out),
    )


def _leaves_something(command: Command) -> bool:
    return command.activity is Activity.RETRY or not (command.prompt or command.pipeline or command.trials)


def _require_head(order: Order) -> None:
    """Raise ``UsageError`` unless the pinned commit is what is checked out: an approval is of that one alone."""
    pull = order.allowed.pull
    head = checked_out(order.context.workspace, Git(env=os.environ)) if pull else None
    if pull and head != pull.head_sha:
        raise UsageError(
            f"{(head or 'nothing')[:SHORT]} is checked out, and the head of pull request #{pull.number} is "
            f"{(pull.head_sha or '?')[:SHORT]}",
            hint=f"Check it out: actions/checkout with `ref: refs/pull/{pull.number}/head`. Where the workflow does, "
            "somebody has pushed just now: `/route retry`.",
        )


def _experiment(order: Order, asked: Trials) -> int:
    out, context = out_of(order.inputs, order.context), order.context
    config = config_of(order.inputs, context, order.base, order.env)
    with closed(folders_of(order.env)):
        result = trials.experiment(
            trials.Asked(config=config, suite=asked.suite, models=asked.models, epochs=asked.epochs),
            jobs=trials.default_jobs(),
            shard=None,
            planned=None,
            resume=False,
            out=out,
            environ=dict(os.environ),
        )
    stops.ignored()
    board = leaderboard(result)
    text = markdown(experiment_view(result, board))
    with order.core.quoted():
        publish_experiment(result, out, as_json=False)
    if ReportTo.SUMMARY in order.inputs.report_to:
        summary.append([text], context.summary)
    place = Place.of(context, order.inputs.runner_temp)
    front = (row.model for row in board.front)
    outputs.set_all(outputs.of_experiment(board.verdict, out, place, pareto=front), order.core)
    hand_over(out, context.workspace)
    unmoved(order.allowed, order.api)
    order.reply(text)
    if board.verdict is Verdict.CANCELLED:
        return Cancelled.exit_code
    return InfrastructureError.exit_code if board.verdict is Verdict.ERROR else os.EX_OK


def _sticky(order: Order) -> Marker | None:
    return sticky_of(order.inputs, order.context, order.api, order.allowed.number).last()


def _where(order: Order, run: int) -> Origin:
    return dataclasses.replace(origin_of(order.context, None), run=str(run))
