"""A run that another action made, as evidence: a workspace, a snapshot from before, a transcript, a ledger."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gha_router.agent import entries, snapshot, transcript
from gha_router.agent.runner import end_of
from gha_router.errors import UsageError
from gha_router.pipeline.keeping import Ended
from gha_router.records import (
    AgentEnd,
    Basis,
    Changes,
    Decision,
    EvidenceMissing,
    PartialEvidence,
    Receipt,
    Snapshot,
    Source,
    now,
)
from gha_router.regrade.books import Books
from gha_router.regrade.grading import Exhibit

NAME = "run"  # of the step that another action made
NOWHEN = datetime(1970, 1, 1, tzinfo=UTC)  # stands where a moment is missing, and is never read
NOTHING = Snapshot(taken_at="", entries={})
NO_BEFORE = "no snapshot from before the run was given (--before)"
NO_TRANSCRIPT = "no transcript was given (--transcript)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was handed over, as paths; ``None`` for what there is not."""

    workspace: Path
    before: Path | None
    before_digest: str | None  # as it was published before the agent began
    transcript: Path | None
    step: str | None  # whose receipts count; None: all


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """When it was, and who says so."""

    started_at: datetime | None
    ended_at: datetime | None
    wall_s: float | None
    source: Source
    by: str


def exhibit_of(given: Given, books: Books) -> tuple[Exhibit, tuple[Basis, ...]]:
    """Return the run as an exhibit, and what each piece of it is worth. Raises ``UsageError`` for a wrong path."""
    missing: dict[str, str] = {}
    faults = [books.why] if books.broken and books.why else []
    after = snapshot.take(given.workspace, at=now())
    before, of_before = _before(given, missing)
    told, reading, of_transcript = _told(given, missing)
    receipts = tuple(receipt for receipt in books.receipts if given.step in {None, receipt.step})
    if books.why is not None:
        missing["receipts"] = books.why
    elif not receipts:
        missing["receipts"] = f"the ledger has no receipt of the step {given.step!r}" if given.step else "no receipt"
    clock = _clock(receipts, reading, missing)
    end, detail = (AgentEnd.UNKNOWN, NO_TRANSCRIPT) if told is None else end_of(reading, None, ())
    result = reading.result or {}
    evidence = PartialEvidence(
        workspace=given.workspace.resolve(),
        before=before or NOTHING,
        after=after,
        changes=snapshot.compare(before, after) if before else Changes(),
        started_at=clock.started_at or NOWHEN,
        ended_at=clock.ended_at or NOWHEN,
        wall_s=clock.wall_s or 0.0,
        final_message=reading.final_message,
        tool_calls=reading.tool_calls,
        receipts=receipts,
        seen_as=reading.cwd,
        clock=clock.source,
        clock_by=clock.by,
        missing=missing,
    )
    ended = Ended(
        run=NAME,
        step=NAME,
        number=1,
        name=NAME,
        model=_model(receipts, told),
        end=end,
        detail=detail,
        died=None,
        transcript=None,
    )
    exhibit = Exhibit(
        ended=ended,
        evidence=evidence,
        decision=Decision(asked=None, model=ended.model, deployments=(), reason="run by another action"),
        turns=turns if isinstance(turns := result.get("num_turns"), int) else 0,
        faults=tuple(faults),
        notes=tuple(_notes(told, reading)),
        structured=reading.structured,
    )
    of_files = Basis(
        piece="files",
        origin=str(given.workspace),
        standing="independent: every check of the files was made here, on what lies there now",
    )
    return exhibit, (of_files, of_before, of_transcript, books.basis, _of_clock(clock))


