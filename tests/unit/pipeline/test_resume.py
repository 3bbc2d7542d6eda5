"""A run that was killed, at every point between a verdict and the journal's next line: real files, no agent."""

import contextlib
import json
import shutil
from dataclasses import replace
from decimal import Decimal
from itertools import chain, combinations
from pathlib import Path

import pytest

from gha_router.agent import snapshot
from gha_router.agent import workspace as trees
from gha_router.agent.carry import carry_back
from gha_router.config import Tree
from gha_router.errors import LedgerBroken, UsageError
from gha_router.ledger import Ledger
from gha_router.pipeline.handover import Withheld
from gha_router.pipeline.inputs import Outputs
from gha_router.pipeline.plan import StepPlan
from gha_router.pipeline.record import Record
from gha_router.pipeline.resume import resumed
from gha_router.records import Changes, Decision, Evidence, StepResult, Verdict, now
from tests.samples import RECEIPT
from tests.unit.pipeline.test_handover import ATTEMPT

DECISION = Decision(asked="m", model="m", deployments=("lab/x",), reason="")
PLAN = StepPlan(id="fix", prompt="Fix it", asked="model m", attempts=(DECISION,))
NEXT = replace(PLAN, id="next")
PATHS = ("gone", "made/deep/new", "new", "old")
OUTPUTS = Outputs(text="Done.", structured={"a": [1]}, files={"new": "1"})


class Killed:
    """A workspace, a verified attempt on a copy of it, and a record of both that nobody closes in order."""

    def __init__(self, folder: Path) -> None:
        self.real, self.copy, self.out = folder / "real", folder / "copy", folder / "out"
        for place in (self.real / "kept", self.real / "empty", self.out):
            place.mkdir(parents=True)
        for name in ("old", "gone", "kept/same", "empty/gone"):
            (self.real / name).write_text(name)
        ledger = Ledger(self.out / "ledger.jsonl")
        ledger.receipt(replace(RECEIPT, step="fix", attempt=1))
        ledger.receipt(replace(RECEIPT, step="next", attempt=1))
        self.record = Record.begun(self.out, "run-1", (PLAN, NEXT), self.real, None)
        before = snapshot.take(self.real, at=now())
        trees.copy(self.real, self.copy, owner=None)
        self.work()
        after = snapshot.take(self.copy, at=now())
        self.evidence = Evidence(
            workspace=self.copy,
            before=before,
            after=after,
            changes=snapshot.compare(before, after),
            started_at=now(),
            ended_at=now(),
            wall_s=1.0,
            final_message="Done.",
            tool_calls=(),
        )

    def work(self) -> None:
        (self.copy / "old").write_text("new content")
        (self.copy / "old").chmod(0o755)
        (self.copy / "gone").unlink()
        shutil.rmtree(self.copy / "empty")
        (self.copy / "new").write_text("1")
        (self.copy / "made/deep").mkdir(parents=True)
        (self.copy / "made/deep/new").symlink_to("../../new")

    def verify(self) -> Path:
        self.record.began("fix", 1, DECISION)
        source = self.record.verified(PLAN, ATTEMPT, OUTPUTS, self.evidence, carry=True)
        assert source is not None
        return source

    def carry(self, source: Path, paths: frozenset[str]) -> None:
        """Carry some of the changes only, as a process does that is killed meanwhile."""
        changes = self.evidence.changes
        part = Changes(
            created=tuple(path for path in changes.created if path in paths),
            modified=tuple(path for path in changes.modified if path in paths),
            deleted=tuple(path for path in changes.deleted if path in paths),
        )
        before, after = self.evidence.before, self.evidence.after
        assert not carry_back(source, self.real, part, before=before, after=after).refused

    def die(self) -> None:
        with contextlib.suppress(OSError):
            self.record.journal.close()  # what the end of the process does to the lock

    def again(self, *plans: StepPlan) -> Record:
        self.die()
        found = resumed(self.out, plans or (PLAN, NEXT), self.real)
        found.journal.close()
        return found

    def is_done(self) -> bool:
        return snapshot.files_digest(snapshot.take(self.real, at=now())) == snapshot.files_digest(self.evidence.after)


@pytest.fixture
def killed(tmp_path: Path) -> Killed:
    return Killed(tmp_path)


SOME = [frozenset(some) for some in chain.from_iterable(combinations((*PATHS, "empty/gone"), n) for n in range(6))]


@pytest.mark.parametrize("carried", SOME, ids=lambda paths: "+".join(sorted(paths)) or "nothing")
def test_wherever_carrying_was_cut_short_it_is_ended_once(killed: Killed, carried: frozenset[str]) -> None:
    killed.carry(killed.verify(), carried)
    record = killed.again()
    assert killed.is_done()
    assert not (killed.real / "empty").exists()
    result = record.results["fix"]
    assert (result.verdict, result.attempts[-1].carried) == (Verdict.VERIFIED, True)
    assert record.handed["fix"] == OUTPUTS
    assert not record.staging("fix").exists()
    assert killed.again().results["fix"] == result  # and a life after that one finds it settled


