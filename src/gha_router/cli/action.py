"""``gha-router action``: one step of a workflow, from the runner's variables to its outputs."""

import sys
from collections.abc import Mapping
from io import TextIOWrapper

from gha_router.cli import stops
from gha_router.cli.grounds import base_of, pull_behind
from gha_router.cli.work import Work, performed
from gha_router.errors import Cancelled, GhaRouterError
from gha_router.github import outputs, summary
from gha_router.github.comment import EVENT
from gha_router.github.context import read_context, refuse_bots
from gha_router.github.core import Core
from gha_router.github.inputs import Inputs, given_secrets, read_inputs, warnings

STOPPED = "Cancelled before there was anything to report"


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
    if inputs.handoff:
        from gha_router.cli.handoff import posted  # noqa: PLC0415  PyGithub takes 0.3 s

        return posted(inputs.handoff, inputs, context, core)
    if context.event == EVENT and not _says_itself(inputs):
        from gha_router.cli.commented import commented  # noqa: PLC0415  the same

        return commented(inputs, context, env, core)
    refuse_bots(context, inputs.allowed_bots)
    pull = pull_behind(inputs, context)
    work = Work(inputs=inputs, context=context, env=env, core=core, pull=pull, base=base_of(pull, context, core))
    return outputs.exit_code(performed(work), inputs.fail_on)


def _says_itself(inputs: Inputs) -> bool:
    """Return whether the workflow says what is to be run: then nobody's comment does."""
    return any(one is not None for one in (inputs.prompt, inputs.task, inputs.pipeline))
