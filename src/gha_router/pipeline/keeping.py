"""Keeps what an attempt's verdict was drawn from, so that it can be drawn again later: ``OUT/evidence/``.

=================================  ====================================================================================
``evidence/NAME.json``             one attempt: how it ended, when, on which files, with which transcript and receipts
``evidence/before/DIGEST.json``    the workspace before, as ``gha-router snapshot`` writes it; shared by equal ones
``evidence/files/SHA256``          a changed file, or a link's target, as it was left; as it was before, where known;
                                   and each sealed file
=================================  ====================================================================================

Files have their digest for a name, so that a changed one shows. The digest of each ``NAME.json`` is noted in the
ledger, whose head is published: through it everything here is bound to that head.
"""

import asyncio
import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gha_router.agent import snapshot
from gha_router.checks.seal import Seal
from gha_router.errors import GatewayError, UsageError, WorkspaceError
from gha_router.pipeline.bench import Bench
from gha_router.pipeline.handover import holding
from gha_router.records import AgentEnd, Evidence, FileEntry, Snapshot, dumps

SCHEMA = "gha-router/evidence/1"
NOTE = "evidence"  # the ledger's event
LARGEST = 256 * 2**20  # bytes of an attempt's files, beyond which only their digests are kept
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A sealed file: its mode as git has it, and the digest by which its content is kept."""

    mode: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSeal:
    """What the checks of an attempt rested on. ``files`` by their paths in the workspace."""

    origin: str
    digest: str
    files: dict[str, KeptFile]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One attempt, as ``evidence/NAME.json`` holds it. Times are UTC with microseconds, durations seconds."""

    schema: str
    run: str
    step: str
    attempt: int
    model: str
    end: AgentEnd
    end_detail: str
    died: str | None  # what is known of the gateway's end, when it died meanwhile
    started_at: str
    ended_at: str
    wall_s: float
    prompt: str
    seen_as: str  # where the agent had the workspace
    restored: tuple[str, ...]
    before: str  # the digest of the snapshot
    left: dict[str, FileEntry | None]  # what is other than before; None: gone
    left_at: str
    transcript: str | None  # path below the output folder
    transcript_digest: str | None
    receipts: tuple[str, ...]  # their ids
    not_kept: tuple[str, ...]  # files whose content is not here
    seal: KeptSeal | None = None

    @property
    def attempted(self) -> tuple[str, str, int]:
        """Return which attempt it is: run, step and number."""
        return self.run, self.step, self.attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How an attempt ended: what its evidence does not say."""

    run: str
    step: str
    number: int
    name: str
    model: str
    end: AgentEnd
    detail: str
    died: str | None
    transcript: str | None


async def keep(
    ended: Ended, evidence: Evidence, bench: Bench, *secrets: str, seal: Seal | None = None
) -> tuple[str, ...]:
    """Write the evidence of an attempt below the output folder and note its digest in the ledger; return notes.

    No file with a secret in it is kept. What cannot be written is a note and no failure: the verdict stands. Of an
    attempt that somebody stopped nothing is kept: it has no verdict, and time is short.
    """
    if bench.stopped():
        return ()
    folder = bench.out / "evidence"
    try:
        digest, not_kept = await asyncio.to_thread(_write, folder, ended, evidence, seal, bench, secrets)
    except (OSError, WorkspaceError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        return (f"its evidence could not be kept: {why}; it cannot be verified again",)
    with suppress(GatewayError):  # it died: the report says that this rests on nothing but its own word
        await bench.gateway.note(NOTE, file=f"{ended.name}.json", digest=digest)
    return (f"{len(not_kept)} changed files are not kept as evidence: {not_kept[0]} and others",) if not_kept else ()


def _write(
    folder: Path, ended: Ended, evidence: Evidence, seal: Seal | None, bench: Bench, secrets: Sequence[str]
) -> tuple[str, list[str]]:
    files = folder / "files"
    files.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = snapshot.digest_of(evidence.before)
    before = folder / "before" / f"{digest}.json"
    if not before.exists():
        with suppress(UsageError):  # another trial was faster
            snapshot.write(evidence.before, before)
    hidden = frozenset(holding(evidence, (*bench.secrets, *secrets)))
    not_kept = list(_keep_files(files, evidence, hidden))
    transcript = bench.out / ended.transcript if ended.transcript else None
    kept = Kept(
        schema=SCHEMA,
        run=ended.run,
        step=ended.step,
        attempt=ended.number,
        model=ended.model,
        end=ended.end,
        end_detail=ended.detail,
        died=ended.died,
        started_at=evidence.started_at.isoformat(),
        ended_at=evidence.ended_at.isoformat(),
        wall_s=evidence.wall_s,
        prompt=evidence.prompt or "",
        seen_as=str(evidence.workspace),
        restored=tuple(sorted(evidence.restored)),
        before=digest,
        left=_left(evidence),
        left_at=evidence.after.taken_at,
        transcript=ended.transcript,
        transcript_digest=sha256_of(transcript) if transcript else None,
        receipts=tuple(receipt.id for receipt in evidence.receipts),
        not_kept=tuple(not_kept),
        seal=_keep_seal(files, seal, (*bench.secrets, *secrets)) if seal else None,
    )
    text = dumps(bench.cleaned(kept, *secrets)).encode("utf-8", "backslashreplace") + b"\n"
    _put(folder / f"{ended.name}.json", text)
    return hashlib.sha256(text).hexdigest(), not_kept


def _keep_seal(files: Path, seal: Seal, secrets: Sequence[str]) -> KeptSeal:
    """Keep what the seal has put into clean copies; of a file with a secret in it only the digest."""
    wanted = [secret.encode() for secret in secrets if secret]
    kept = {}
    for path, file in seal.files.items():
        digest = hashlib.sha256(file.content).hexdigest()
        kept[path] = KeptFile(mode=file.mode, digest=digest)
        if not (files / digest).exists() and not any(secret in file.content for secret in wanted):
            _put(files / digest, file.content)
    return KeptSeal(origin=seal.origin, digest=seal.digest, files=kept)


def _left(evidence: Evidence) -> dict[str, FileEntry | None]:
    """Return the entries, folders too, that differ between before and after."""
    before, after = evidence.before.entries, evidence.after.entries
    paths = sorted(before.keys() | after.keys())
    return {path: after.get(path) for path in paths if before.get(path) != after.get(path)}


def keep_changed(files: Path, root: Path, before: Snapshot, after: Snapshot) -> tuple[str, ...]:
    """Keep the files that differ between two snapshots, by their digest; return the paths that are not kept.

    They lie below ``root`` and are read again; one that is no longer what ``after`` saw is not kept.
    """
    files.mkdir(mode=0o700, parents=True, exist_ok=True)
    room, lost = LARGEST, []
    for path in snapshot.compare(before, after).written:
        entry = after.entries[path]
        if entry.digest is None or (files / entry.digest).exists():
            continue
        content = _content(root, path, entry) if entry.size <= room else None
        if content is None:
            lost.append(path)
        else:
            room -= len(content)
            _put(files / entry.digest, content)
    return tuple(lost)


def _keep_files(files: Path, evidence: Evidence, hidden: frozenset[str]) -> Iterator[str]:
    """Keep what was changed, as it is now and, where the very file can still be read, as it was; yield what is not."""
    changes, room = evidence.changes, LARGEST
    now = ((path, evidence.after.entries[path], evidence.workspace) for path in changes.written)
    was = ((path, evidence.before.entries[path], evidence.original) for path in (*changes.modified, *changes.deleted))
    for path, entry, root in (*now, *was):
        left = root is evidence.workspace
        if root is None or entry.digest is None or (files / entry.digest).exists():
            continue
        content = None if path in hidden or entry.size > room else _content(root, path, entry)
        if content is None:
            if left:
                yield path
            continue
        room -= len(content)
        _put(files / entry.digest, content)


def _content(root: Path, path: str, entry: FileEntry) -> bytes | None:
    """Return what a file holds, or where a link leads; ``None`` when that is not what the snapshot saw."""
    try:
        with snapshot.opened(root) as top:
            *parents, name = snapshot.names_of(path)
            folder = snapshot.open_folder(top, parents)
            try:
                content = _link(folder, name) if entry.kind == "link" else _file(folder, name, entry.size)
            finally:
                os.close(folder)
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == entry.digest else None


def _link(folder: int, name: str) -> bytes:
    return os.fsencode(os.readlink(name, dir_fd=folder))


def _file(folder: int, name: str, size: int) -> bytes:
    with os.fdopen(os.open(name, snapshot.FILE, dir_fd=folder), "rb") as file:
        return file.read(size + 1)


def sha256_of(file: Path) -> str:
    """Return the digest of a file of ours."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _put(file: Path, content: bytes) -> None:
    """Write a file whole or not at all, for nobody else to read."""
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
    temporary.replace(file)
