"""Whose kept replies a run may be told, and whose the file is that they lie in."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from gha_router.cache import TRUSTED, UNTRUSTED, Ground
from gha_router.errors import InfrastructureError, UsageError
from gha_router.github.context import Context, PullRequest, read_context
from gha_router.github.git import Git

FILES = "cache.sqlite*"


def ground_of(context: Context, pull: PullRequest | None) -> Ground:
    """Return where a run takes place. A fork's, or one of nobody knows whom, has its pull request's replies only."""
    trust = TRUSTED
    if pull is not None and pull.is_fork is not False:
        trust = _untrusted(context, pull)
    commit = (pull.head_sha if pull else None) or context.sha
    return Ground(trust=trust, repository=context.repository, commit=commit or None)


def _untrusted(context: Context, pull: PullRequest) -> str:
    """Return whose replies a run has to itself. GitHub often does not say the number, as after a fork's workflow."""
    if pull.number is not None:
        return f"{UNTRUSTED}:pull/{pull.number}"
    if pull.head_sha:
        return f"{UNTRUSTED}:commit/{pull.head_sha}"
    return f"{UNTRUSTED}:run/{context.run_id}"


def ground_here(env: Mapping[str, str], workspace: Path) -> Ground:
    """Return the same for a command: in a workflow by its event, elsewhere this machine and the commit of its files."""
    if env.get("GITHUB_ACTIONS") == "true":
        context = read_context(env)
        try:
            return ground_of(context, context.pull_request)
        except UsageError:  # a pull request may be behind it
            trust = _untrusted(context, PullRequest(number=None))
            return Ground(trust=trust, repository=context.repository, commit=context.sha or None)
    try:
        answer = Git(env=env)(workspace, ("rev-parse", "--verify", "HEAD"))
    except (InfrastructureError, OSError):
        return Ground()
    return Ground(commit=answer.out.decode("ascii", "replace").strip() if answer.status == 0 else None)


@contextmanager
def ours(folder: Path | None, workspace: Path) -> Iterator[None]:
    """Have the file with replies be root's while agents run, and the workspace's owner's before and after.

    A step before it brought the file back from an earlier job, and one after it keeps it for the next. Whatever is
    somebody else's stays theirs, and is not used.
    """
    if folder is None or os.geteuid() != 0:
        yield
        return
    owner = workspace.stat()
    for path in _paths(folder):
        if path.lstat().st_uid == owner.st_uid:
            os.chown(path, 0, 0, follow_symlinks=False)
    try:
        yield
    finally:
        for path in _paths(folder):
            if path.lstat().st_uid == 0:
                os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def _paths(folder: Path) -> tuple[Path, ...]:
    return (folder, *folder.glob(FILES)) if folder.is_dir() else ()