def _before(given: Given, missing: dict[str, str]) -> tuple[Snapshot | None, Basis]:
    if given.before is None:
        missing |= dict.fromkeys(("before", "changes"), NO_BEFORE)
        return None, Basis(piece="state before", origin="none", standing=f"missing: {NO_BEFORE}", sound=False)
    found = snapshot.read(given.before)
    digest = snapshot.digest_of(found)
    if given.before_digest not in {None, digest}:
        raise UsageError(
            f"the snapshot {given.before} has the digest {digest}, not {given.before_digest}",
            hint="It is another one than was taken before the run, or it was made anew since.",
        )
    bound = "bound to the digest that was given; as good as that digest's way here"
    loose = "rests on whoever kept the file since: give --before-digest, published before the agent began"
    standing = bound if given.before_digest else loose
    return found, Basis(piece="state before", origin=f"{given.before.name}, {digest[:12]}", standing=standing)


def _told(given: Given, missing: dict[str, str]) -> tuple[entries.Entries | None, transcript.Reading, Basis]:
    why = NO_TRANSCRIPT
    origin = "none"
    if given.transcript is not None:
        origin = given.transcript.name
        try:
            found = entries.read(given.transcript)
        except EvidenceMissing as unusable:
            why = unusable.what
        else:
            standing = "rests on the first job: its agent's machine wrote it"
            return found, transcript.read(found.entries), Basis(piece="transcript", origin=origin, standing=standing)
    missing |= dict.fromkeys(("final_message", "tool_calls"), why)
    basis = Basis(piece="transcript", origin=origin, standing=f"missing: {why}", sound=False)
    return None, transcript.Reading(), basis


def _clock(receipts: Sequence[Receipt], reading: transcript.Reading, missing: dict[str, str]) -> Clock:
    """Return what is left of a clock: the receipts' times, else the agent's own figure."""
    if receipts and "receipts" not in missing:
        starts = [datetime.fromisoformat(receipt.at) for receipt in receipts]
        ends = [start + timedelta(seconds=receipt.seconds) for start, receipt in zip(starts, receipts, strict=True)]
        first, last = min(starts), max(ends)
        by = "the receipts, from the first request to the last answer"
        wall_s = round((last - first).total_seconds(), 3)
        return Clock(started_at=first, ended_at=last, wall_s=wall_s, source=Source.METERED, by=by)
    why = "no clock of ours ran, and there are no receipts whose times could stand for one"
    missing |= dict.fromkeys(("started_at", "ended_at"), why)
    claimed = (reading.result or {}).get("duration_ms")
    if isinstance(claimed, int | float) and not isinstance(claimed, bool) and claimed >= 0:
        by = "the transcript's own figure"
        return Clock(started_at=None, ended_at=None, wall_s=claimed / 1000, source=Source.CLAIMED, by=by)
    missing["wall_s"] = why
    return Clock(started_at=None, ended_at=None, wall_s=None, source=Source.CLAIMED, by="nobody")


def _of_clock(clock: Clock) -> Basis:
    if clock.wall_s is None:
        return Basis(piece="time", origin="none", standing="missing: no time was taken", sound=False)
    standing = {
        Source.METERED: "metered, not measured: the first job's gateway wrote the times, and pauses at both ends are "
        "not in it",
        Source.CLAIMED: "claimed: the agent's own word, which can contradict itself and confirm nothing",
    }.get(clock.source, "measured by the first job's clock")
    return Basis(piece="time", origin=clock.by, standing=standing, sound=clock.source is not Source.CLAIMED)


def _notes(told: entries.Entries | None, reading: transcript.Reading) -> Iterator[str]:
    if told is not None:
        yield from told.notes
    if reading.repeated:
        yield f"{len(reading.repeated)} ids stand at more than one tool call of the transcript; each call counts"


def _model(receipts: Sequence[Receipt], told: entries.Entries | None) -> str:
    served = [receipt.model or receipt.served for receipt in receipts]
    said = [entry.get("model") for entry in told.entries if entry.get("type") == "system"] if told else []
    names = (name for name in (*served, *said) if isinstance(name, str))
    return next(names, "unknown")
