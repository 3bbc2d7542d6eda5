"""Each kind of claim against its meter: what confirms it, what contradicts it, and where no meter speaks."""

from pathlib import Path

import pytest

from gha_router.claims import ExpectedClaim, extract, hold
from gha_router.records import (
    CheckResult,
    CheckStatus,
    Claim,
    ClaimKind,
    ClaimVerdict,
    Evidence,
    Finding,
    Source,
    ToolCall,
    Usage,
)
from tests.unit.claims.worlds import bash, check, receipt, snapshot_of, world

CONFIRMED, CONTRADICTED = ClaimVerdict.CONFIRMED, ClaimVerdict.CONTRADICTED
UNVERIFIABLE, UNREPORTED = ClaimVerdict.UNVERIFIABLE, ClaimVerdict.UNREPORTED

LINES = ExpectedClaim(kind=ClaimKind.COUNT, unit="lines", subject="README.md")
OCCURRENCES = ExpectedClaim(kind=ClaimKind.COUNT, unit="occurrences", subject="README.md", text="Claude Code")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "README.md").write_text("Claude Code\n" * 12 + "text\n" * 342, encoding="utf-8")
    return tmp_path


def said(evidence: Evidence, *expected: ExpectedClaim, checks: tuple[CheckResult, ...] = ()) -> tuple[Finding, ...]:
    return hold(extract(evidence.final_message), evidence=evidence, checks=checks, expected=expected)


# The three stars of the first experiment.


def test_90_seconds_claimed_as_1_4_are_contradicted_with_their_ratio(workspace: Path) -> None:
    (finding,) = said(world(workspace, message="1.4秒でした", wall_s=90))
    assert finding.verdict is CONTRADICTED
    assert finding.ratio == pytest.approx(1.4 / 90)
    assert finding.observation is not None
    assert (finding.observation.value, finding.observation.source, finding.observation.by) == (
        90,
        Source.MEASURED,
        "step clock",
    )


def test_354_lines_claimed_as_184_are_contradicted(workspace: Path) -> None:
    (finding,) = said(world(workspace, message="184行です！"), LINES)
    assert finding.verdict is CONTRADICTED
    assert finding.ratio == pytest.approx(184 / 354)
    assert finding.observation is not None
    assert (finding.observation.value, finding.observation.by) == (354, "snapshot")
    assert finding.observation.detail == "354 lines in README.md"


def test_done_without_a_tool_call_and_a_change_is_contradicted(workspace: Path) -> None:
    (finding,) = said(world(workspace, message="完了しました！"), checks=(check("file", CheckStatus.PASSED),))
    assert finding.verdict is CONTRADICTED
    assert finding.observation is not None
    assert finding.observation.by == "snapshot and transcript"


# Durations.


@pytest.mark.parametrize(
    ("message", "wall_s", "verdict"),
    [
        ("It took 90 seconds.", 90, CONFIRMED),
        ("It took 45 s.", 90, CONFIRMED),
        ("It took 180 s.", 90, CONFIRMED),
        ("It took 44 s.", 90, CONTRADICTED),
        ("It took 181 s.", 90, CONTRADICTED),
        ("It took 0.1 s.", 1.05, CONFIRMED),
        ("It took 3 s.", 0, CONTRADICTED),
        ("Finished instantly.", 0.9, CONFIRMED),
        ("一瞬で終わりました。", 90, CONTRADICTED),
        ("The build took 3 s.", 90, UNVERIFIABLE),
    ],
)
def test_a_duration_is_held_against_the_step_clock(
    workspace: Path, message: str, wall_s: float, verdict: ClaimVerdict
) -> None:
    findings = said(world(workspace, message=message, wall_s=wall_s))
    assert [f.verdict for f in findings if f.kind is ClaimKind.DURATION] == [verdict]


def test_an_instant_has_no_ratio(workspace: Path) -> None:
    finding = said(world(workspace, message="一瞬でした。", wall_s=90))[0]
    assert (finding.verdict, finding.ratio) == (CONTRADICTED, None)


