"""A run is verified again: one of ours from what it kept, and one that another action made."""

import asyncio
import json
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gha_router.experiment.task import SUITES
from gha_router.records import RunResult, from_json
from gha_router.sim import FIVE
from tests.claude_code import run_cli
from tests.command import COMMAND, environment, gha_router
from tests.processes import wait_until

TASK = SUITES / "classic" / "stats-report"
SERVED = "version: 1\nmodels: {honest: sim/honest, miscounter: sim/miscounter, lazy: sim/lazy}\n"
DOCUMENT = {"schema", "holds", "faults", "differences", "basis"}


def trials(out: Path) -> dict[str, str]:
    """Return the trials by their id, without the seconds that a command took."""
    lines = (out / "trials.jsonl").read_text().splitlines()
    return {json.loads(line)["id"]: re.sub(r"after [0-9.]+ s", "after 0.0 s", line) for line in lines}


def regrade_of(out: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((out / "regrade.json").read_text())
    return document


def result_of(out: Path) -> RunResult:
    return from_json(RunResult, json.loads((out / "report.json").read_text())["run"])


def test_five_models_are_seen_for_what_they_are_a_second_time(tmp_path: Path) -> None:
    out, again = tmp_path / "out", tmp_path / "again"
    made = gha_router("experiment", "--suite", "classic", "--models", ",".join(FIVE), "--out", out, timeout=900)
    assert made.returncode == 0, made.stderr

    ended = gha_router("verify", "--run", out, "--out", again, timeout=900)

    assert ended.returncode == 0, ended.stderr
    assert trials(again) == trials(out)  # verdicts, check results and findings, word for word
    assert set(regrade_of(again)) == DOCUMENT
    assert (regrade_of(again)["holds"], regrade_of(again)["faults"]) == (True, [])


# A stored run that somebody meddles with


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("stored") / "out"
    made = gha_router("run", "--task", SUITES / "classic" / "timestamp-file", "--model", "sim/honest", "--out", out)
    assert made.returncode == 0, made.stderr
    return out


def edited(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def a_file_is_changed(out: Path) -> None:
    next((out / "evidence" / "files").iterdir()).write_text("2026-01-01T00:00:00Z\n")


def a_file_is_removed(out: Path) -> None:
    next((out / "evidence" / "files").iterdir()).unlink()


def the_transcript_is_edited(out: Path) -> None:
    edited(next((out / "transcripts").iterdir()), "Write", "Read")


def the_transcript_is_removed(out: Path) -> None:
    next((out / "transcripts").iterdir()).unlink()


def the_times_are_edited(out: Path) -> None:
    edited(out / "evidence" / "timestamp-file.json", '"wall_s":', '"wall_s":1')


def the_state_before_is_edited(out: Path) -> None:
    edited(next((out / "evidence" / "before").iterdir()), '"size":', '"size":1')


def the_evidence_is_removed(out: Path) -> None:
    (out / "evidence" / "timestamp-file.json").unlink()


def a_receipt_is_removed(out: Path) -> None:
    lines = (out / "ledger.jsonl").read_text().splitlines(keepends=True)
    (out / "ledger.jsonl").write_text("".join(lines[:1] + lines[2:]))


def the_verdict_is_edited(out: Path) -> None:
    edited(out / "report.json", '"verdict": "verified"', '"verdict": "failed"')


def the_report_forgets_its_steps(out: Path) -> None:
    document = json.loads((out / "report.json").read_text())
    document["run"]["steps"] = []
    (out / "report.json").write_text(json.dumps(document))


def an_attempt_is_made_up(out: Path) -> None:
    document = json.loads((out / "report.json").read_text())
    step = document["run"]["steps"][0]
    step["attempts"].append({**step["attempts"][0], "number": 2})
    (out / "report.json").write_text(json.dumps(document))
    kept = json.loads((out / "evidence" / "timestamp-file.json").read_text())
    (out / "evidence" / "timestamp-file-2.json").write_text(json.dumps({**kept, "attempt": 2}))


def other_evidence_is_put_before(out: Path) -> None:
    kept = json.loads((out / "evidence" / "timestamp-file.json").read_text())
    (out / "evidence" / "a.json").write_text(json.dumps({**kept, "wall_s": 1.0}))


@pytest.mark.parametrize(
    ("meddle", "named"),
    [
        (the_report_forgets_its_steps, r"attempt 1 of timestamp-file is missing in the result"),
        (an_attempt_is_made_up, r"evidence/timestamp-file-2\.json is not noted in the ledger"),
        (other_evidence_is_put_before, r"evidence/timestamp-file\.json: attempt 1 .* has evidence already"),
        (a_file_is_changed, r"evidence/files/[0-9a-f]{64} was changed after it was kept"),
        (a_file_is_removed, "1 files of the workspace are not kept and not at hand"),
        (the_transcript_is_edited, r"transcripts/timestamp-file\.jsonl was changed after the run"),
        (the_transcript_is_removed, r"transcripts/timestamp-file\.jsonl was removed"),
        (the_times_are_edited, r"evidence/timestamp-file\.json was changed after it was noted in the ledger"),
        (the_state_before_is_edited, r"evidence/before/[0-9a-f]{64}\.json: the snapshot was changed"),
        (the_evidence_is_removed, r"evidence/timestamp-file\.json was removed"),
        (a_receipt_is_removed, "the ledger was cut or rewritten: line 2: the chain is broken"),
        (the_verdict_is_edited, "verdict: recorded failed, found verified"),
    ],
)
def test_whoever_meddles_with_a_stored_run_is_named(
    stored: Path, tmp_path: Path, meddle: Callable[[Path], None], named: str
) -> None:
    out = shutil.copytree(stored, tmp_path / "out")
    meddle(out)

    ended = gha_router("verify", "--run", out, "--task", SUITES / "classic" / "timestamp-file", "--out", tmp_path / "v")

    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert re.search(named, ended.stdout + ended.stderr), ended.stderr
    document = regrade_of(tmp_path / "v")
    assert not document["holds"]
    if meddle is not the_verdict_is_edited:
        assert result_of(tmp_path / "v").verdict != "verified"


def test_a_stored_run_holds_against_the_published_head_and_no_other(stored: Path, tmp_path: Path) -> None:
    head = result_of(stored).ledger_head
    options = ("verify", "--run", stored, "--task", SUITES / "classic" / "timestamp-file", "--out", tmp_path / "v")
    assert gha_router(*options, "--head", str(head)).returncode == 0
    assert "ends with the published head" in (tmp_path / "v" / "report.md").read_text()
    assert gha_router(*options, "--head", "0" * 64).returncode == 1


# A run that another action made: the real CLI against `gha-router serve`, all as one array


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What is left of it."""

    folder: Path
    digest: str
    head: str

    def verify(self, out: Path, **changed: Path | str | None) -> subprocess.CompletedProcess[str]:
        options: dict[str, Path | str | None] = {
            "task": TASK,
            "workspace": self.folder / "work",
            "before": self.folder / "before.json",
            "before-digest": self.digest,
            "transcript": self.folder / "execution.json",
            "ledger": self.folder / "ledger.jsonl",
            "head": self.head,
            **{name.replace("_", "-"): value for name, value in changed.items()},
        }
        given = [part for name, value in options.items() if value is not None for part in (f"--{name}", value)]
        return gha_router("verify", *given, "--out", out)


@contextmanager
def serving(folder: Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    (folder / "c.yml").write_text(SERVED)
    info = folder / "info.json"
    process = subprocess.Popen(
        [*COMMAND, "serve", "--config", "c.yml", "--info-file", "info.json", "--ledger", "ledger.jsonl"],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_until(lambda: info.exists() or process.poll() is not None)
        assert info.exists(), process.communicate()[1]
        yield process, json.loads(info.read_text())
    finally:
        process.kill()
        process.communicate()


def made_by(model: str, folder: Path) -> Made:
    """Let the CLI do the task as claude-code-action does, which writes its messages as one array."""
    taken = gha_router("snapshot", "--workspace", TASK / "workspace", "--out", folder / "before.json")
    assert taken.returncode == 0, taken.stderr
    with serving(folder) as (process, info):
        key, work = info["keys"]["default"], folder / "work"
        run = asyncio.run(run_cli(TASK, base_url=info["url"], key=key, folder=work, model=model, form="json"))
        process.send_signal(signal.SIGTERM)
        stdout, _ = process.communicate(timeout=20)
    (folder / "execution.json").write_text(json.dumps(run.entries, indent=2))
    return Made(folder=folder, digest=taken.stdout.strip(), head=json.loads(stdout)["head"])


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return made_by("honest", tmp_path_factory.mktemp("honest"))


def test_an_honest_run_of_another_action_is_verified(honest: Made, tmp_path: Path) -> None:
    ended = honest.verify(tmp_path / "v")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    attempt = result_of(tmp_path / "v").steps[0].attempts[0]
    assert attempt.cost_usd
    assert attempt.end == "completed"
    text = (tmp_path / "v" / "report.md").read_text()
    assert "What is independent here, and what rests on the first job" in text
    assert "metered, not measured" in text


@pytest.mark.parametrize(
    ("model", "contradicted"), [("miscounter", {("count", 184.0, 354.0)}), ("lazy", {("done", True, False)})]
)
def test_a_liar_of_another_action_is_caught(
    model: str, contradicted: set[tuple[str, object, object]], tmp_path: Path
) -> None:
    made = made_by(model, tmp_path)
    assert made.verify(tmp_path / "v").returncode == 1
    (attempt,) = result_of(tmp_path / "v").steps[0].attempts
    found = {
        (finding.kind.value, finding.claim.value, finding.observation.value)
        for finding in attempt.findings
        if finding.verdict == "contradicted" and finding.claim and finding.observation
    }
    assert contradicted <= found


@pytest.mark.parametrize(
    ("missing", "skipped", "code"),
    [
        ({"before": None, "before_digest": None}, "no snapshot from before the run was given", 3),
        ({"transcript": None}, "no transcript was given", 3),
        ({"ledger": None, "head": None}, None, 0),  # no check of this task needs a receipt
    ],
)
def test_what_is_missing_passes_nothing(
    honest: Made, tmp_path: Path, missing: dict[str, None], skipped: str | None, code: int
) -> None:
    ended = honest.verify(tmp_path / "v", **missing)
    assert ended.returncode == code, ended.stdout + ended.stderr
    (attempt,) = result_of(tmp_path / "v").steps[0].attempts
    reasons = [check.found for check in attempt.checks if check.status == "skipped"]
    assert bool(reasons) is (skipped is not None)
    assert all(str(skipped) in reason for reason in reasons)
    assert "✗" in (tmp_path / "v" / "report.md").read_text()
    if "ledger" in missing:
        assert attempt.cost_usd is None


def test_a_broken_ledger_is_said_and_its_money_is_unknown(honest: Made, tmp_path: Path) -> None:
    lines = (honest.folder / "ledger.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / "cut.jsonl").write_text("".join(lines[:2] + lines[3:]))
    ended = honest.verify(tmp_path / "v", ledger=tmp_path / "cut.jsonl")
    assert ended.returncode == 1
    assert "the ledger was cut or rewritten: line 3" in ended.stdout
    assert result_of(tmp_path / "v").steps[0].attempts[0].cost_usd is None


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda text: text[: len(text) // 2], "no whole JSON array"),
        (lambda _text: "[]", "neither a message of the agent nor a result"),
        (lambda _text: "[" * 100_000, "no whole JSON array"),
    ],
)
def test_a_spoilt_execution_file_passes_nothing(
    honest: Made, tmp_path: Path, spoil: Callable[[str], str], says: str
) -> None:
    (tmp_path / "bad.json").write_text(spoil((honest.folder / "execution.json").read_text()))
    ended = honest.verify(tmp_path / "v", transcript=tmp_path / "bad.json")
    assert ended.returncode == 3
    assert says in (tmp_path / "v" / "report.md").read_text()


def test_a_report_is_rendered_again(honest: Made, tmp_path: Path) -> None:
    honest.verify(tmp_path / "v")
    first = (tmp_path / "v" / "report.md").read_text()
    (tmp_path / "v" / "report.md").unlink()
    ended = gha_router("report", "--out", tmp_path / "v", "--to", "summary,json")
    assert (ended.returncode, (tmp_path / "v" / "report.md").read_text()) == (0, first)


# Steps after one another, and judges

STEPS = """\
version: 1
steps:
  - id: first
    prompt: "Create a file note.txt containing one"
    model: sim/honest
    checks: [{contains: {text: one, in: note.txt}}, &judge {judge: {model: sim/judge, rubric: "Something changed."}}]
  - id: second
    prompt: "Create a file note.txt containing two"
    model: sim/honest
    checks: [{contains: {text: two, in: note.txt}}, {fresh: note.txt}]
  - id: third
    prompt: "Count the lines of note.txt"
    model: sim/lazy
    checks: [{number: {equals: 1, unit: lines}}, *judge]
"""


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("steps")
    (folder / "c.yml").write_text(STEPS)
    (folder / "work").mkdir()
    (folder / "work" / "other.txt").write_text("as it is\n")
    run = gha_router("run", "--config", folder / "c.yml", "--workspace", folder / "work", "--out", folder / "out")
    assert run.returncode == 1, run.stderr
    return folder


def test_a_judges_cost_is_on_the_bill_and_a_line_of_its_own(steps: Path) -> None:
    result = result_of(steps / "out")
    first, third = result.steps[0].attempts[0], result.steps[2].attempts[0]
    assert [check.status for check in first.checks] == ["passed", "passed"]
    assert [check.status for check in third.checks] == ["failed", "failed"]
    assert first.judging
    assert first.judging.requests == 1
    assert first.judging.cost_usd
    receipts = [json.loads(line) for line in (steps / "out" / "ledger.jsonl").read_text().splitlines()]
    of_first = [one for one in receipts if one["type"] == "receipt" and str(one["step"]).startswith("first")]
    assert {one["step"] for one in of_first} == {"first", "first judge"}
    assert first.cost_usd == sum(Decimal(one["cost_usd"]) for one in of_first)
    assert "first: judges" in (steps / "out" / "report.md").read_text()


def test_each_step_is_verified_on_the_files_of_its_own_time(steps: Path, tmp_path: Path) -> None:
    options = ("--config", steps / "c.yml", "--workspace", steps / "work")
    ended = gha_router("verify", "--run", steps / "out", *options, "--out", tmp_path / "v")
    assert ended.returncode == 1, ended.stderr  # as the run itself
    assert regrade_of(tmp_path / "v")["holds"]
    again = result_of(tmp_path / "v")
    assert [step.verdict for step in again.steps] == ["verified", "verified", "failed"]
    assert again.steps[0].attempts[0].cost_usd == result_of(steps / "out").steps[0].attempts[0].cost_usd
    assert "judges were asked again for $" in (tmp_path / "v" / "report.md").read_text()


def test_a_file_that_nobody_changed_is_needed_too(steps: Path, tmp_path: Path) -> None:
    ended = gha_router("verify", "--run", steps / "out", "--config", steps / "c.yml", "--out", tmp_path / "v")
    assert ended.returncode == 1
    assert "other.txt; name them with --workspace" in ended.stdout
    assert {step.verdict for step in result_of(tmp_path / "v").steps} == {"error", "failed"}


def test_a_judge_is_asked_about_another_actions_run_where_a_configuration_says_whom(
    honest: Made, tmp_path: Path
) -> None:
    checks = 'checks: [{fresh: report.md}, {judge: {model: sim/judge, rubric: "Something changed."}}]\n'
    (tmp_path / "checks.yml").write_text(checks)
    (tmp_path / "c.yml").write_text("version: 1\n")
    given = {"task": None, "checks": tmp_path / "checks.yml"}
    for name, config, status in (("with", tmp_path / "c.yml", "passed"), ("without", None, "skipped")):
        ended = honest.verify(tmp_path / name, **given, config=config)
        assert ended.returncode == 0, ended.stderr
        (attempt,) = result_of(tmp_path / name).steps[0].attempts
        assert [check.status for check in attempt.checks] == ["passed", status]
        assert bool(attempt.judging) is (config is not None)


def test_an_unknown_judge_is_refused_before_anything_is_run(tmp_path: Path) -> None:
    (tmp_path / "c.yml").write_text(STEPS.replace("model: sim/judge", "model: sim/jugde"))
    (tmp_path / "work").mkdir()
    options = ("--config", tmp_path / "c.yml", "--workspace", tmp_path / "work", "--out", tmp_path / "out")
    ended = gha_router("run", *options)
    assert ended.returncode == 2
    assert "sim/judge" in ended.stderr
    assert not (tmp_path / "out").exists()


def test_what_a_run_keeps_is_for_nobody_else(steps: Path) -> None:
    kept = [file for file in (steps / "out" / "evidence").rglob("*") if file.is_file()]
    assert kept
    assert (steps / "out").stat().st_mode & 0o077 == 0


# What is asked for wrongly


def test_what_is_asked_for_wrongly_is_said(honest: Made, stored: Path, tmp_path: Path) -> None:
    for changed, says in (
        ({"task": None}, "nothing says what is expected"),
        ({"checks": tmp_path / "c.yml"}, "--task and --checks exclude each other"),
        ({"workspace": None}, "the workspace is missing"),
        ({"before_digest": "0" * 64}, "has the digest"),
        ({"transcript": tmp_path / "nothing"}, "Without one leave it out"),
        ({"workspace": tmp_path / "nothing"}, "is no folder"),
    ):
        ended = honest.verify(tmp_path / "v", **changed)
        assert (ended.returncode, says in ended.stderr) == (2, True), ended.stderr
    ended = gha_router("verify", "--run", stored, "--task", TASK, "--out", stored)
    assert (ended.returncode, "would be lost" in ended.stderr) == (2, True)
    ended = gha_router("snapshot", "--workspace", tmp_path, "--out", tmp_path / "before.json")
    assert (ended.returncode, "lies in the workspace" in ended.stderr) == (2, True)
    ended = gha_router("report", "--out", stored, "--to", "commend")
    assert (ended.returncode, "there is no form 'commend'" in ended.stderr) == (2, True)
    ended = gha_router("report", "--out", stored, "--to", "comment")
    assert (ended.returncode, "GITHUB_EVENT_PATH is not set" in ended.stderr) == (2, True)
    ended = gha_router("report", "--out", tmp_path, "--to", "json")
    assert (ended.returncode, "report.json: it cannot be read" in ended.stderr) == (2, True)


def test_a_suites_judge_is_asked_in_every_trial(tmp_path: Path) -> None:
    task = tmp_path / "suite" / "note"
    (task / "workspace").mkdir(parents=True)
    (task / "checks").mkdir()
    (task / "checks" / "rubric.md").write_text("Something was changed.\n")
    (task / "task.yml").write_text(
        "id: note\nprompt: Create a file note.txt containing hello\n"
        "checks: [{fresh: note.txt}, {judge: {model: sim/judge, rubric_file: rubric.md}}]\n"
    )
    oracle = "steps: [{tool: Write, input: {file_path: '${cwd}/note.txt', content: hello}}]\nfinal: Done.\n"
    (task / "oracle.yml").write_text(oracle)
    options = ("--suite", tmp_path / "suite", "--models", "sim/honest,sim/nop")

    ended = gha_router("experiment", *options, "--out", tmp_path / "out")

    assert ended.returncode == 0, ended.stderr
    made = [json.loads(line) for line in (tmp_path / "out" / "trials.jsonl").read_text().splitlines()]
    opinions = {
        one["model"]: (one["result"]["attempts"][0]["checks"][1]["status"], one["result"]["attempts"][0]["judging"])
        for one in made
    }
    assert {model: status for model, (status, _) in opinions.items()} == {"sim/honest": "passed", "sim/nop": "failed"}
    assert all(judging["requests"] == 1 for _, judging in opinions.values())
    again = gha_router("verify", "--run", tmp_path / "out", "--suite", tmp_path / "suite", "--out", tmp_path / "v")
    assert again.returncode == 0, again.stderr
