"""Verified changes on their way into the workspace: put down whole beside it first, and carried from there.

The journal's line between the two makes it one move: whoever goes on with a killed run finds the changes, and what
each path was and is to be. A path that is as it was is carried, one that is as it is to be is left, and where any is
neither somebody else was there, and nothing is done.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from gha_router.agent import snapshot
from gha_router.agent.carry import carry_back, standing_against
from gha_router.agent.snapshot import same
from gha_router.errors import UsageError, WorkspaceError
from gha_router.pipeline.handover import Withheld
from gha_router.records import Changes, Evidence, FileEntry, Snapshot, now, stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What is to be carried: the changes, and of their paths what was and what is to be."""

    changes: Changes
    before: tuple[FileEntry, ...]
    after: tuple[FileEntry, ...]

    @classmethod
    def of(cls, evidence: Evidence) -> "Move":
        """Return the move that an attempt's changes make."""
        changes = evidence.changes
        paths = {*changes.written, *changes.deleted}
        around = {
            "/".join(parts[:end]) for path in paths for parts in [path.split("/")] for end in range(1, len(parts))
        }

        def kept(seen: Snapshot, other: Snapshot) -> tuple[FileEntry, ...]:
            """Return the changed paths, the folders around them, and folders that only one of both has."""
            return tuple(
                entry
                for path, entry in seen.entries.items()
                if path in paths or path in around or (entry.kind == "dir" and path not in other.entries)
            )

        return cls(
            changes=changes, before=kept(evidence.before, evidence.after), after=kept(evidence.after, evidence.before)
        )


def staged(evidence: Evidence, target: Path) -> Path:
    """Put an attempt's changes down in an empty folder, on the disk, and return it.

    Raises ``Withheld`` for what may not be carried, or not into the workspace as it is now.
    """
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    new = Changes(created=evidence.changes.written)
    carried = carry_back(
        evidence.workspace,
        target,
        new,
        before=_snapshot(()),
        after=evidence.after,
        restored=evidence.restored,
    )
    if carried.refused:
        raise Withheld(*(f"not carried back: {path}: {why}" for path, why in carried.refused))
    for folder, _, files in os.walk(target):
        for name in files:
            _sync(Path(folder, name))
        _sync(Path(folder))
    return target


def refuse_conflicts(source: Path, workspace: Path, evidence: Evidence) -> None:
    """Raise ``Withheld`` for what stands against carrying, before anybody is told that it will be carried."""
    refused = standing_against(
        source,
        workspace,
        evidence.changes,
        before=evidence.before,
        after=evidence.after,
        restored=evidence.restored,
    )
    if refused:
        raise Withheld(*(f"not carried back: {path}: {why}" for path, why in refused))


def finish(move: Move, source: Path, workspace: Path) -> None:
    """Carry what a killed run had begun to carry. Raises ``UsageError`` when somebody else changed the paths since."""
    now_there = snapshot.take(workspace, at=now())
    before, after = _snapshot(move.before), _snapshot(move.after)
    left = {path for path in _paths(move) if not _agrees(now_there, after, path)}
    others = sorted(path for path in left if not _agrees(now_there, before, path))
    if others:
        raise UsageError(
            f"the workspace changed since the run was killed: {', '.join(others[:3])}",
            hint="Put it back as it was (git checkout), or begin anew, without --resume.",
        )
    changes = Changes(
        created=tuple(path for path in move.changes.created if path in left),
        modified=tuple(path for path in move.changes.modified if path in left),
        deleted=tuple(path for path in move.changes.deleted if path in left),
    )
    carried = carry_back(source, workspace, changes, before=before, after=after)
    if carried.refused:
        path, why = carried.refused[0]
        raise WorkspaceError(f"{path} of a verified step cannot be carried into the workspace: {why}")


def without(move: Move, there: Snapshot) -> Snapshot:
    """Return a tree with the moved paths as they were before the move."""
    entries = {path: entry for path, entry in there.entries.items() if path not in _paths(move)}
    return _snapshot((*entries.values(), *(entry for entry in move.before if entry.path in _paths(move))))


def _paths(move: Move) -> frozenset[str]:
    return frozenset((*move.changes.written, *move.changes.deleted))


def _agrees(there: Snapshot, wanted: Snapshot, path: str) -> bool:
    one, other = there.files.get(path), wanted.files.get(path)
    return same(one, other) if one and other else one is other


def _snapshot(entries: tuple[FileEntry, ...]) -> Snapshot:
    return Snapshot(taken_at=stamp(now()), entries={entry.path: entry for entry in sorted(entries, key=_path)})


def _path(entry: FileEntry) -> str:
    return entry.path


def _sync(path: Path) -> None:
    if path.is_symlink():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