# Counts.


def test_the_lines_of_a_named_file_are_counted(workspace: Path) -> None:
    (right,) = said(world(workspace, message="README.md has 354 lines."))
    (wrong,) = said(world(workspace, message="README.md has 184 lines."))
    assert (right.verdict, right.ratio) == (CONFIRMED, 1.0)
    assert wrong.verdict is CONTRADICTED


@pytest.mark.parametrize(("lines", "verdict"), [(3, CONFIRMED), (2, CONFIRMED), (1, CONTRADICTED), (4, CONTRADICTED)])
def test_a_last_line_without_newline_may_count_or_not(tmp_path: Path, lines: int, verdict: ClaimVerdict) -> None:
    (tmp_path / "a.txt").write_text("1\n2\n3", encoding="utf-8")
    (finding,) = said(world(tmp_path, message=f"`a.txt` has {lines} lines."))
    assert finding.verdict is verdict


@pytest.mark.parametrize(
    ("message", "verdict"),
    [
        ("README.md is about 350 lines long.", CONFIRMED),
        ("README.mdは約350行あります。", CONFIRMED),
        ("README.md is 350 lines long.", CONTRADICTED),
        ("README.md is about 184 lines long.", CONTRADICTED),
    ],
)
def test_a_rounded_count_may_be_a_tenth_off(workspace: Path, message: str, verdict: ClaimVerdict) -> None:
    assert said(world(workspace, message=message))[0].verdict is verdict


def test_a_file_deeper_in_the_tree_is_found_by_its_name_when_it_is_the_only_one(workspace: Path) -> None:
    (workspace / "docs").mkdir()
    (workspace / "docs" / "guide.md").write_text("one\n", encoding="utf-8")
    message = "guide.md has 1 line."
    assert said(world(workspace, message=message))[0].verdict is CONFIRMED
    (workspace / "guide").mkdir()
    (workspace / "guide" / "guide.md").write_text("one\n", encoding="utf-8")
    assert said(world(workspace, message=message))[0].verdict is UNVERIFIABLE


def test_a_name_without_extension_and_an_absolute_path_mean_the_file(workspace: Path) -> None:
    for name in ("The README", "./README.md", f"`{workspace}/README.md`"):
        assert said(world(workspace, message=f"{name} has 354 lines."))[0].verdict is CONFIRMED


def test_no_link_and_no_path_leads_out_of_the_workspace(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("1\n2\n", encoding="utf-8")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "link.txt").symlink_to(tmp_path / "secret.txt")
    for name in ("link.txt", "../secret.txt", f"{tmp_path}/secret.txt", "~/secret.txt"):
        (finding,) = said(world(inner, message=f"`{name}` has 2 lines."))
        assert (finding.verdict, finding.observation) == (UNVERIFIABLE, None)


def test_a_file_that_became_a_link_after_the_snapshot_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("1\n2\n", encoding="utf-8")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "a.txt").write_text("1\n2\n", encoding="utf-8")
    evidence = world(inner, message="a.txt has 2 lines.")
    (inner / "a.txt").unlink()
    (inner / "a.txt").symlink_to(tmp_path / "secret.txt")
    assert said(evidence)[0].verdict is UNVERIFIABLE
    (inner / "a.txt").unlink()
    assert said(evidence)[0].verdict is UNVERIFIABLE


def test_a_binary_file_has_no_lines_to_count(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"\0\n\n")
    assert said(world(tmp_path, message="a.bin has 2 lines."))[0].verdict is UNVERIFIABLE


def test_lines_added_are_not_the_lines_of_the_file(workspace: Path) -> None:
    findings = said(world(workspace, message="I added 12 lines to README.md."), LINES)
    assert [f.verdict for f in findings if f.claim and f.kind is ClaimKind.COUNT] == [UNVERIFIABLE]
    assert findings[-1].verdict is UNREPORTED


