"""What a failed attempt left, for the next one to begin with (``on_fail.keep_workspace``).

The next attempt gets a fresh copy of the workspace as always; only what the failed agent created, changed and deleted
is laid over it. So ``.git`` and whatever else is no file of the work come from the workspace, protected paths from the
base commit. What is laid over was written by an agent that failed, and the next one will read it.
The danger is described in docs/escalation.md.
"""

import contextlib
import shutil
import tempfile
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from gha_router import paths
from gha_router.agent import workspace
from gha_router.agent.carry import carry_back
from gha_router.errors import GhaRouterError, WorkspaceError
from gha_router.pipeline.handover import Handed, Handover, holding
from gha_router.records import Attempt, Changes, Evidence, Snapshot, Verdict

# What agents read of a folder before they read a prompt: a failed one may not speak to the next one by it.
STEERING = (
    *("**/CLAUDE*.md", "**/AGENTS*.md", "**/.claude*", "**/.agents", "**/.codex", "**/.mcp*", "**/.lsp.json"),
    *(".gitmodules", ".husky", ".lfsconfig", ".ripgreprc", ".worktreeinclude", "bunfig.toml"),
)
FRESH = "it began with a fresh copy: what the attempt before left could not be kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A failed attempt's files, where no agent reaches them, and how they differ from what the step began with."""

    files: Path
    changes: Changes
    before: Snapshot
    after: Snapshot
    restored: AbstractSet[str]

    def lay_over(self, work: Path) -> tuple[str, ...]:
        """Bring the changes into a fresh copy, all or none; return a note of what was done."""
        try:
            carried = carry_back(
                self.files,
                work,
                self.changes,
                before=self.before,
                after=self.after,
                protected=(*paths.STEERING, *STEERING),
                restored=self.restored,
            )
        except WorkspaceError as error:
            raise WorkspaceError(f"what the attempt before left cannot be laid over: {error.what}") from error
        if carried.refused:
            path, why = carried.refused[0]
            return (f"{FRESH}: {path}: {why}",)
        count = len(carried.paths)
        return (f"it began with {count} {'change' if count == 1 else 'changes'} that the attempt before left",)


class Keeper:
    """Keeps what the last failed attempt left, beside what becomes of it otherwise. To be closed."""

    def __init__(self, handover: Handover, secrets: Sequence[str]) -> None:
        self._handover, self._secrets = handover, secrets
        self._folder: Path | None = None
        self.left: Left | None = None

    def __call__(self, attempt: Attempt, evidence: Evidence) -> Handed:
        """Hand over as usual; keep the files where the attempt failed and none of them holds a secret."""
        self.close()
        handed = self._handover(attempt, evidence)
        if attempt.verdict is not Verdict.FAILED or not evidence.changes or holding(evidence, self._secrets):
            return handed
        folder = Path(tempfile.mkdtemp(prefix="gha-router-left-"))  # mode 700: of this user only
        self._folder = folder
        with contextlib.suppress(GhaRouterError):  # a tree that cannot be copied is not worth more than a fresh one
            workspace.copy(evidence.workspace, folder / "files", owner=None)
            self.left = Left(
                files=folder / "files",
                changes=evidence.changes,
                before=evidence.before,
                after=evidence.after,
                restored=evidence.restored,
            )
        return handed

    def close(self) -> None:
        """Remove what was kept."""
        self.left = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