def test_a_settled_step_is_taken_from_the_journal(killed: Killed) -> None:
    killed.carry(killed.verify(), frozenset((*PATHS, "empty/gone")))
    result = StepResult(id="fix", verdict=Verdict.VERIFIED, asked="model m", attempts=(ATTEMPT,))
    killed.record.settle(result, OUTPUTS)
    record = killed.again()
    assert record.results == {"fix": result}
    assert record.handed == {"fix": OUTPUTS}
    assert record.earlier == {}


def test_an_attempt_that_was_cut_short_is_on_the_bill(killed: Killed) -> None:
    killed.record.began("next", 1, DECISION)
    record = killed.again()
    [attempt] = record.earlier["next"]
    assert (attempt.verdict, attempt.requests, attempt.cost_usd) == (Verdict.CANCELLED, 1, RECEIPT.cost_usd)
    assert record.first("next") == 2
    assert record.ledger == "ledger-2.jsonl"
    assert record.spent == {"run-1/fix": RECEIPT.cost_usd, "run-1/next": RECEIPT.cost_usd}
    [life] = record.lives
    assert (life.ledger, life.requests, life.closed) == ("ledger.jsonl", 2, False)
    assert life.cost_usd == 2 * (RECEIPT.cost_usd or Decimal(0))


def test_an_attempt_whose_files_could_not_be_carried_is_not_verified(killed: Killed) -> None:
    killed.verify()
    killed.record.ended("fix", replace(ATTEMPT, verdict=Verdict.FAILED))
    record = killed.again()
    assert record.results == {}
    assert [attempt.verdict for attempt in record.earlier["fix"]] == [Verdict.FAILED]
    assert (killed.real / "gone").exists()


def test_what_stands_against_carrying_is_said_before_the_journal_knows(killed: Killed) -> None:
    (killed.real / "old").write_text("somebody else's")
    with pytest.raises(Withheld, match="old: changed in the workspace"):
        killed.verify()
    assert [json.loads(line)["event"] for line in killed.record.journal.file.read_text().splitlines()][-1] == "attempt"


@pytest.mark.parametrize("path", ["old", "kept/same", "somebody"])
def test_a_workspace_that_somebody_else_changed_is_not_gone_on_with(killed: Killed, path: str) -> None:
    killed.carry(killed.verify(), frozenset({"new"}))
    (killed.real / path).write_text("somebody else's")
    with pytest.raises(UsageError, match="workspace"):
        killed.again()
    assert (killed.real / "gone").exists()


@pytest.mark.parametrize(
    ("plans", "words"),
    [
        ((replace(PLAN, prompt="Fix it all"), NEXT), "step `fix` is not what it was"),
        ((replace(PLAN, turn_limit=5), NEXT), "step `fix` is not what it was"),
        ((replace(PLAN, attempts=(replace(DECISION, model="other"),)), NEXT), "step `fix` is not what it was"),
        ((NEXT,), "has a step `fix`"),
        ((PLAN, replace(NEXT, workspace=Tree.FRESH)), "original"),
    ],
)
def test_another_plan_is_not_gone_on_with(killed: Killed, plans: tuple[StepPlan, ...], words: str) -> None:
    killed.verify()
    with pytest.raises(UsageError, match=words):
        killed.again(*plans)


def test_a_step_that_is_not_settled_may_change(killed: Killed) -> None:
    killed.verify()
    assert killed.again(PLAN, replace(NEXT, prompt="Something else")).results.keys() == {"fix"}


def test_a_line_that_was_being_written_is_left_out(killed: Killed) -> None:
    killed.verify()
    with killed.record.journal.file.open("a") as file:
        file.write('{"event":"settled","st')
    assert killed.again().results["fix"].verdict is Verdict.VERIFIED
    assert killed.is_done()


def test_a_ledger_that_was_cut_is_not_gone_on_with(killed: Killed) -> None:
    ledger = killed.out / "ledger.jsonl"
    ledger.write_text("".join(ledger.read_text().splitlines(keepends=True)[:-2]))
    with pytest.raises(LedgerBroken):
        killed.again()


@pytest.mark.parametrize(
    "text", ["", "no journal\n", '{"event": "what"}\n', '{"event": "begun", "schema": "other/2"}\n']
)
def test_what_is_no_journal_is_told(killed: Killed, text: str) -> None:
    killed.record.journal.file.write_text(text)
    with pytest.raises(UsageError) as caught:
        killed.again()
    assert caught.value.hint == "Begin anew, without --resume."


def test_without_a_journal_there_is_nothing_to_go_on_with(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no run to go on with"):
        resumed(tmp_path, (PLAN,), tmp_path)


def test_a_run_that_goes_on_is_not_gone_on_with(killed: Killed) -> None:
    with pytest.raises(UsageError, match="a run is going on"):
        resumed(killed.out, (PLAN, NEXT), killed.real)