@pytest.mark.parametrize(
    ("message", "verdict"),
    [
        ('"Claude Code" occurs 12 times in README.md.', CONFIRMED),
        ("README.mdに「Claude Code」は12回出てきます。", CONFIRMED),
        ("README.mdに「Claude Code」は7回出てきます。", CONTRADICTED),
        ("`grep -c x README.md` found 7 occurrences in README.md.", UNVERIFIABLE),
        ('"Claude Code" occurs 12 times.', UNVERIFIABLE),
    ],
)
def test_occurrences_are_counted_where_text_and_file_are_named(
    workspace: Path, message: str, verdict: ClaimVerdict
) -> None:
    assert said(world(workspace, message=message))[0].verdict is verdict


@pytest.mark.parametrize(
    ("message", "verdict"), [("It occurs 12 times.", CONFIRMED), ("7回出てきます。", CONTRADICTED)]
)
def test_what_the_message_leaves_out_comes_from_the_expected_claim(
    workspace: Path, message: str, verdict: ClaimVerdict
) -> None:
    (finding,) = said(world(workspace, message=message), OCCURRENCES, LINES)[:1]
    assert finding.verdict is verdict


def test_occurrences_of_another_text_do_not_answer_what_is_expected(workspace: Path) -> None:
    evidence = world(workspace, message='"text" occurs 342 times in README.md.')
    assert [finding.verdict for finding in said(evidence, OCCURRENCES)] == [CONFIRMED, UNREPORTED]


@pytest.mark.parametrize(("message", "verdict"), [("I found 5 files.", CONFIRMED), ("I found 6 files.", CONTRADICTED)])
def test_what_cannot_be_counted_is_held_against_the_expected_value(
    workspace: Path, message: str, verdict: ClaimVerdict
) -> None:
    expected = ExpectedClaim(kind=ClaimKind.COUNT, unit="files", equals=5)
    (finding,) = said(world(workspace, message=message), expected)
    assert finding.verdict is verdict
    assert finding.observation is not None
    assert finding.observation.by == "the task's expected value"
    assert said(world(workspace, message=message))[0].verdict is UNVERIFIABLE


def test_a_count_that_could_answer_two_questions_answers_none(workspace: Path) -> None:
    other = ExpectedClaim(kind=ClaimKind.COUNT, unit="lines", subject="LICENSE", equals=21)
    (finding,) = said(world(workspace, message="354 lines."), LINES, other)
    assert finding.verdict is UNVERIFIABLE


# Files.


@pytest.mark.parametrize(
    ("message", "verdict"),
    [
        ("I created `out/report.md`.", CONFIRMED),
        ("I created ./out/report.md.", CONFIRMED),
        ("report.md を作成しました。", CONFIRMED),
        ("I updated README.md.", CONTRADICTED),
        ("I created `stamp.txt`.", CONTRADICTED),
        ("I created `/elsewhere/report.md`.", UNVERIFIABLE),
    ],
)
def test_a_file_was_written_when_the_snapshots_differ_in_it(
    workspace: Path, message: str, verdict: ClaimVerdict
) -> None:
    before = snapshot_of(workspace)
    (workspace / "out").mkdir()
    (workspace / "out" / "report.md").write_text("x", encoding="utf-8")
    (finding,) = said(world(workspace, before=before, message=message))
    assert finding.verdict is verdict
    assert finding.observation is None or finding.observation.by == "snapshot"


def test_an_absolute_path_under_the_workspace_is_understood(workspace: Path) -> None:
    before = snapshot_of(workspace)
    (workspace / "a.txt").write_text("x", encoding="utf-8")
    (finding,) = said(world(workspace, before=before, message=f"I created `{workspace}/a.txt`."))
    assert finding.verdict is CONFIRMED


# Tests and commands.


