"""Checks of what a file is to the byte and to the bit: digest, mode."""

import hashlib
import re
import stat
from dataclasses import dataclass
from typing import ClassVar, Self

from gha_router.checks.base import PureCheck, Sight, sight
from gha_router.checks.say import counted
from gha_router.checks.spec import Params
from gha_router.checks.workspace import locate, read_bytes
from gha_router.records import Evidence

_SHA256 = re.compile(r"(?:sha256:)?([0-9a-fA-F]{64})")
_OCTAL = re.compile(r"(?:0o?)?([0-7]{3,4})")
_SHOWN = 12  # digits of a digest
_PERMISSIONS = 0o7777

EXECUTABLE = "executable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest(PureCheck):
    """A file is, to the byte, the one that its SHA-256 names."""

    kind: ClassVar = "digest"
    summary: ClassVar = "a file has this SHA-256"
    parameters: ClassVar = {
        "file": "path in the workspace",
        "sha256": "64 hexadecimal digits, as `sha256sum` prints them",
    }
    example: ClassVar = (
        "digest: {file: LICENSE, sha256: 315f5bdb76d078c43b8ac0064e4a0164612b1fce77c869345bfc94c75894edd3}"
    )

    file: str
    sha256: str

    @classmethod
    def read(cls, params: Params) -> Self:
        """Return the check of this digest."""
        match = _SHA256.fullmatch(params.text("sha256"))
        if match is None:
            raise params.wrong("`sha256` must be 64 hexadecimal digits, as `sha256sum` prints them")
        return cls(**params.common, file=params.path("file"), sha256=match[1].lower())

    @property
    def expected(self) -> str:
        """The digest."""
        return f"{self.file} has SHA-256 {self.sha256[:_SHOWN]}…"

    @property
    def where(self) -> str:
        """The file."""
        return self.file

    def look(self, evidence: Evidence) -> Sight:
        """Digest what is there now."""
        content = read_bytes(evidence.workspace, self.file)
        found = hashlib.sha256(content).hexdigest()
        return sight(holds=found == self.sha256, found=f"{found[:_SHOWN]}… of {counted(len(content), 'byte')}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode(PureCheck):
    """A file has these permissions, or can be executed by its owner, which is all that git keeps."""

    kind: ClassVar = "mode"
    summary: ClassVar = "a file or folder has these permissions, or is executable"
    parameters: ClassVar = {
        "file": "path in the workspace",
        "is": f'`{EXECUTABLE}` (default; for its owner), or all bits in octal, in quotes: `"0755"`',
    }
    example: ClassVar = 'mode: {file: scripts/build.sh, is: "0755"}'
    short: ClassVar = "file"

    file: str
    bits: int | None  # None: executable

    @classmethod
    def read(cls, params: Params) -> Self:
        """Return the check of these permissions. An unquoted 0755 is the number 493 in YAML 1.1: refused."""
        written = params.values.get("is", EXECUTABLE)
        match = _OCTAL.fullmatch(written) if isinstance(written, str) else None
        if written != EXECUTABLE and match is None:
            raise params.wrong(f'`is` must be `{EXECUTABLE}` or an octal mode in quotes, such as "0755"')
        return cls(**params.common, file=params.path("file"), bits=int(match[1], 8) if match else None)

    @property
    def expected(self) -> str:
        """The permissions."""
        return f"{self.file} {'is executable' if self.bits is None else f'has mode {self.bits:04o}'}"

    @property
    def where(self) -> str:
        """The file."""
        return self.file

    def look(self, evidence: Evidence) -> Sight:
        """Ask the file system, links followed only inside the workspace."""
        info = locate(evidence.workspace, self.file).lstat()
        if not (stat.S_ISREG(info.st_mode) or stat.S_ISDIR(info.st_mode)):
            return sight(holds=False, found="a pipe, socket or device")
        bits = info.st_mode & _PERMISSIONS
        holds = bool(bits & stat.S_IXUSR) if self.bits is None else bits == self.bits
        return sight(holds=holds, found=f"mode {bits:04o}")
