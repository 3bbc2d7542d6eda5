"""What becomes of an agent's files when it has ended."""

import os
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from gha_router.agent import snapshot, workspace
from gha_router.pipeline.handover import PIECE, carry_into, holding, keep, leave
from gha_router.records import (
    AgentEnd,
    Attempt,
    Changes,
    Decision,
    Evidence,
    Verdict,
    now,
)

ATTEMPT = Attempt(
    number=1,
    decision=Decision(asked="m", model="m", deployments=("lab/x",), reason=""),
    verdict=Verdict.VERIFIED,
    end=AgentEnd.COMPLETED,
    end_detail="",
    started_at="2026-11-01T00:00:00.000Z",
    wall_s=1.0,
    turns=1,
    requests=1,
    usage=None,
    cost_usd=None,
    claimed_cost_usd=None,
    served=(),
    checks=(),
    findings=(),
    changes=Changes(),
    delivered=True,
    final_message="",
    transcript=None,
    isolation="none",
)
FAILED = replace(ATTEMPT, verdict=Verdict.FAILED)


class Step:
    """A workspace, an agent's copy of it, and what the agent did there."""

    def __init__(self, folder: Path) -> None:
        self.real, self.copy, self.aside = folder / "real", folder / "copy", folder / "aside"
        self.real.mkdir()
        (self.real / "old").write_text("old")
        self.before = snapshot.take(self.real, at=now())
        workspace.copy(self.real, self.copy, owner=None)

    def evidence(self) -> Evidence:
        after = snapshot.take(self.copy, at=now())
        return Evidence(
            workspace=self.copy,
            before=self.before,
            after=after,
            changes=snapshot.compare(self.before, after),
            started_at=now(),
            ended_at=now(),
            wall_s=1.0,
            final_message="",
            tool_calls=(),
        )


@pytest.fixture
def step(tmp_path: Path) -> Step:
    return Step(tmp_path)


def test_verified_changes_are_carried_into_the_workspace(step: Step) -> None:
    (step.copy / "new").write_text("new")
    handed = carry_into(step.real, step.aside)(ATTEMPT, step.evidence())
    assert (handed.verdict, handed.carried) == (Verdict.VERIFIED, True)
    assert (step.real / "new").read_text() == "new"
    assert not step.aside.exists()


def test_unverified_changes_are_kept_aside_and_the_workspace_stays(step: Step) -> None:
    (step.copy / "new").write_text("new")
    handed = carry_into(step.real, step.aside)(FAILED, step.evidence())
    assert (handed.verdict, handed.carried) == (Verdict.FAILED, False)
    assert (step.aside / "attempt-1" / "new").read_text() == "new"
    assert handed.notes == ("changes not carried back are kept in changes/aside/attempt-1",)
    assert sorted(os.listdir(step.real)) == ["old"]  # noqa: PTH208  names are what is compared


def test_a_verified_result_that_cannot_be_handed_over_is_not_verified(step: Step) -> None:
    (step.copy / ".github").mkdir()
    (step.copy / ".github" / "evil.yml").write_text("on: push")
    (step.copy / "new").write_text("new")
    handed = carry_into(step.real, step.aside)(ATTEMPT, step.evidence())
    assert (handed.verdict, handed.carried) == (Verdict.FAILED, False)
    assert handed.notes[0].startswith("not carried back: .github/evil.yml: protected")
    assert not (step.real / "new").exists()


def test_a_trial_changes_nothing(step: Step) -> None:
    (step.copy / "new").write_text("new")
    assert leave(ATTEMPT, step.evidence()).carried is False
    assert not (step.real / "new").exists()


def test_links_are_not_followed_when_files_are_kept_aside(step: Step, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("canary")
    (step.copy / "link").symlink_to(secret)
    (step.copy / "folder").symlink_to(tmp_path)
    (step.copy / os.fsdecode(b"odd\xff name")).write_text("x")
    keep(step.evidence(), step.aside)
    assert [os.fsencode(file.name) for file in step.aside.iterdir()] == [b"odd\xff name"]


def test_a_file_that_holds_a_provider_key_goes_nowhere(step: Step) -> None:
    (step.copy / "new").write_text("the key is sk-canary.")
    handed = carry_into(step.real, step.aside, ["sk-canary"])(ATTEMPT, step.evidence())
    assert (handed.verdict, handed.carried) == (Verdict.FAILED, False)
    assert handed.notes == ("not carried back, not kept: new holds a key or a token of this run",)
    assert not step.aside.exists()
    assert not (step.real / "new").exists()


@pytest.mark.parametrize("before", [PIECE - 4, PIECE - 9, PIECE, 2 * PIECE - 1, 0])
def test_a_key_is_found_wherever_a_large_file_is_cut(step: Step, before: int) -> None:
    (step.copy / "new").write_bytes(b"\0" * before + b"sk-canary" + b"\0" * PIECE)
    assert holding(step.evidence(), ("x", "sk-canary")) == ("new",)
    assert holding(step.evidence(), ("sk-canarY",)) == ()


def test_a_file_that_is_larger_than_memory_is_not_read_into_it(step: Step) -> None:
    with (step.copy / "new").open("wb") as file:
        file.truncate(1 << 29)
    evidence = step.evidence()
    tracemalloc.start()
    try:
        assert holding(evidence, ("sk-canary",)) == ()
        assert tracemalloc.get_traced_memory()[1] < 16 * PIECE
    finally:
        tracemalloc.stop()
