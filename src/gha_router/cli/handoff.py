"""Posts, or shows, what a run without write access handed over."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from gha_router.github.context import Context
    from gha_router.github.core import Core
    from gha_router.github.inputs import Inputs

EXAMPLE = "Example: gha-router handoff handoff.json"


def posted(file: Path, inputs: "Inputs", context: "Context", core: "Core") -> int:
    """Post a file's report on the pull request that GitHub names; return the exit code.

    Raises ``UsageError`` for a file that is none of ours, ``NotPermitted`` when no pull request has that head any more.
    """
    from gha_router.github import handoff, outputs  # noqa: PLC0415  each command loads what it needs
    from gha_router.github.api import Api  # noqa: PLC0415
    from gha_router.github.report.commenting import repository_url  # noqa: PLC0415
    from gha_router.github.report.marker import Figures  # noqa: PLC0415
    from gha_router.github.report.sticky import Sticky  # noqa: PLC0415
    from gha_router.report.markdown import markdown  # noqa: PLC0415
    from gha_router.report.origin import Origin  # noqa: PLC0415

    sender = handoff.sender(context)
    found = handoff.read(context.workspace / file)
    origin = Origin(repository_url=repository_url(context), commit=sender.head_sha, run=str(sender.run))
    with Api(context, inputs.github_token) as api:
        number = handoff.number_of(sender, api.pulls_of(sender.owner, sender.branch))
        if found.run is None:
            core.info(f"Nothing was run there: {found.refused}. Nothing is posted.")
        else:
            sticky = Sticky(api=api, number=number, config=handoff.CONFIG, run=sender.run, attempt=sender.attempt)
            texts = [markdown(view) for view in handoff.views(found, origin)]
            core.info(f"Report on #{number}: {sticky.finish(Figures.of(found.run), lambda _was: texts).value}.")
    outputs.set_all(outputs.of_nothing(), core)
    return os.EX_OK


def show(file: Annotated[Path, typer.Argument(help="A handoff.json.")]) -> None:
    """Check a handed-over report as strictly as before it is posted, and print what would be posted."""
    from gha_router.github.handoff import read, views  # noqa: PLC0415  each command loads what it needs
    from gha_router.report.markdown import markdown  # noqa: PLC0415

    typer.echo(markdown(views(read(file))[0]), nl=False)
