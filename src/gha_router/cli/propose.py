"""``gha-router propose``: a pull request with the policy that ``calibrate --propose`` left, its evidence as the body.

It is a command of its own, so that the job that may write the repository runs nothing else.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from gha_router.cli import vault
from gha_router.errors import UsageError
from gha_router.github.steering import folded

EXAMPLE = "Example: GITHUB_TOKEN=... gha-router propose experiment/proposal --base main"
TITLE = "A routing policy learnt from recorded outcomes"
TOKEN = "GITHUB_TOKEN"  # noqa: S105  the variable's name
KINDS = (".yml", ".yaml", ".npz")
MOST = 50_000_000  # bytes of a file
BODY = 60_000  # characters, of the 65,536 that GitHub takes
IN_GITHUB = frozenset({("workflows",), ("actions",), ("dependabot.yml",), ("dependabot.yaml",)})
HINT = "Name the folder that `gha-router calibrate --config FILE --propose DIR` wrote, run from the repository's root."


def propose(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="What `calibrate --propose DIR` left.")],
    *,
    base: Annotated[
        str | None, typer.Option(help="The branch that it is for; without it the one that the workflow runs on.")
    ] = None,
) -> None:
    """Open a pull request with a learnt policy. In a workflow: its token in GITHUB_TOKEN, which has to write both.

    Writes a new branch on top of the commit of the workflow, and sets the outputs `branch_name` and `pull_request`.
    """
    from gha_router.github.core import Core  # noqa: PLC0415  each command loads what it needs

    files = proposed(folder)
    body = _text(folder / "pull-request.md")
    found = opened(files, body, base, vault.environment())
    if found is None:
        print("Nothing to propose: the repository has this policy already.")  # noqa: T201  the command's own output
        return
    branch, number = found
    print(f"Pull request #{number} from {branch}")  # noqa: T201  as above
    if os.environ.get("GITHUB_OUTPUT"):
        core = Core(env=os.environ, log=sys.stderr)
        core.output("branch_name", branch)
        core.output("pull_request", str(number))


def proposed(folder: Path) -> dict[str, bytes]:
    """Return the files to commit by their paths in the repository. Raises ``UsageError`` for any other kind of file."""
    root = folder / "files"
    found = {}
    for file in sorted(root.rglob("*")) if root.is_dir() else ():
        if file.is_dir() and not file.is_symlink():
            continue
        path = file.relative_to(root)
        if file.is_symlink() or not file.is_file() or path.suffix not in KINDS or file.stat().st_size > MOST:
            raise UsageError(f"{file} is no part of a policy", hint=HINT)
        if _runs(path):
            raise UsageError(f"{path} is no place of a policy", hint=HINT)
        found[path.as_posix()] = file.read_bytes()
    if not found:
        raise UsageError(f"there is no proposal in {folder}", hint=HINT)
    return found


def _runs(path: Path) -> bool:
    """Return whether GitHub, or git, would start something by a file of this name, in whatever spelling."""
    names = tuple(map(folded, path.parts))
    in_github = names[0] == ".github" and names[1:2] in IN_GITHUB
    return ".git" in names or in_github or names[-1] in {"action.yml", "action.yaml"}


def opened(files: Mapping[str, bytes], body: str, base: str | None, env: Mapping[str, str]) -> tuple[str, int] | None:
    """Push a branch with the files, open the pull request: its branch and number; ``None``: nothing would change."""
    from gha_router.github.api import Api  # noqa: PLC0415  PyGithub takes 0.3 s
    from gha_router.github.commits import Author, Remote, cloned  # noqa: PLC0415  as above
    from gha_router.github.context import read_context  # noqa: PLC0415  as above
    from gha_router.github.push import HEADS, Destination  # noqa: PLC0415  as above
    from gha_router.report.neutral import shorten  # noqa: PLC0415  as above

    context = read_context(env)
    into = base or (context.ref.removeprefix(HEADS) if context.ref.startswith(HEADS) else None)
    if not env.get(TOKEN):
        raise UsageError(f"there is no token: {TOKEN} is not set", hint=f"env: {{{TOKEN}: ${{{{ github.token }}}}}}")
    if into is None:
        raise UsageError(f"{context.ref or 'this event'} is no branch to open a pull request for", hint="Name --base.")
    place = Destination(parent=context.sha, branch=None, into=into)
    remote = Remote(url=f"{context.server_url}/{context.repository}", token=env[TOKEN])
    with cloned(remote, place.parent, Author(name="github-actions[bot]", id="41898282"), os.environ) as clone:
        commit = clone.commit_own(files, f"{TITLE}\n")
        if commit is None:
            return None
        branch = place.new_branch("", context, commit.sha)
        clone.push(commit, branch, at=None)
    with Api(context, env[TOKEN]) as api:
        pull = api.open_pull(title=TITLE, body=shorten(body, BODY), head=branch, base=into)
    return branch, pull.number


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}", hint=HINT) from None
