"""Commits what a run changed, in a clean clone of our own, and pushes it.

Git is never run in the workspace here, nor with anything that an agent has written but files: the parent commit is
fetched anew from GitHub into an empty repository, the changes are carried into it as files under the same rules as into
the workspace (no link that leaves the tree, nothing of git's, no protected path), and one commit is pushed, on top
of the parent that was named before the agent began. A branch that has moved since is left alone.
"""

import base64
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from gha_router.agent import snapshot
from gha_router.agent.carry import carry_back
from gha_router.errors import InfrastructureError, UsageError, WorkspaceError
from gha_router.github.git import Answer, Git
from gha_router.github.objects import OBJECT_NAME
from gha_router.github.steering import shown
from gha_router.records import Changes, now

FETCH = (
    *("fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"),
    *("--no-auto-maintenance", "--", "origin"),
)
WRITE_HINT = (
    "Let the job write the repository: `permissions: {contents: write}`, and give that token as `github_token`."
)
HERE = b"./"  # before a path, for commands that take pathspecs only: ":(top)x" is a name too
FILTERED = "git's own clean filters (Git LFS, for one) are not run here, so it would be committed as it is"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """The repository on GitHub: its address, and the token that may write it."""

    url: str  # https://github.com/owner/name
    token: str = field(repr=False)

    @property
    def settings(self) -> dict[str, str]:
        """Return git's settings for it, as variables: a command line can be read by every user of the machine.

        The login is the one that actions/checkout uses: ``x-access-token`` and the token, as HTTP basic authentication.
        """
        login = base64.b64encode(f"x-access-token:{self.token}".encode()).decode()
        settings = (
            (f"http.{self.url}.extraHeader", f"Authorization: Basic {login}"),
            ("http.followRedirects", "false"),  # the header would follow
            ("credential.helper", ""),
        )
        numbered = {f"GIT_CONFIG_KEY_{at}": name for at, (name, _) in enumerate(settings)}
        values = {f"GIT_CONFIG_VALUE_{at}": value for at, (_, value) in enumerate(settings)}
        return {"GIT_CONFIG_COUNT": str(len(settings)), **numbered, **values}


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who a commit says made it: an account of GitHub's, by name and number."""

    name: str
    id: str

    @property
    def variables(self) -> dict[str, str]:
        """Return git's variables for author and committer."""
        email = f"{self.id}+{self.name}@users.noreply.github.com"
        return {
            f"GIT_{who}_{what}": value
            for who in ("AUTHOR", "COMMITTER")
            for what, value in (("NAME", self.name), ("EMAIL", email))
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Files to commit: ``folder`` holds what was written; the others of ``paths`` are gone. Spelled as in snapshots."""

    folder: Path
    paths: frozenset[str]
    gone: frozenset[str] | None = None  # None: those of the paths that the folder does not have


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit in a clean clone, and what of the changes is not in it because the repository ignores it."""

    sha: str
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clone:
    """A repository of ours with one commit of the remote checked out."""

    folder: Path
    parent: str
    run_git: Git

    def commit(self, sources: Sequence[Source], message: str) -> Commit | None:
        """Commit the sources, one over the other; ``None`` when nothing differs from the parent.

        Raises ``WorkspaceError`` for a path that may not be committed: then nothing is.
        """
        for source in sources:
            self._carry(source)
        paths = sorted({path for source in sources for path in source.paths})
        ignored = self._ignored(paths)
        wanted = [path for path in paths if path not in ignored]
        self._refuse_filtered(wanted)
        self._stage(wanted)
        return self._committed(message, ignored)

    def commit_own(self, files: Mapping[str, bytes], message: str) -> Commit | None:
        """Commit files that we ourselves wrote, which may steer; ``None`` when nothing differs from the parent."""
        for path, content in files.items():
            file = self.folder / path
            if not file.parent.resolve().is_relative_to(self.folder.resolve()) or file.is_symlink():
                raise WorkspaceError(f"not committed: {shown(path)}: it lies behind a link")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        self._refuse_filtered(sorted(files))
        self._stage(sorted(files))
        return self._committed(message, frozenset())

    def _committed(self, message: str, ignored: frozenset[str]) -> Commit | None:
        if self.git("diff", "--cached", "--quiet", "--no-ext-diff", allowed=(0, 1)).status == 0:
            return None
        flags = ("--quiet", "--no-verify", "--no-gpg-sign", "--cleanup=verbatim", "--file=-")
        self.git("commit", *flags, given=message.encode())
        sha = self.git("rev-parse", "--verify", "HEAD^{commit}").out.decode("ascii", "replace").strip()
        return Commit(sha=sha, ignored=tuple(sorted(ignored)))

    def push(self, commit: Commit, branch: str, *, at: str | None) -> None:
        """Push the commit to a branch that is still ``at`` this commit (``None``: there is no such branch).

        Raises ``InfrastructureError``; the branch is as it was then.
        """
        reference = f"refs/heads/{branch}"
        if branch.startswith("-") or self.git("check-ref-format", reference, allowed=(0, 1)).status != 0:
            raise UsageError(f"{shown(branch)!r} cannot be the name of a branch", hint="See the input `branch_prefix`.")
        lease = f"--force-with-lease={reference}:{at or ''}"
        line = ("push", "--quiet", "--no-verify", lease, "origin", f"{commit.sha}:{reference}")
        answer = self.run_git(self.folder, line)
        if answer.status == 0:
            return
        moved = "stale info" in answer.error or "rejected" in answer.error
        why = "it has moved since the run began, or is protected" if moved else "GitHub did not take it"
        hint = "Run again on what is there now." if moved else WRITE_HINT
        raise InfrastructureError(f"nothing was pushed to {shown(branch)}: {why}: {answer.error}", hint=hint)

    def _carry(self, source: Source) -> None:
        before = snapshot.take(self.folder, at=now())
        after = snapshot.take(source.folder, at=now())
        there = frozenset(path for path in source.paths if path in after.files)
        gone = (source.paths - there) if source.gone is None else source.gone
        changes = Changes(
            modified=tuple(sorted(there)), deleted=tuple(sorted(path for path in gone if path in before.files))
        )
        done = carry_back(source.folder, self.folder, changes, before=before, after=after)
        if done.refused:
            path, why = done.refused[0]
            more = f", and {len(done.refused) - 1} more" if len(done.refused) > 1 else ""
            raise WorkspaceError(f"not committed: {shown(path)}: {why}{more}")

    def _ignored(self, paths: Sequence[str]) -> frozenset[str]:
        """Return those of the paths that the repository's own .gitignore files name and that are not tracked."""
        answer = (
            self.git("check-ignore", "-z", "--stdin", given=_listed(paths, HERE), allowed=(0, 1)) if paths else None
        )
        names = answer.out.split(b"\0") if answer else []
        return frozenset(_named(name) for name in names if name)

    def _refuse_filtered(self, paths: Sequence[str]) -> None:
        if not paths:
            return
        out = self.git("check-attr", "-z", "--stdin", "filter", given=_listed(paths, HERE)).out.split(b"\0")
        for name, _, value in zip(*[iter(out)] * 3, strict=False):
            if value not in {b"unspecified", b"unset"}:
                path = shown(_named(name))
                raise WorkspaceError(f"not committed: {path}: .gitattributes gives it a filter: {FILTERED}")

    def _stage(self, paths: Sequence[str]) -> None:
        if paths:
            literal = Git(env=self.run_git.env, more={**self.run_git.more, "GIT_LITERAL_PATHSPECS": "1"})
            line = ("add", "--all", "--pathspec-from-file=-", "--pathspec-file-nul")
            self.git(*line, given=_listed(paths), run_git=literal)

    def git(self, *line: str, given: bytes = b"", allowed: Iterable[int] = (0,), run_git: Git | None = None) -> Answer:
        """Run one command, raise ``InfrastructureError`` unless it ends with an ``allowed`` status."""
        answer = (run_git or self.run_git)(self.folder, line, given=given)
        if answer.status not in allowed:
            raise InfrastructureError(f"`git {line[0]}` failed in a clean clone: {answer.error}")
        return answer


@contextmanager
def cloned(remote: Remote, parent: str, author: Author, env: Mapping[str, str]) -> Iterator[Clone]:
    """Give a clean clone of one commit, which goes with the block. Raises ``InfrastructureError``, ``UsageError``."""
    if not OBJECT_NAME.fullmatch(parent):
        raise UsageError(f"{parent!a} is no commit's SHA", hint="A SHA has 40 or 64 hex digits.")
    run_git = Git(env=env, more={**remote.settings, **author.variables})
    with tempfile.TemporaryDirectory(prefix="gha-router-clone-", ignore_cleanup_errors=True) as name:
        folder = Path(name) / "repository"
        folder.mkdir(mode=0o700)
        clone = Clone(folder=folder, parent=parent, run_git=run_git)
        kind = "sha256" if len(parent) == 64 else "sha1"  # noqa: PLR2004  hex digits
        for line in (
            ("init", "--quiet", "--template=", f"--object-format={kind}"),
            ("remote", "add", "origin", remote.url),
        ):
            clone.git(*line)
        answer = run_git(folder, (*FETCH, parent))
        if answer.status != 0:
            raise InfrastructureError(f"{parent} cannot be fetched from {remote.url}: {answer.error}", hint=WRITE_HINT)
        clone.git("checkout", "--quiet", "--detach", parent)
        yield clone


def _listed(paths: Iterable[str], prefix: bytes = b"") -> bytes:
    return b"".join(prefix + os.fsencode(snapshot.unquote(path)) + b"\0" for path in paths)


def _named(name: bytes) -> str:
    return snapshot.quote(os.fsdecode(name.removeprefix(HERE)))
