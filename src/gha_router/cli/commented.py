"""A step that a comment has started: what it asks for is understood, permitted, taken, carried out, answered.

An ordinary comment, and one by somebody who may not ask, ends the step well and leaves nothing: a workflow on
``issue_comment`` sees every comment of the repository. Who may ask, and is refused, is told by the job: exit code 5.
"""

import os
from collections.abc import Mapping

from gha_router.cli.grounds import base_of, config_of
from gha_router.cli.orders import Order, carried_out
from gha_router.cli.work import hand_over, out_of
from gha_router.errors import GhaRouterError, NotPermitted
from gha_router.github import handoff, outputs
from gha_router.github.api import Api
from gha_router.github.comment import NewComment, new_comment
from gha_router.github.comments import answers
from gha_router.github.comments.asked import activity_of, holds_command
from gha_router.github.comments.permission import Quiet, permitted
from gha_router.github.comments.reactions import finish, take
from gha_router.github.context import Context
from gha_router.github.core import Core
from gha_router.github.inputs import Inputs, provider_env

NO_COMMAND = Quiet(why="no new comment asks for anything")


def commented(inputs: Inputs, context: Context, env: Mapping[str, str], core: Core) -> int:
    """Do what a new comment asks for; return the exit code. Raises ``NotPermitted`` for what is told in the log."""
    new = new_comment(context)
    if new is None or not holds_command(context):
        return _quiet(NO_COMMAND, core)
    with Api(context, inputs.github_token) as api:
        found = _judged(new, inputs, context, {**env, **provider_env(inputs)}, core=core, api=api)
        if isinstance(found, Quiet):
            return _quiet(found, core)
        if taken := take(found.allowed, api):
            return _quiet(taken, core)
        return outputs.exit_code(_answered(found), inputs.fail_on)


def _judged(
    new: NewComment, inputs: Inputs, context: Context, env: Mapping[str, str], *, core: Core, api: Api
) -> Order | Quiet:
    pull = api.pull_request(new.number) if new.on_pull_request else None
    base = base_of(pull, context, core)
    config = config_of(inputs, context, base, env, keyless=True)
    found = permitted(activity_of(context, config), api)
    if isinstance(found, Quiet):
        if found.error and pull and pull.is_fork:
            handoff.write(out_of(inputs, context), handoff.Handoff(refused=found.why))
            hand_over(out_of(inputs, context), context.workspace)
        return found
    return Order(allowed=found, api=api, config=config, inputs=inputs, context=context, env=env, core=core, base=base)


def _answered(order: Order) -> int:
    """Carry it out and leave the reaction that says how it went, whatever happens."""
    code: int | None = None
    try:
        code = carried_out(order)
    except NotPermitted:  # what it was asked about has moved: nothing more is posted
        raise
    except GhaRouterError as error:
        if not order.shown:
            _told(order, error)
        raise
    finally:
        went_well = code == os.EX_OK and not order.misunderstood
        try:
            finish(order.allowed, order.api, went_well=went_well)
        except GhaRouterError as error:
            order.core.warning(str(error))
    return code


def _told(order: Order, error: GhaRouterError) -> None:
    """Answer with what went wrong; where even that fails, the log has both."""
    try:
        order.reply(answers.broken(error))
    except GhaRouterError as other:
        order.core.warning(str(other))


def _quiet(quiet: Quiet, core: Core) -> int:
    if quiet.error:
        raise quiet.error
    core.info(f"Nothing to do: {quiet.why}.")
    outputs.set_all(outputs.of_nothing(), core)
    return os.EX_OK