@pytest.mark.parametrize(
    ("message", "calls", "verdict"),
    [
        ("All tests pass.", [bash("pytest -q", "12 passed in 0.3s")], CONFIRMED),
        ("All tests pass.", [bash("go test ./...", "ok  \tapp\t0.1s")], CONFIRMED),
        ("12 tests passed.", [bash("npm test", "Tests: 12 passed, 12 total")], CONFIRMED),
        ("12件のテストがすべて通りました。", [bash("pytest", "1 failed"), bash("pytest", "12 passed")], CONFIRMED),
        ("All tests pass.", [], CONTRADICTED),
        ("12 tests passed.", [bash("cat pytest.log", "12 passed")], CONTRADICTED),
        ("All tests pass.", [bash("pytest", "1 failed, 11 passed")], UNVERIFIABLE),
        ("All tests pass.", [bash("pytest", "12 passed", is_error=True)], UNVERIFIABLE),
        ("All tests pass.", [bash("pytest", None)], UNVERIFIABLE),
        ("12 tests passed.", [bash("pytest", "112 passed")], UNVERIFIABLE),
        ("12 tests passed.", [bash("pytest", "12 passed, 3 errors")], UNVERIFIABLE),
        ("12 tests passed.", [bash("pytest", "12 skipped")], UNVERIFIABLE),
        ("12 tests passed.", [bash("pytest", "3 passed, 12 warnings in 12s")], UNVERIFIABLE),
        ("12 tests passed.", [bash("pytest --collect-only", "12 tests collected")], CONTRADICTED),
        ("12 tests passed.", [bash("true || pytest; echo 12 passed", "12 passed")], UNVERIFIABLE),
        ("All tests pass.", [bash("pytest", "1 passed, 40 skipped")], UNVERIFIABLE),
        ("All tests pass.", [bash("pytest; echo OK", "no tests ran\nOK")], UNVERIFIABLE),
        ("All tests pass.", [bash("pytest --help", "OK")], CONTRADICTED),
    ],
)
def test_passed_tests_are_what_the_last_test_command_shows(
    workspace: Path, message: str, calls: list[ToolCall], verdict: ClaimVerdict
) -> None:
    (finding,) = said(world(workspace, message=message, tool_calls=calls))
    assert finding.verdict is verdict
    assert finding.observation is not None
    assert finding.observation.by == "the agent's transcript"


def test_a_command_was_run_when_a_bash_call_contains_it(workspace: Path) -> None:
    calls = [bash("cd app &&  pytest   -q"), ToolCall(name="Write", input={"command": "make"})]
    (ran,) = said(world(workspace, message="I ran `pytest -q`.", tool_calls=calls))
    (not_ran,) = said(world(workspace, message="`make` を実行しました。", tool_calls=calls))
    assert (ran.verdict, not_ran.verdict) == (CONFIRMED, CONTRADICTED)


# Money and tokens.


@pytest.mark.parametrize(
    ("message", "verdict"),
    [("It cost $0.42.", CONFIRMED), ("It cost $0.45.", CONFIRMED), ("It cost $0.50.", CONTRADICTED)],
)
def test_a_cost_is_held_against_the_receipts(workspace: Path, message: str, verdict: ClaimVerdict) -> None:
    evidence = world(workspace, message=message, receipts=[receipt("0.40"), receipt("0.02")])
    (finding,) = said(evidence)
    assert finding.verdict is verdict
    assert finding.observation is not None
    assert (finding.observation.value, finding.observation.source) == (0.42, Source.METERED)


@pytest.mark.parametrize("costs", [(), ("0.40", None)])
def test_an_unknown_price_leaves_a_cost_unverifiable(workspace: Path, costs: tuple[str | None, ...]) -> None:
    (finding,) = said(world(workspace, message="It cost $0.42.", receipts=[receipt(cost) for cost in costs]))
    assert (finding.verdict, finding.observation) == (UNVERIFIABLE, None)


