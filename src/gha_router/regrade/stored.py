"""A run of ours as evidence: what ``pipeline.keeping`` has left, held against the digests in the ledger."""

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gha_router.agent import entries, snapshot, transcript
from gha_router.checks.seal import Seal
from gha_router.errors import UsageError
from gha_router.pipeline.judges import step_of
from gha_router.pipeline.keeping import SCHEMA, Ended, Kept, sha256_of
from gha_router.pipeline.plan import StepPlan
from gha_router.records import Attempt, Basis, EvidenceMissing, FileEntry, PartialEvidence, Receipt, Snapshot, from_json
from gha_router.regrade.books import Books
from gha_router.regrade.grading import Exhibit
from gha_router.regrade.sealed import sealed_again
from gha_router.regrade.tree import changed_files, restore

NOTHING = Snapshot(taken_at="", entries={})
LARGEST = 256 * 2**20  # bytes of one evidence file


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """The ``evidence/`` folder of an output folder, read and compared with the ledger's notes."""

    out: Path
    kept: dict[str, Kept]  # by the file's name
    faults: dict[str, str]  # file -> what is wrong with it
    changed: tuple[str, ...]  # kept contents that are not what their names say

    @property
    def files(self) -> Path:
        """Return where the contents are."""
        return self.out / "evidence" / "files"

    def find(self, run: str, step: str, attempt: int) -> tuple[str, Kept] | None:
        """Return the evidence of an attempt and its file's name."""
        wanted = (run, step, attempt)
        return next(((name, kept) for name, kept in self.kept.items() if kept.attempted == wanted), None)

    def beside(self, known: Collection[tuple[str, str, int]]) -> Iterator[str]:
        """Yield what is wrong with evidence that is of no attempt of a result, or of one that has some already."""
        seen: set[tuple[str, str, int]] = set()
        for name, kept in self.kept.items():
            _run, step, number = kept.attempted
            if kept.attempted not in known:
                yield f"evidence/{name}: attempt {number} of {step} is missing in the result"
            if kept.attempted in seen:
                yield f"evidence/{name}: attempt {number} of {step} has evidence already"
            seen.add(kept.attempted)

    def basis(self, books: Books) -> Basis:
        """Return what the store as a whole is worth."""
        noted = sum(name in books.evidence for name in self.kept)
        origin = f"evidence/, {len(self.kept)} attempts"
        told = [*(f"{name}: {what}" for name, what in self.faults.items())]
        told += [f"evidence/files/{name} was changed" for name in self.changed]
        if told:
            return Basis(piece="evidence", origin=origin, standing="; ".join(told), sound=False)
        if noted < len(self.kept):
            standing = (
                f"{len(self.kept) - noted} attempts are not noted in the ledger: they rest on nothing but the files"
            )
            return Basis(piece="evidence", origin=origin, standing=standing, sound=False)
        standing = "each attempt's files, transcript and times have the digest that the ledger noted when it ended"
        return Basis(piece="evidence", origin=origin, standing=standing)


def read_store(out: Path, books: Books) -> Store:
    """Return the evidence below an output folder. Raises ``UsageError`` where there is none."""
    folder = out / "evidence"
    if not folder.is_dir():
        raise UsageError(
            f"{out} holds no evidence/, so that nothing of it can be verified again",
            hint="It is kept by `run` and `experiment`; for another action's run name its pieces one by one.",
        )
    kept: dict[str, Kept] = {}
    faults: dict[str, str] = {}
    for file in sorted(folder.glob("*.json")):
        try:
            content = file.read_bytes()
            kept[file.name] = _parsed(content)
        except (OSError, ValueError, RecursionError) as error:
            faults[file.name] = f"cannot be read ({type(error).__name__})"
            continue
        noted = books.evidence.get(file.name)
        if noted is not None and noted != hashlib.sha256(content).hexdigest():
            faults[file.name] = "was changed after it was noted in the ledger"
    faults |= {name: "was removed" for name in books.evidence if name not in kept and name not in faults}
    return Store(out=out, kept=kept, faults=faults, changed=changed_files(folder / "files"))


def _parsed(content: bytes) -> Kept:
    if len(content) > LARGEST:
        raise ValueError
    kept = from_json(Kept, json.loads(content))
    if kept.schema != SCHEMA:
        raise ValueError(kept.schema)
    return kept


