"""Nothing passes on what is not there: every kind of check, and every claim, with every piece of evidence missing."""

import asyncio
from dataclasses import fields
from pathlib import Path

import pytest

from gha_router import claims
from gha_router.checks import CATALOGUE, Check, CommandOutcome, CommandSpec, Question, Tools, parse, run_all
from gha_router.records import (
    CheckResult,
    CheckStatus,
    ClaimVerdict,
    Evidence,
    EvidenceMissing,
    PartialEvidence,
    Source,
)
from tests.unit.checks.cases import MUST_PASS
from tests.unit.checks.world import HERE, World, ask_the_simulated_judge, check

KINDS = pytest.mark.parametrize("kind", sorted(CATALOGUE))
OF_CALLS = {"secrets", "trace"}
SAID = (
    "It took 90 seconds, cost $0.10 and 500 tokens. Created report.md with 3 lines. I ran `make`. All tests pass. Done!"
)


def without(evidence: Evidence, *missing: str) -> PartialEvidence:
    given = {field.name: getattr(evidence, field.name) for field in fields(evidence)}
    return PartialEvidence(**given, missing=dict.fromkeys(missing, "it was not handed over"))


def checked(one: Check, evidence: PartialEvidence) -> CheckResult:
    """Run a check whose runner and judge need the files too."""

    async def run(_spec: CommandSpec) -> CommandOutcome:
        _ = evidence.workspace
        raise AssertionError

    async def ask(question: Question) -> str:
        return await ask_the_simulated_judge(question)

    (result,) = asyncio.run(run_all([one], evidence, Tools(run=run, ask=ask)))
    return result


@KINDS
def test_no_check_passes_on_nothing(kind: str, tmp_path: Path) -> None:
    evidence = MUST_PASS[kind].world(tmp_path).evidence()
    everything = [field.name for field in fields(evidence) if field.name not in {"seen_as", "clock", "clock_by"}]
    result = checked(parse(MUST_PASS[kind].spec, HERE), without(evidence, *everything))
    assert (result.status, result.found) == (CheckStatus.SKIPPED, "not checked: it was not handed over")


@KINDS
def test_a_check_that_needs_nothing_of_what_is_missing_passes(kind: str, tmp_path: Path) -> None:
    evidence = MUST_PASS[kind].world(tmp_path).evidence()
    missing = () if kind in OF_CALLS else ("tool_calls",)
    assert check(parse(MUST_PASS[kind].spec, HERE), without(evidence, *missing, "receipts")).passed


def test_no_claim_is_confirmed_by_nothing(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.message = SAID
    evidence = world.evidence()
    missing = ("before", "after", "changes", "wall_s", "receipts", "tool_calls")
    said = claims.extract(SAID)
    found = claims.hold(said, evidence=without(evidence, *missing), checks=())
    assert len(found) >= 6
    assert {finding.verdict for finding in found} == {ClaimVerdict.UNVERIFIABLE}


def test_an_agents_own_clock_contradicts_and_never_confirms(tmp_path: Path) -> None:
    world = World(tmp_path)
    for message, verdict in (("It took 90 seconds.", "unverifiable"), ("It took 2 seconds.", "contradicted")):
        world.message = message
        given = {field.name: getattr(world.evidence(), field.name) for field in fields(Evidence)}
        evidence = Evidence(**given | {"clock": Source.CLAIMED, "clock_by": "the transcript's own figure"})
        (finding,) = claims.hold(claims.extract(message), evidence=evidence, checks=())
        assert finding.verdict == verdict
        assert finding.observation
        assert finding.observation.source is Source.CLAIMED


def test_a_missing_field_says_why_whoever_asks(tmp_path: Path) -> None:
    evidence = without(World(tmp_path).evidence(), "wall_s")
    with pytest.raises(EvidenceMissing, match="it was not handed over"):
        _ = evidence.wall_s
    assert evidence.final_message == ""
