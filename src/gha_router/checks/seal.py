"""The seal: what checks rest on, read before the agent starts, and what it did to these files meanwhile.

A seal holds the bytes of the files themselves, in our own memory: an agent that runs as another user cannot reach them.
Its digest names them together with the checks and the expected claims.
"""

import hashlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from gha_router.checks.base import Check
from gha_router.checks.runners import names_python_module, places_of
from gha_router.checks.say import plain, some
from gha_router.checks.steering import Rule, Steering, is_test, shadow_of, steering_of
from gha_router.checks.workspace import Unreadable, read_bytes
from gha_router.paths import any_matches, seals
from gha_router.records import CheckResult, CheckStatus, Evidence, EvidenceMissing, to_json

FILE, EXECUTABLE, LINK = 0o100644, 0o100755, 0o120000  # as git has them
NAME = "sealed files"
_SEALED = Steering(globs=(), rule=Rule.EXACT)
_TESTS = Steering(globs=(), rule=Rule.KNOWN)
_QUOTED = re.compile(r"\\udc([89a-f][0-9a-f]|5c)")


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedFile:
    """A file's bytes (of a link: its target), and its mode: ``FILE``, ``EXECUTABLE`` or ``LINK``."""

    content: bytes = field(repr=False)
    mode: int = FILE


class Act(StrEnum):
    """What has to be done to a path of the clean copy."""

    KEEP = "keep"
    PUT = "put"  # the sealed version
    REMOVE = "remove"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which paths are sealed. ``places``: the folders or files whose tests are, ``""`` being all; they are no globs."""

    seal: tuple[str, ...] = ()
    trust: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    steering: bool = False
    shadows: bool = False

    def rule_of(self, path: str) -> Steering | None:
        """Return how a path (as ``os`` functions spell it) is sealed, ``None`` when it is not."""
        if any_matches(self.trust, path):
            return None
        if seals(self.seal, path):
            return _SEALED
        if self.steering and (steering := steering_of(path)):
            return steering
        if self.shadows and (shadow := shadow_of(path)):
            return shadow
        return _TESTS if is_test(path) and any(_below(path, place) for place in self.places) else None

    def wanted(self, path: str) -> bool:
        """Return whether the sealed version of a path is ever needed."""
        rule = self.rule_of(path)
        return rule is not None and rule.rule in {Rule.EXACT, Rule.KNOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What a step's checks rest on. ``origin`` is for people: "base commit 9f8e7d6...", "the task's folder".

    ``files`` belong into the workspace, ``git`` into its ``.git``, ``folder`` is ``$CHECKS_DIR``; all by path.
    """

    origin: str
    digest: str
    scope: Scope
    files: Mapping[str, SealedFile] = field(repr=False)
    folder: Mapping[str, SealedFile] = field(default_factory=dict, repr=False)
    git: Mapping[str, SealedFile] = field(default_factory=dict, repr=False)

    @property
    def contents(self) -> dict[str, bytes]:
        """Return what the sealed files hold, by path; links are left out."""
        return {path: file.content for path, file in self.files.items() if file.mode != LINK}

    def act(self, path: str, found: SealedFile | None) -> Act:
        """Return what makes a path as it is sealed. ``found``: what is there, ``None`` for nothing."""
        steering, sealed = self.scope.rule_of(path), self.files.get(path)
        if steering is None or found == sealed:
            return Act.KEEP
        put = Act.REMOVE if sealed is None else Act.PUT
        match steering.rule:
            case Rule.SWEPT:
                return Act.REMOVE
            case Rule.NEW:
                return Act.REMOVE if sealed is None and found else Act.KEEP
            case Rule.KNOWN if sealed is None:
                return Act.KEEP
        if steering.part and _part(steering, found) == _part(steering, sealed):
            return Act.KEEP
        return put


def scope_of(checks: Sequence[Check], *, seal: Sequence[str] | None, trust: Sequence[str]) -> Scope:
    """Return what these checks need sealed. ``seal=None``: nobody said, and the tests that they run by name are."""
    lines = [check.line for check in checks if check.line]
    places = dict.fromkeys(place for line in lines for place in places_of(line)) if seal is None else ()
    return Scope(
        seal=tuple(seal or ()),
        trust=tuple(trust),
        places=tuple(places),
        steering=bool(lines),
        shadows=any(map(names_python_module, lines)),
    )


