"""Goes on with a run that was killed: nothing that was verified is paid for again, and nothing is taken on trust.

A verified step stands only where its plan is the same, the workspace is as the run left it, and the ledgers of the
earlier lives are whole. What had begun and not ended is begun again, and its receipts are on the bill.
"""

import json
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from gha_router import ledger
from gha_router.agent import snapshot
from gha_router.config import Tree
from gha_router.errors import InfrastructureError, UsageError
from gha_router.gateway.budget import scope_of
from gha_router.pipeline import staging
from gha_router.pipeline.inputs import Outputs
from gha_router.pipeline.journal import NAME, Journal
from gha_router.pipeline.plan import StepPlan
from gha_router.pipeline.record import LEDGER, ORIGINAL, Record, digests_of, tree
from gha_router.pipeline.staging import Move
from gha_router.records import (
    AgentEnd,
    Attempt,
    Changes,
    Decision,
    Json,
    Life,
    Receipt,
    StepResult,
    Verdict,
    from_json,
    now,
    total_cost,
    total_usage,
)

PATIENCE_S = 15.0  # for the gateway of the killed life to write its last line
KILLED = "gha-router ended while it ran"
ANEW = "Begin anew, without --resume, or put it back as it was."


def resumed(out: Path, plans: Sequence[StepPlan], workspace: Path) -> Record:
    """Return the record of an earlier life, open for this one. Raises for what is not as that left it."""
    journal = Journal.reopened(out / NAME)
    try:
        return _resumed(out, journal, plans, workspace)
    except BaseException:
        journal.close()
        raise


def _resumed(out: Path, journal: Journal, plans: Sequence[StepPlan], workspace: Path) -> Record:
    _await_gateway(out)
    begun = journal.lines[0]
    names = [str(line["ledger"]) for line in journal.lines if line["event"] in {"begun", "resumed"}]
    paid = {name: tuple(ledger.receipts(out / name)) for name in names if (out / name).exists()}
    record = Record(
        out=out,
        workspace=workspace,
        run=begun["run"],
        journal=journal,
        digests=digests_of(plans),
        started_at=begun["at"],
        ledger=f"{LEDGER.removesuffix('.jsonl')}-{len(names) + 1}.jsonl",
        lives=tuple(_life(out / name, receipts) for name, receipts in paid.items()),
        spent=_spent(receipt for receipts in paid.values() for receipt in receipts),
    )
    _read_back(record, tuple(receipt for receipts in paid.values() for receipt in receipts))
    _refuse_changed(record, plans)
    _finish_moves(record, workspace)
    if any(step.workspace is Tree.FRESH for step in plans) and begun["original"] not in _trees(out / ORIGINAL):
        raise UsageError(f"{out / ORIGINAL}, what the run began with, is not there or changed", hint=ANEW)
    journal.write("resumed", ledger=record.ledger)
    return record


def _read_back(record: Record, receipts: Sequence[Receipt]) -> None:
    """Put what the journal's lines say into the record."""
    open_: dict[tuple[str, int], Json] = {}
    attempts: dict[str, list[Attempt]] = {}
    for line in record.journal.lines:
        match line["event"]:
            case "attempt":
                open_[line["step"], line["number"]] = line
            case "ended":
                attempt = from_json(Attempt, line["attempt"])
                open_.pop((line["step"], attempt.number), None)
                attempts.setdefault(line["step"], []).append(attempt)
            case "settled":
                record.results[line["step"]] = from_json(StepResult, line["result"])
                if line["outputs"] is not None:
                    record.handed[line["step"]] = from_json(Outputs, line["outputs"])
    pending = _pending(record.journal.lines)
    if pending is not None:
        open_.pop((pending["step"], pending["attempt"]["number"]), None)
    for (step, number), line in open_.items():
        attempts.setdefault(step, []).append(_killed(number, line, receipts))
    record.earlier = {
        step: tuple(sorted(found, key=lambda attempt: attempt.number))
        for step, found in attempts.items()
        if step not in record.results
    }


def _pending(lines: Sequence[Json]) -> Json | None:
    """Return the line of a step that was verified, and of which nobody knows whether it was carried."""
    last = next((line for line in reversed(lines) if line["event"] != "resumed"), None)
    return last if last is not None and last["event"] == "verified" else None


