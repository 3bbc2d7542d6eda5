"""Takes what a run changed to GitHub: decided before the agent begins, done after its result was judged.

A mistake of the workflow's author is said before anything costs money. What goes wrong afterwards is said beside the
report and ends the step with its exit code: the verdict stays what it is.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gha_router.errors import GhaRouterError, UsageError
from gha_router.github.commits import Author, Commit, Remote, cloned
from gha_router.github.context import Context, PullRequest
from gha_router.github.git import Git
from gha_router.github.inputs import Inputs
from gha_router.github.objects import Objects
from gha_router.github.push import CommitTo, Destination, destination, message, sources
from gha_router.github.trusted import SHORT
from gha_router.records import RunResult, Verdict
from gha_router.report.fit import fitting
from gha_router.report.markdown import markdown
from gha_router.report.of_run import lengths
from gha_router.report.origin import Origin

BODY = 60_000  # characters of a pull request's text, of the 65,536 that GitHub takes
_NAME = re.compile(r"[\w.-]{1,60}(?:\[bot\])?", re.ASCII)
_UNVERIFIED = frozenset({Verdict.FAILED, Verdict.SKIPPED})  # what was begun and came to its end


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Where changes go, and in whose name."""

    place: Destination
    remote: Remote
    author: Author
    prefix: str
    unverified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of it: the branch that was pushed, sentences for the report, and what went wrong."""

    branch: str = ""
    notes: tuple[str, ...] = ()
    error: GhaRouterError | None = None


def planned(inputs: Inputs, context: Context, pull: PullRequest | None) -> Delivery | str | None:
    """Return where changes go, or why nowhere, in words; ``None``: nobody asked for it.

    Raises ``UsageError`` for what the workflow's author can mend. To be called before an agent is in the workspace.
    """
    if inputs.commit is CommitTo.NONE:
        return None
    run_git = Git(env=os.environ)
    head = checked_out(context.workspace, run_git)
    place = destination(inputs.commit, context, pull, head=head, base_branch=inputs.base_branch)
    if not isinstance(place, Destination):
        return place
    if not inputs.github_token:
        raise UsageError(
            f"input `commit: {inputs.commit}`: there is no token to push with",
            hint="Leave the input `github_token` as it is, and let the job write: `permissions: {contents: write}`.",
        )
    if not _NAME.fullmatch(inputs.bot_name) or not re.fullmatch("[0-9]{1,12}", inputs.bot_id):
        raise UsageError(
            "inputs `bot_name` and `bot_id` name no account of GitHub's",
            hint="As `claude[bot]` and `41898282`: the name, and the number that GitHub's API gives it.",
        )
    example = place.branch or place.new_branch(inputs.branch_prefix, context, place.parent)
    if run_git(context.workspace, ("check-ref-format", f"refs/heads/{example}")).status != 0 or example[:1] == "-":
        raise UsageError(f"input `branch_prefix`: {example!a} cannot be the name of a branch", hint="As `claude/`.")
    return Delivery(
        place=place,
        remote=Remote(url=f"{context.server_url}/{context.repository}", token=inputs.github_token),
        author=Author(name=inputs.bot_name, id=inputs.bot_id),
        prefix=inputs.branch_prefix,
        unverified=inputs.commit_unverified,
    )


def checked_out(workspace: Path, run_git: Git) -> str | None:
    """Return the commit that is checked out, ``None`` where there is no checkout."""
    return Objects(workspace=workspace, run_git=run_git).head() if (workspace / ".git").exists() else None


def send(
    delivery: Delivery | str | None,
    result: RunResult,
    context: Context,
    out: Path,
    *,
    origin: Origin,
    unmoved: Callable[[], None],
) -> Sent:
    """Commit and push what may go, open the pull request where one is wanted. Raises nothing of ours.

    ``unmoved`` raises when what the run was about has changed: then nothing is pushed, and nothing is to be posted.
    """
    try:
        unmoved()
    except GhaRouterError as error:
        return Sent(notes=(f"Nothing was pushed or posted: {error.what}.",), error=error)
    if not isinstance(delivery, Delivery):
        return Sent(notes=(f"Nothing was pushed: {delivery}.",) if delivery else ())
    if result.verdict is not Verdict.VERIFIED and not (delivery.unverified and result.verdict in _UNVERIFIED):
        more = "; `commit_unverified: true` would push it" if result.verdict in _UNVERIFIED else ""
        return Sent(notes=(f"Nothing was pushed: the result is not verified{more}.",))
    branch = ""
    try:
        found = sources(result, context.workspace, out, unverified=delivery.unverified)
        text = message(result, context.run_url)
        with cloned(delivery.remote, delivery.place.parent, delivery.author, os.environ) as clone:
            commit = clone.commit(found, text) if found else None
            if commit is None:
                return Sent(notes=("Nothing was pushed: the run changed no file that the repository tracks.",))
            name = delivery.place.branch or delivery.place.new_branch(delivery.prefix, context, commit.sha)
            clone.push(commit, name, at=delivery.place.parent if delivery.place.branch else None)
        branch = name
        notes = tuple(_pushed(commit, branch))
        if delivery.place.into:
            notes += (_opened(delivery, result, context, branch, title=text.partition("\n")[0], origin=origin),)
    except GhaRouterError as error:
        what = f"A pull request was not opened from {branch}" if branch else "Nothing was pushed"
        hint = f" {error.hint}" if error.hint else ""
        return Sent(branch=branch, notes=(f"{what}: {error.what}.{hint}",), error=error)
    return Sent(branch=branch, notes=notes)


def _pushed(commit: Commit, branch: str) -> tuple[str, ...]:
    ignored = f" Left out, because .gitignore names them: {', '.join(commit.ignored)}." if commit.ignored else ""
    return (f"Pushed as {commit.sha[:SHORT]} to {branch}.{ignored}",)


def _opened(delivery: Delivery, result: RunResult, context: Context, branch: str, *, title: str, origin: Origin) -> str:
    """Open the pull request; return what was opened."""
    from gha_router.github.api import Api  # noqa: PLC0415  PyGithub takes 0.3 s, which most runs do without

    body = fitting([markdown(view) for view in lengths(result, origin=origin)], BODY, len)
    with Api(context, delivery.remote.token) as api:
        pull = api.open_pull(title=title, body=body, head=branch, base=delivery.place.into or "")
    kind = "a draft" if pull.is_draft else "no draft, which this repository does not have"
    return f"Opened pull request {pull.number} into {delivery.place.into}: {kind}."
