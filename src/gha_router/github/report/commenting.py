"""Whether a run's report is a comment, too, and on what; GitHub's API is loaded where it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from gha_router.errors import GhaRouterError
from gha_router.github.context import Context
from gha_router.github.core import Core
from gha_router.github.inputs import Inputs, ReportTo
from gha_router.pipeline.run import Stage
from gha_router.records import RunResult
from gha_router.report.origin import Origin

if TYPE_CHECKING:
    from gha_router.github.api import Api
    from gha_router.github.report.sticky import Sticky

NOWHERE = "The report was not posted as a comment: no pull request or issue is behind this event."


class Comment(Protocol):
    """The comment on one run."""

    def begun(self, stage: Stage | None) -> None:
        """Show how far the run is."""

    def finish(self, result: RunResult) -> str | None:
        """Write the report; return why it was not written."""

    def failed(self, error: GhaRouterError) -> None:
        """Write that there is no report, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoComment:
    """None is written, and ``why``."""

    why: str | None = None

    def begun(self, stage: Stage | None) -> None:
        """Show nothing."""

    def finish(self, result: RunResult) -> str | None:  # noqa: ARG002  as the other's
        """Write nothing."""
        return self.why

    def failed(self, error: GhaRouterError) -> None:
        """Write nothing."""


@contextmanager
def commenting(inputs: Inputs, context: Context, origin: Origin, core: Core) -> Iterator[Comment]:
    """Yield the comment of a run, or one that is none."""
    number = number_of(context)
    if not wanted(inputs) or number is None:
        yield NoComment(why=NOWHERE if wanted(inputs) else None)
        return
    from gha_router.github.api import Api  # noqa: PLC0415  PyGithub takes 0.3 s, which most runs do without
    from gha_router.github.report.reporter import Reporter  # noqa: PLC0415  of the same

    with Api(context, inputs.github_token) as api:
        sticky = sticky_of(inputs, context, api, number)
        with Reporter(sticky, replace(origin, replies=True), core.info, live=inputs.track_progress) as reporter:
            yield reporter


def sticky_of(inputs: Inputs, context: Context, api: "Api", number: int) -> "Sticky":
    """Return the one comment of a step's configuration on a pull request or issue."""
    from gha_router.github.report.marker import config_name  # noqa: PLC0415  as above
    from gha_router.github.report.sticky import Sticky  # noqa: PLC0415

    return Sticky(
        api=api,
        number=number,
        config=config_name(str(inputs.config) if isinstance(inputs.config, Path) else None),
        run=counted(context.run_id),
        attempt=counted(context.run_attempt),
    )


def wanted(inputs: Inputs) -> bool:
    """Return whether a workflow asks for a comment. claude-code-action's two words for it count, too."""
    return ReportTo.COMMENT in inputs.report_to or inputs.use_sticky_comment or inputs.track_progress


def number_of(context: Context) -> int | None:
    """Return the number of the pull request or issue behind an event."""
    match context.payload:
        case {"pull_request": {"number": int(number)}} | {"issue": {"number": int(number)}}:
            return number
    pull = context.pull_request
    return pull.number if pull else None


def origin_of(context: Context, base: str | None) -> Origin:
    """Return where a run takes place. ``base``: the commit that its checks come from."""
    pull = context.pull_request
    return Origin(
        repository_url=repository_url(context),
        commit=(pull.head_sha if pull else None) or context.sha or None,
        base=base,
        run=context.run_id or None,
    )


def repository_url(context: Context) -> str | None:
    """Return the address of the repository's page."""
    return f"{context.server_url}/{context.repository}" if context.repository else None


def counted(text: str) -> int:
    """Return the number of a run or an attempt; 0 where it is none, as outside of Actions."""
    return int(text) if text.isascii() and text.isdigit() else 0