def _finish_moves(record: Record, workspace: Path) -> None:
    """Hold the workspace against the journal, and end what was being carried when the run was killed."""
    lines = record.journal.lines
    known = [line["workspace"] for line in lines if "workspace" in line]
    pending = _pending(lines)
    there = snapshot.take(workspace, at=now())
    move = from_json(Move, pending["move"]) if pending and pending["move"] else None
    if snapshot.files_digest(staging.without(move, there) if move else there) != known[-1]:
        raise UsageError(
            "the workspace is not as the run left it, and what was verified was verified on that", hint=ANEW
        )
    if pending is None:
        return
    if move is not None:
        staging.finish(move, record.staging(pending["step"]), workspace)
    attempt = replace(from_json(Attempt, pending["attempt"]), carried=bool(move and move.changes))
    attempts = (*record.earlier.pop(pending["step"], ()), attempt)
    result = StepResult(id=pending["step"], verdict=Verdict.VERIFIED, asked=pending["asked"], attempts=attempts)
    record.settle(result, from_json(Outputs, pending["outputs"]))


def _refuse_changed(record: Record, plans: Sequence[StepPlan]) -> None:
    """Refuse to go on where a step that stands is not what it was: what follows would rest on something else."""
    steps = {plan.id for plan in plans}
    pending = _pending(record.journal.lines)
    standing = [line for line in record.journal.lines if line["event"] == "settled"]
    for line in (*standing, *([pending] if pending else [])):
        if line["step"] not in steps:
            raise UsageError(f"the run has a step `{line['step']}`, and the configuration has none", hint=ANEW)
        if line["plan"] != record.digests[line["step"]]:
            raise UsageError(
                f"step `{line['step']}` is not what it was when it was {_became(line)}: its prompt, model, limits, "
                "inputs or checks changed",
                hint=ANEW,
            )


def _became(line: Json) -> str:
    return str(line["result"]["verdict"]) if line["event"] == "settled" else "verified"


def _killed(number: int, line: Json, receipts: Iterable[Receipt]) -> Attempt:
    """Return an attempt that was cut short, with what the ledger knows of it; its time is at least this."""
    own = [one for one in receipts if (one.step, one.attempt) == (line["step"], number)]
    began = datetime.fromisoformat(line["at"])
    ends = (datetime.fromisoformat(one.at) + timedelta(seconds=one.seconds) for one in own)
    return Attempt(
        number=number,
        decision=from_json(Decision, line["decision"]),
        verdict=Verdict.CANCELLED,
        end=AgentEnd.CANCELLED,
        end_detail=KILLED,
        started_at=line["at"],
        wall_s=round(max(((end - began).total_seconds() for end in ends), default=0.0), 3),
        turns=0,
        requests=len(own),
        usage=total_usage(own),
        cost_usd=total_cost(own),
        claimed_cost_usd=None,
        served=tuple(dict.fromkeys(one.served for one in own if one.served)),
        checks=(),
        findings=(),
        changes=Changes(),
        delivered=False,
        final_message="",
        transcript=None,
        isolation="unknown",
        notes=("it was killed with its run; its time is as far as its receipts go",),
    )


def _life(file: Path, receipts: Sequence[Receipt]) -> Life:
    """Return what the ledger of an earlier life says. Raises ``LedgerBroken`` for one that is not whole."""
    state = ledger.verify(file)
    return Life(
        ledger=file.name, head=state.head, requests=len(receipts), cost_usd=total_cost(receipts), closed=state.closed
    )


def this_life(record: Record, head: str | None) -> Life:
    """Return this life's own line, once its gateway has ended."""
    receipts = tuple(ledger.receipts(record.out / record.ledger))
    requests, cost = len(receipts), total_cost(receipts)
    return Life(ledger=record.ledger, head=head, requests=requests, cost_usd=cost, closed=True)


def _spent(receipts: Iterable[Receipt]) -> dict[str, Decimal]:
    spent: dict[str, Decimal] = {}
    for one in receipts:
        scope = scope_of(one.run, one.step)
        spent[scope] = spent.get(scope, Decimal(0)) + (one.cost_usd or Decimal(0))
    return spent


def _trees(folder: Path) -> tuple[str, ...]:
    return (tree(folder),) if folder.is_dir() else ()


def _await_gateway(out: Path) -> None:
    """Wait until the gateway of the killed life has seen that its parent is gone, and closed its ledger."""
    pid = 0
    with suppress(OSError, ValueError, KeyError):
        pid = int(json.loads((out / "gateway.json").read_text())["pid"])
    deadline = time.monotonic() + PATIENCE_S
    while pid and _is_gateway(pid):
        if time.monotonic() > deadline:
            raise InfrastructureError(f"the gateway of the killed run still runs (pid {pid})", hint="End it.")
        time.sleep(0.05)


def _is_gateway(pid: int) -> bool:
    try:
        return b"gha_router.gateway.child" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