def digest_of(words: object, *parts: Mapping[str, SealedFile]) -> str:
    """Return the SHA-256 over what is expected and the files that it rests on.

    First ``words`` (checks and claims) as JSON with sorted keys; then of each part the number of its files and, sorted
    by path, path, mode in octal and content of each. All are preceded by their length (8 bytes, big-endian).
    """
    digest = hashlib.sha256()

    def add(data: bytes) -> None:
        digest.update(len(data).to_bytes(8, "big") + data)

    add(json.dumps(_canonical(words), sort_keys=True, default=repr, ensure_ascii=True).encode())
    for files in parts:
        add(str(len(files)).encode())
        for path in sorted(files):
            for data in (os.fsencode(path), f"{files[path].mode:o}".encode(), files[path].content):
                add(data)
    return digest.hexdigest()


def edits(seal: Seal, evidence: Evidence) -> dict[str, str]:
    """Return what the step did to sealed files, by path: ``edited``, ``deleted``, ``planted``."""
    done = {}
    changes = evidence.changes
    for quoted in (*changes.created, *changes.modified, *changes.deleted):
        path = _unquoted(quoted)
        steering = seal.scope.rule_of(path)
        if steering is None or steering.rule is Rule.SWEPT:
            continue
        found = None if quoted in changes.deleted else _found(evidence, quoted)
        if seal.act(path, found) is not Act.KEEP:
            done[quoted] = _word(path, found, seal)
    return dict(sorted(done.items()))


def held(seal: Seal, evidence: Evidence) -> tuple[CheckResult, ...]:
    """Return the result of the check that nobody has to write: sealed files are as they were.

    Where no `seal` is configured and nothing happened there is nothing to say.
    """
    try:
        done = edits(seal, evidence)
    except EvidenceMissing as missing:  # of a run that is verified later
        guarded = seal.scope.seal or seal.scope.steering or seal.scope.places
        return (_result(seal, CheckStatus.SKIPPED, missing.what, None),) if guarded else ()
    if not done and not seal.scope.seal:
        return ()
    found = "untouched"
    if done:
        told = some([f"{path} {word}" for path, word in done.items()])
        paths = ", ".join(list(done)[:3])
        found = (
            f"{told}; commands and suites ran with the sealed version. "
            f"If the step is meant to write it: `trust: [{paths}]`"
        )
    status = CheckStatus.FAILED if done else CheckStatus.PASSED
    return (_result(seal, status, found, next(iter(done), None)),)


def _result(seal: Seal, status: CheckStatus, found: str, where: str | None) -> CheckResult:
    return CheckResult(
        name=NAME,
        kind="seal",
        status=status,
        expected=plain(f"what steers and makes up the tests is as in {seal.origin}"),
        found=plain(found),
        where=where,
    )


def _word(path: str, found: SealedFile | None, seal: Seal) -> str:
    if found is None:
        return "deleted"
    return "edited" if path in seal.files else "planted"


def _found(evidence: Evidence, quoted: str) -> SealedFile:
    """Return what the agent left at a path. What is no readable file is like no file that could be sealed."""
    entry = evidence.after.entries.get(quoted)
    path = _unquoted(quoted)
    try:
        if entry is not None and entry.kind == "link":
            return SealedFile(content=os.fsencode(os.readlink(Path(evidence.workspace, path))), mode=LINK)  # noqa: PTH115 - its text to the byte
        mode = EXECUTABLE if entry is not None and entry.mode & 0o100 else FILE
        return SealedFile(content=read_bytes(evidence.workspace, path), mode=mode)
    except (Unreadable, OSError):
        return SealedFile(content=b"\0", mode=0)


def _part(steering: Steering, file: SealedFile | None) -> object:
    if file is None or steering.part is None:
        return None
    return steering.part(file.content) if file.mode in {FILE, EXECUTABLE} else file


def _below(path: str, place: str) -> bool:
    return not place or path == place or path.startswith(f"{place}/")


def _unquoted(path: str) -> str:
    r"""Return a snapshot's path as ``os`` functions take it: ``\udcff`` for a byte that is no UTF-8 is written out."""
    return _QUOTED.sub(lambda byte: "\\" if byte[1] == "5c" else chr(0xDC00 + int(byte[1], 16)), path)


def _canonical(words: object) -> object:
    match words:
        case list() | tuple():
            return [_canonical(word) for word in words]
        case _ if hasattr(words, "__dataclass_fields__"):
            return {"": type(words).__name__, **to_json(words)}
    return words
