"""Checks of files as such: exists, absent, fresh."""

import stat
from dataclasses import dataclass
from typing import ClassVar, Self

from gha_router.checks.base import PureCheck, Sight, sight
from gha_router.checks.say import counted
from gha_router.checks.spec import Params
from gha_router.checks.workspace import MISSING, Unreadable, locate
from gha_router.records import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCheck(PureCheck):
    """What the three share: one path."""

    parameters: ClassVar = {"file": "path of a file or folder in the workspace"}
    short: ClassVar = "file"

    file: str

    @classmethod
    def read(cls, params: Params) -> Self:
        """Return the check of this path."""
        return cls(**params.common, file=params.path("file"))

    @property
    def where(self) -> str:
        """The path."""
        return self.file


@dataclass(frozen=True, slots=True, kw_only=True)
class Exists(FileCheck):
    """Something is there. An empty file is, and its 0 bytes are said."""

    kind: ClassVar = "exists"
    summary: ClassVar = "a file or folder is there when the agent has ended"
    example: ClassVar = "exists: report.md"

    @property
    def expected(self) -> str:
        """The file itself."""
        return f"{self.file} exists"

    def look(self, evidence: Evidence) -> Sight:
        """Ask the file system, links followed only inside the workspace."""
        info = locate(evidence.workspace, self.file).lstat()
        if stat.S_ISDIR(info.st_mode):
            return sight(holds=True, found="a folder")
        if stat.S_ISREG(info.st_mode):
            return sight(holds=True, found=f"a file of {counted(info.st_size, 'byte')}")
        return sight(holds=False, found="a pipe, socket or device")


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent(FileCheck):
    """Nothing is there, not even a link that leads nowhere."""

    kind: ClassVar = "absent"
    summary: ClassVar = "nothing is at this path when the agent has ended"
    example: ClassVar = "absent: debug.log"

    @property
    def expected(self) -> str:
        """Its absence."""
        return f"{self.file} does not exist"

    def look(self, evidence: Evidence) -> Sight:
        """Ask the file system; a link in the way is something that is there."""
        try:
            real = locate(evidence.workspace, self.file)
        except Unreadable as obstacle:
            return sight(holds=str(obstacle) == MISSING, found=str(obstacle))
        return sight(holds=False, found="a folder" if real.is_dir() else "it is there")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh(FileCheck):
    """The step made the file, or gave it other content. Modification times are the agent's to set: not asked."""

    kind: ClassVar = "fresh"
    summary: ClassVar = "a file was made or its content changed by this step, by snapshot"
    example: ClassVar = "fresh: report.md"

    @property
    def expected(self) -> str:
        """A new or other content."""
        return f"{self.file} was made or changed by this step"

    def look(self, evidence: Evidence) -> Sight:
        """Compare the two snapshots."""
        before, after = evidence.before.files.get(self.file), evidence.after.files.get(self.file)
        if after is None:
            is_folder = self.file in evidence.after.entries
            gone = "deleted by this step" if before else MISSING
            return sight(holds=False, found="a folder, not a file" if is_folder else gone)
        size = counted(after.size, "byte")
        if before is None:
            return sight(holds=True, found=f"made by this step, {size}")
        if (before.kind, before.digest) != (after.kind, after.digest):
            return sight(holds=True, found=f"changed by this step, {size}")
        mode_only = self.file in evidence.changes.written
        return sight(holds=False, found="only its mode changed" if mode_only else UNTOUCHED)


UNTOUCHED = "untouched: same as before the step"
