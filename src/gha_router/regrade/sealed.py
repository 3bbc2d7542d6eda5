"""A step's seal, made again: what is expected now, and the sealed files that the run kept.

Commands of a stored attempt run with the files that they ran with then, not with what its agent made of them. The
digest over both is the recorded one, or somebody expects something else than the run did.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gha_router.agent.snapshot import quote, same, unquote
from gha_router.checks.seal import EXECUTABLE, FILE, LINK, Seal, SealedFile, digest_of, scope_of
from gha_router.pipeline.keeping import KeptFile, KeptSeal
from gha_router.pipeline.plan import StepPlan
from gha_router.pipeline.seal import Folder, git_settings
from gha_router.records import FileEntry, Snapshot
from gha_router.regrade.tree import content_of


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedAgain:
    """A seal and the sealed files, as snapshots spell them, whose content is nowhere."""

    seal: Seal
    lost: tuple[str, ...] = ()


def sealed_again(
    kept: KeptSeal, plan: StepPlan, *, contents: Path, bases: Sequence[Path], workspace: Path
) -> SealedAgain:
    """Return the seal of an attempt: of ``plan`` as it is read now, with the files that were sealed then."""
    scope = scope_of(plan.checks, seal=plan.seal_globs, trust=plan.trust)
    files, lost = {}, []
    for path, file in kept.files.items():
        content = content_of(quote(path), _entry(path, file), contents, bases) if scope.wanted(path) else None
        if content is not None:
            files[path] = SealedFile(content=content, mode=file.mode)
        elif scope.wanted(path):
            lost.append(quote(path))
    folder = Folder(root=plan.sealed).files(lambda _: True) if plan.sealed else {}
    seal = Seal(
        origin=kept.origin,
        digest=digest_of([list(plan.checks), list(plan.claims)], files, folder),
        scope=scope,
        files=files,
        folder=folder,
        git=git_settings(workspace),
    )
    return SealedAgain(seal=seal, lost=tuple(lost))


def _entry(path: str, file: KeptFile) -> FileEntry:
    kind = "link" if file.mode == LINK else "file"
    return FileEntry(path=quote(path), kind=kind, mode=file.mode & 0o777, size=0, digest=file.digest)


def sealed_by_snapshot(plan: StepPlan, before: Snapshot, after: Snapshot, workspace: Path) -> SealedAgain:
    """Return the seal of a run that another action made: of what was changed only the digest is known.

    What the agent left as it was is sealed; what it changed or deleted is lost, and no command runs on that.
    """
    scope = scope_of(plan.checks, seal=plan.seal_globs, trust=plan.trust)
    files, lost = {}, []
    for quoted, entry in before.files.items():
        path = unquote(quoted)
        if not scope.wanted(path):
            continue
        now = after.entries.get(quoted)
        content = content_of(quoted, entry, None, (workspace,)) if now is not None and same(entry, now) else None
        if content is not None:
            mode = LINK if entry.kind == "link" else EXECUTABLE if entry.mode & 0o100 else FILE
            files[path] = SealedFile(content=content, mode=mode)
        else:
            files[path] = SealedFile(content=b"", mode=0)
            lost.append(quoted)
    folder = Folder(root=plan.sealed).files(lambda _: True) if plan.sealed else {}
    digest = digest_of([list(plan.checks), list(plan.claims)], files, folder)
    git = git_settings(workspace)
    seal = Seal(origin="the snapshot from before", digest=digest, scope=scope, files=files, folder=folder, git=git)
    return SealedAgain(seal=seal, lost=tuple(lost))
