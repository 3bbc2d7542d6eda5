"""Checks of what the step changed: changed, changed_only, protected, diff_size."""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

from gha_router import paths
from gha_router.checks.base import PureCheck, Sight, sight
from gha_router.checks.say import counted, some
from gha_router.checks.spec import Params
from gha_router.checks.workspace import Unreadable, read_bytes
from gha_router.records import Changes, Evidence, FileEntry

DEFAULT = "default"

PATTERNS = (
    "a pattern or a list of them, as in a workflow's `paths`: `*` stops at `/`, `**` is any number of folders, "
    "a folder is all that is in it"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PathCheck(PureCheck):
    """What three of them share: patterns of paths."""

    parameters: ClassVar = {"paths": PATTERNS}
    short: ClassVar = "paths"

    paths: tuple[str, ...]

    @classmethod
    def read(cls, params: Params) -> Self:
        """Return the check of these patterns."""
        params.present("paths") or params.text("paths")
        return cls(**params.common, paths=params.patterns("paths"))

    @property
    def where(self) -> None:
        """No one file."""
        return

    def is_in(self, path: str) -> bool:
        """Return whether a pattern speaks of this path."""
        return any(paths.matches(pattern, path) for pattern in self.paths)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed(PathCheck):
    """The step made, changed or deleted something there. A mode by itself is no work."""

    kind: ClassVar = "changed"
    summary: ClassVar = 'the step changed something in these paths; `"**"` is anywhere'
    example: ClassVar = 'changed: ["src/**", "tests/**"]'

    @property
    def expected(self) -> str:
        """A change there."""
        return f"something is changed in {_listed(self.paths)}"

    def look(self, evidence: Evidence) -> Sight:
        """Ask the two snapshots."""
        everything = _touched(evidence.changes)
        there = [path for path in everything if self.is_in(path) and _has_other_content(evidence, path)]
        if there:
            return sight(holds=True, found=f"{counted(len(there), 'file')}: {some(there)}")
        elsewhere = f"nothing there, only {some(everything)}" if everything else "nothing was changed"
        return sight(holds=False, found=elsewhere)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedOnly(PathCheck):
    """The step touched nothing else, not even a mode. To have touched nothing passes; `changed` asks for that."""

    kind: ClassVar = "changed_only"
    summary: ClassVar = "the step changed nothing outside these paths"
    example: ClassVar = 'changed_only: ["src/**", "tests/**", "*.md"]'

    @property
    def expected(self) -> str:
        """No change elsewhere."""
        return f"nothing is changed outside {_listed(self.paths)}"

    def look(self, evidence: Evidence) -> Sight:
        """Name what is outside."""
        everything = _touched(evidence.changes)
        outside = [path for path in everything if not self.is_in(path)]
        return sight(holds=not outside, found=some(outside) if outside else _count(everything, "inside"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Protected(PathCheck):
    """The step left alone what is protected, its own sealed checks, and what it was given in the base commit's version.

    Paths count in whatever case: there are file systems that ignore it.
    """

    kind: ClassVar = "protected"
    summary: ClassVar = "the step touched no protected path"
    parameters: ClassVar = {
        "paths": f"{PATTERNS}; the word `{DEFAULT}` stands for `.github/**` and the lock files of package managers",
        "except": "patterns of paths that may change nevertheless; `.github/**` is never carried back all the same",
    }
    example: ClassVar = 'protected: {paths: [default, "tests/**"], except: "**/package-lock.json"}'

    free: tuple[str, ...]

    @classmethod
    def read(cls, params: Params) -> Self:
        """Return the check with the default list in place of its name."""
        params.present("paths") or params.text("paths")
        written = params.patterns("paths")
        patterns = [p for one in written for p in (paths.PROTECTED if one == DEFAULT else (one,))]
        return cls(**params.common, paths=tuple(dict.fromkeys(patterns)), free=params.patterns("except"))

    @property
    def expected(self) -> str:
        """No change there."""
        own = [pattern for pattern in self.paths if pattern not in paths.PROTECTED]
        whole = set(paths.PROTECTED) <= set(self.paths)
        named = (*paths.STEERING, "lock files", *own) if whole else self.paths
        return f"nothing is changed in {_listed(named)}{f', {some(self.free)} apart' if self.free else ''}"

    def look(self, evidence: Evidence) -> Sight:
        """Name what was touched, each with what protects it."""
        everything = _touched(evidence.changes)
        hit = [f"{path} ({why})" for path in everything if (why := self._why(path, evidence))]
        return sight(holds=not hit, found=some(hit) if hit else _count(everything, "none of them protected"))

    def _why(self, path: str, evidence: Evidence) -> str | None:
        if any(path == given or path.startswith(f"{given}/") for given in evidence.restored):
            return "the base commit's version"
        if (sealed := _sealed(evidence)) and (path == sealed or path.startswith(f"{sealed}/")):
            return "the task's checks"
        if any(paths.matches(pattern, path) for pattern in self.free):
            return None
        return paths.first_of(self.paths, path)


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffSize(PureCheck):
    """The change is small. Lines count where they were added or removed, one that only moved does not."""

    kind: ClassVar = "diff_size"
    summary: ClassVar = "the step changed no more than so many files, lines or bytes"
    parameters: ClassVar = {
        "max_files": "files and links made, changed or deleted",
        "max_lines": "lines added and removed, in all files together; of what cannot be compared, all lines",
        "max_bytes": "bytes of the new and changed files, as they were left",
    }
    example: ClassVar = "diff_size: {max_files: 10, max_lines: 300, max_bytes: 100000}"

    max_files: int | None
    max_lines: int | None
    max_bytes: int | None

    @classmethod
    def read(cls, params: Params) -> Self:
        """Return the check of these bounds."""
        if not params.present(*cls.parameters):
            raise params.wrong("`max_files`, `max_lines` or `max_bytes` is needed: there is no bound")
        return cls(**params.common, **{key: params.maybe_whole(key) for key in cls.parameters})

    @property
    def expected(self) -> str:
        """The bounds."""
        bounds = ((self.max_files, "file"), (self.max_lines, "line"), (self.max_bytes, "byte"))
        return f"at most {', '.join(counted(most, thing) for most, thing in bounds if most is not None)} changed"

    @property
    def where(self) -> None:
        """No one file."""
        return

    def look(self, evidence: Evidence) -> Sight:
        """Count files and bytes in the snapshots, lines in the files."""
        changes = evidence.changes
        files = len(_touched(changes))
        size = sum(evidence.after.entries[path].size for path in changes.written)
        holds = _within(files, self.max_files) and _within(size, self.max_bytes)
        found = f"{counted(files, 'file')}, {counted(size, 'byte')}"
        if self.max_lines is None:
            return sight(holds=holds, found=found)
        lines = sum(_lines_changed(evidence, path) for path in _touched(changes))
        return sight(holds=holds and _within(lines, self.max_lines), found=f"{found}, {counted(lines, 'line')}")


def _sealed(evidence: Evidence) -> str | None:
    """Return where in the workspace the task's own checks lie, ``None`` where they lie elsewhere."""
    if evidence.sealed is None or evidence.original is None:
        return None
    sealed, root = (Path(os.path.realpath(path)) for path in (evidence.sealed, evidence.original))
    return sealed.relative_to(root).as_posix() if sealed.is_relative_to(root) and sealed != root else None


def _touched(changes: Changes) -> list[str]:
    return sorted((*changes.written, *changes.deleted))


def _has_other_content(evidence: Evidence, path: str) -> bool:
    before, after = evidence.before.entries.get(path), evidence.after.entries.get(path)
    return before is None or after is None or (before.kind, before.digest) != (after.kind, after.digest)


def _lines_changed(evidence: Evidence, path: str) -> int:
    """Return how many lines of a file were added or removed."""
    old = _content(evidence.original, evidence.before.entries.get(path))
    return _difference(old, _content(evidence.workspace, evidence.after.entries.get(path)))


def _difference(old: bytes, new: bytes) -> int:
    """Return how many lines are in one of them only. Time grows with their length alone, as no alignment's does."""
    before, after = Counter(old.splitlines()), Counter(new.splitlines())
    return ((after - before) + (before - after)).total()


def _content(root: Path | None, entry: FileEntry | None) -> bytes:
    if root is None or entry is None or entry.kind != "file":
        return b""
    try:
        return read_bytes(root, entry.path)
    except Unreadable as obstacle:
        raise Unreadable(f"{entry.path}: {obstacle}") from None


def _within(number: int, most: int | None) -> bool:
    return most is None or number <= most


def _listed(patterns: Sequence[str]) -> str:
    return some(patterns, 8)


def _count(everything: Sequence[str], what: str) -> str:
    return f"{counted(len(everything), 'file')} changed, {what}" if everything else "nothing was changed"
