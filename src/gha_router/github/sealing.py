"""What is sealed comes from a commit: a pull request's base, or the event's own."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gha_router.checks.seal import SealedFile
from gha_router.errors import InfrastructureError
from gha_router.github.git import RunGit
from gha_router.github.objects import OBJECT_NAME, Objects
from gha_router.github.trees import EXECUTABLE, LINK, listing
from gha_router.github.trusted import SHORT, contents
from gha_router.pipeline.seal import Folder

_MODES = {EXECUTABLE: 0o100755, LINK: 0o120000}


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit of the checkout in ``workspace``; what git does not track there is as earlier steps have left it."""

    workspace: Path
    commit: str
    kind: str  # "base commit", "commit"
    run_git: RunGit

    @property
    def name(self) -> str:
        """Return ``base commit 9f8e7d6c5b4a``."""
        return f"{self.kind} {self.commit[:SHORT]}"

    def files(self, wanted: Callable[[str], bool]) -> dict[str, SealedFile]:
        """Return the wanted files by path. What the commit lacks and the checked-out one has is not among them.

        A pull request that adds a ``conftest.py`` has written it for itself, and what `npm install` has put there is
        the workflow's own. Raises ``WorkspaceError``.
        """
        objects = Objects(workspace=self.workspace, run_git=self.run_git)
        base = {
            path: entry for path, entry in listing(objects, self.commit, wanted).items() if _is_sealable(entry.mode)
        }
        head = objects.head()
        tracked = listing(objects, head, wanted) if head and head != self.commit else base
        content = contents(objects, base.values(), self.commit)
        files = {path: SealedFile(content=content[path], mode=_mode(entry.mode)) for path, entry in base.items()}
        known = files.keys() | tracked.keys()
        return Folder(root=self.workspace).files(lambda path: wanted(path) and path not in known) | files


def origin_of(workspace: Path, base: str | None, event: str, *, run_git: RunGit) -> Commit | None:
    """Return where sealed files come from; ``None``: from the workspace, which holds no such commit."""
    commit = base or event
    if not OBJECT_NAME.fullmatch(commit) or not (workspace / ".git").exists():
        return None
    kind = "base commit" if base else "commit"
    if base is None and not _is_there(workspace, commit, run_git):
        return None  # no checkout, or one of another repository or ref: the workflow's own choice
    return Commit(workspace=workspace, commit=commit, kind=kind, run_git=run_git)


def _is_there(workspace: Path, commit: str, run_git: RunGit) -> bool:
    try:
        return Objects(workspace=workspace, run_git=run_git).holds(commit)
    except InfrastructureError:  # a `.git` that git takes for none
        return False


def _is_sealable(mode: str) -> bool:
    return mode.startswith(("100", "120"))


def _mode(mode: str) -> int:
    return _MODES.get(mode, 0o100644)