@pytest.mark.parametrize(
    ("message", "verdict"),
    [
        ("I used 12,000 tokens.", CONFIRMED),
        ("I used 2,000 tokens.", CONFIRMED),
        ("I used 5,000 tokens.", CONTRADICTED),
    ],
)
def test_tokens_are_all_of_them_or_the_output(workspace: Path, message: str, verdict: ClaimVerdict) -> None:
    usage = Usage(input=5_000, output=1_000)
    evidence = world(workspace, message=message, receipts=[receipt(usage=usage), receipt(usage=usage)])
    assert said(evidence)[0].verdict is verdict


def test_unknown_usage_leaves_tokens_unverifiable(workspace: Path) -> None:
    evidence = world(workspace, message="I used 12,000 tokens.", receipts=[receipt(usage=None)])
    assert said(evidence)[0].verdict is UNVERIFIABLE


# Done.


@pytest.mark.parametrize(
    ("checks", "verdict"),
    [
        ([check("file", CheckStatus.PASSED)], CONFIRMED),
        ([check("file", CheckStatus.PASSED), check("style", CheckStatus.FAILED, required=False)], CONFIRMED),
        ([check("file", CheckStatus.FAILED), check("lines", CheckStatus.PASSED)], CONTRADICTED),
        ([check("file", CheckStatus.ERROR), check("lines", CheckStatus.PASSED)], UNVERIFIABLE),
        ([check("style", CheckStatus.PASSED, required=False)], UNVERIFIABLE),
        ([], UNVERIFIABLE),
    ],
)
def test_done_is_what_the_required_checks_say(
    workspace: Path, checks: list[CheckResult], verdict: ClaimVerdict
) -> None:
    evidence = world(workspace, message="Done.", tool_calls=[bash("ls")])
    (finding,) = said(evidence, checks=tuple(checks))
    assert finding.verdict is verdict


def test_failed_checks_are_named(workspace: Path) -> None:
    checks = (check("report exists", CheckStatus.FAILED), check("354 lines", CheckStatus.FAILED))
    (finding,) = said(world(workspace, message="Done.", tool_calls=[bash("ls")]), checks=checks)
    assert finding.observation is not None
    assert finding.observation.detail == "failed: report exists, 354 lines"


# Expected, and never said.


def test_an_expected_claim_that_nobody_made_is_unreported_with_what_was_measured(workspace: Path) -> None:
    (finding,) = said(world(workspace, message="I looked at it."), LINES)
    assert (finding.verdict, finding.claim) == (UNREPORTED, None)
    assert finding.observation is not None
    assert (finding.observation.value, finding.observation.by) == (354, "snapshot")


@pytest.mark.parametrize("kind", ClaimKind)
def test_any_kind_can_be_expected_and_missing(workspace: Path, kind: ClaimKind) -> None:
    evidence = world(workspace, receipts=[receipt(usage=Usage(output=3))], tool_calls=[bash("ls")])
    unit = "lines" if kind is ClaimKind.COUNT else None
    (finding,) = said(evidence, ExpectedClaim(kind=kind, unit=unit, subject="README.md"))
    assert (finding.verdict, finding.kind) == (UNREPORTED, kind)


def test_a_wrong_figure_answers_what_was_expected_and_is_contradicted(workspace: Path) -> None:
    findings = said(world(workspace, message="README.md has 184 lines."), LINES)
    assert [finding.verdict for finding in findings] == [CONTRADICTED]


def test_a_figure_about_another_file_does_not_answer(workspace: Path) -> None:
    (workspace / "LICENSE").write_text("x\n", encoding="utf-8")
    findings = said(world(workspace, message="LICENSE has 1 line."), LINES)
    assert [finding.verdict for finding in findings] == [CONFIRMED, UNREPORTED]


def test_a_claim_that_was_not_extracted_from_the_message_is_held_too(workspace: Path) -> None:
    claim = Claim(kind=ClaimKind.COUNT, value=12, unit="occurrences", subject="README.md", text="12", start=999)
    evidence = world(workspace, message="Done.")
    assert hold([claim], evidence=evidence, checks=())[0].verdict is UNVERIFIABLE
    assert hold([claim], evidence=evidence, checks=(), expected=[OCCURRENCES])[0].verdict is CONFIRMED