def exhibit_of(
    recorded: Attempt,
    found: tuple[str, Kept],
    store: Store,
    books: Books,
    *,
    plan: StepPlan,
    work: Path,
    bases: Sequence[Path],
) -> Exhibit:
    """Return a recorded attempt as an exhibit; its workspace is brought back below ``work``.

    What is sealed is as the run kept it, by what ``plan`` names.
    """
    name, kept = found
    missing: dict[str, str] = {}
    faults = [f"evidence/{name} {store.faults[name]}"] if name in store.faults else []
    if books.why is None and name not in books.evidence:  # anybody could have put it there since
        faults.append(f"evidence/{name} is not noted in the ledger")
    faults += [books.why] if books.broken and books.why else []
    before, after = _snapshots(kept, store, missing, faults)
    lost = restore(after, work / "after", kept=store.files, bases=bases) if "after" not in missing else ()
    if lost:
        changed = sorted({entry.digest for path in lost if (entry := after.entries[path]).digest in store.changed})
        faults += [f"evidence/files/{digest} was changed after it was kept" for digest in changed if digest]
        why = f"{len(lost)} files of the workspace are not kept and not at hand: {lost[0]}; name them with --workspace"
        missing["workspace"] = why
    restore(before, work / "before", kept=store.files, bases=bases)
    seal = _seal(kept, plan, store, missing, work=work, bases=bases)
    reading, notes = _told(kept, store, missing, faults)
    receipts = _receipts(kept, books, missing, faults)
    evidence = PartialEvidence(
        workspace=work / "after",
        before=before,
        after=after,
        changes=snapshot.compare(before, after),
        started_at=datetime.fromisoformat(kept.started_at),
        ended_at=datetime.fromisoformat(kept.ended_at),
        wall_s=kept.wall_s,
        final_message=reading.final_message,
        tool_calls=reading.tool_calls,
        receipts=receipts,
        restored=frozenset(kept.restored),
        prompt=kept.prompt,
        original=work / "before",
        seen_as=kept.seen_as,
        missing=missing,
    )
    ended = Ended(
        run=kept.run,
        step=kept.step,
        number=kept.attempt,
        name=name.removesuffix(".json"),
        model=kept.model,
        end=kept.end,
        detail=kept.end_detail,
        died=kept.died,
        transcript=kept.transcript,
    )
    return Exhibit(
        ended=ended,
        evidence=evidence,
        decision=recorded.decision,
        turns=recorded.turns,
        faults=tuple(dict.fromkeys(faults)),
        notes=(*recorded.notes, *notes),
        structured=reading.structured,
        seal=seal,
        judges=tuple(_of(books, kept.run, step_of(kept.step), kept.attempt)),
    )


def _seal(
    kept: Kept, plan: StepPlan, store: Store, missing: dict[str, str], *, work: Path, bases: Sequence[Path]
) -> Seal | None:
    if kept.seal is None:
        missing.setdefault("workspace", "the run kept no seal, and what its checks rested on is not known")
        return None
    again = sealed_again(kept.seal, plan, contents=store.files, bases=bases, workspace=work / "after")
    if again.lost:
        missing.setdefault(
            "workspace",
            f"{len(again.lost)} sealed files are not kept and not at hand: {again.lost[0]}; name them with --workspace",
        )
    return again.seal


def _snapshots(kept: Kept, store: Store, missing: dict[str, str], faults: list[str]) -> tuple[Snapshot, Snapshot]:
    name = f"before/{kept.before}.json"
    try:
        before = _before(store.out / "evidence" / name, kept.before)
    except UsageError as error:
        why = f"the state before cannot be used: {error.what}"
        missing |= dict.fromkeys(("before", "after", "changes", "workspace", "original"), why)
        faults.append(f"evidence/{name}: {error.what}")
        return NOTHING, NOTHING
    entries_after: dict[str, FileEntry] = dict(before.entries)
    for path, entry in kept.left.items():
        if entry is None:
            entries_after.pop(path, None)
        else:
            entries_after[path] = entry
    return before, Snapshot(taken_at=kept.left_at, entries=dict(sorted(entries_after.items())))


def _before(file: Path, digest: str) -> Snapshot:
    before = snapshot.read(file)
    if snapshot.digest_of(before) != digest:
        raise UsageError("it is another one than the run began with")
    return before


def _told(
    kept: Kept, store: Store, missing: dict[str, str], faults: list[str]
) -> tuple[transcript.Reading, tuple[str, ...]]:
    pieces = ("final_message", "tool_calls")
    if kept.transcript is None or not _is_ours(kept.transcript):
        missing |= dict.fromkeys(pieces, "the run kept no transcript")
        return transcript.Reading(), ()
    file = store.out / kept.transcript
    if not file.is_file():
        faults.append(f"{kept.transcript} was removed")
        missing |= dict.fromkeys(pieces, "the transcript was removed")
        return transcript.Reading(), ()
    if sha256_of(file) != kept.transcript_digest:
        faults.append(f"{kept.transcript} was changed after the run")
    try:
        found = entries.read(file)
    except EvidenceMissing as unusable:
        if kept.end.value in {"completed", "empty", "turn_limit"}:
            missing |= dict.fromkeys(pieces, unusable.what)
        return transcript.Reading(), ()  # an agent that was ended at once has said nothing
    return transcript.read(found.entries), found.notes


def _is_ours(path: str) -> bool:
    folder, _, name = path.partition("/")
    return folder == "transcripts" and "/" not in name and name not in {"", "..", "."}


def _receipts(kept: Kept, books: Books, missing: dict[str, str], faults: list[str]) -> tuple[Receipt, ...]:
    if books.why is not None:
        missing["receipts"] = books.why
        return ()
    known = {receipt.id: receipt for receipt in books.receipts}
    gone = [identity for identity in kept.receipts if identity not in known]
    faults += [f"the receipt {identity} was removed from the ledger" for identity in gone]
    if gone:
        missing["receipts"] = f"{len(gone)} receipts were removed"
    return tuple(known[identity] for identity in kept.receipts if identity in known)


def _of(books: Books, run: str, step: str, attempt: int) -> Iterator[Receipt]:
    for receipt in books.receipts:
        if (receipt.run, receipt.step, receipt.attempt) == (run, step, attempt):
            yield receipt
