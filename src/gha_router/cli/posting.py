"""Posts a recorded run's report as a comment, for a job that may write and runs nothing of the repository."""

from collections.abc import Callable, Mapping

from gha_router.errors import UsageError
from gha_router.records import RunResult

TOKEN = "GITHUB_TOKEN"  # noqa: S105  the variable's name


def post(result: RunResult, name: str, env: Mapping[str, str], say: Callable[[str], None]) -> str | None:
    """Write the one comment of a name on the pull request or issue behind the event; return why it was not written.

    What GitHub refuses changes nothing of what became of the run. Raises ``UsageError`` without a token.
    """
    from gha_router.github.context import read_context  # noqa: PLC0415  each command loads what it needs
    from gha_router.github.report import commenting  # noqa: PLC0415

    context = read_context(env)
    number = commenting.number_of(context)
    if number is None:
        return commenting.NOWHERE
    if not env.get(TOKEN):
        raise UsageError(
            f"there is no token for the comment: {TOKEN} is not set", hint=f"env: {{{TOKEN}: ${{{{ github.token }}}}}}"
        )
    from gha_router.github.api import Api  # noqa: PLC0415  PyGithub takes 0.3 s
    from gha_router.github.report.marker import config_name  # noqa: PLC0415
    from gha_router.github.report.reporter import Reporter  # noqa: PLC0415
    from gha_router.github.report.sticky import Sticky  # noqa: PLC0415

    run, attempt = commenting.counted(context.run_id), commenting.counted(context.run_attempt)
    with Api(context, env[TOKEN]) as api:
        sticky = Sticky(api=api, number=number, config=config_name(name), run=run, attempt=attempt)
        with Reporter(sticky, commenting.origin_of(context, None), say, live=False) as reporter:
            return reporter.finish(result)
