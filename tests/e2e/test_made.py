"""The steps of another action, kept by one job (`keep/keep.sh`) and verified in another (`verify --made`)."""

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.command import COMMAND, environment, gha_router

ROOT = Path(__file__).parents[2]
CONFIG = """\
version: 1
models: {good: "anthropic/claude-sonnet-4-5"}
providers: {anthropic: {api_key: "${A_KEY_THAT_THE_SECOND_JOB_LACKS}"}}
steps:
  - {id: one, prompt: a, model: good, checks: [{fresh: one.txt}]}
  - {id: two, prompt: b, model: good, checks: [{fresh: two.txt}, {command: sh test_app.sh}], seal: [test_app.sh]}
  - {id: three, prompt: c, model: good, checks: [{exists: three.txt}]}
"""
SAID = [
    {"type": "system", "subtype": "init", "session_id": "s", "cwd": "/work", "model": "good"},
    {"type": "result", "subtype": "success", "is_error": False, "result": "Done.", "num_turns": 1, "duration_ms": 5},
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Jobs:
    """What the first job has left, and the second one's clean checkout."""

    made: Path
    checkout: Path
    digests: list[str]

    def verify(self, out: Path, *more: str | Path, digests: list[str] | None = None) -> tuple[int, str, dict[str, Any]]:
        given = ",".join(self.digests if digests is None else digests)
        where = ("--made", self.made, "--workspace", self.checkout, "--config", self.checkout / "c.yml")
        ended = gha_router("verify", *where, "--digests", given, *more, "--out", out)
        report = out / "report.json"
        found = json.loads(report.read_text())["run"] if report.exists() else {}
        return ended.returncode, ended.stdout + ended.stderr, found


def kept(folder: Path, step: str) -> str:
    """Run the script of the action `keep`; return the digest that it publishes."""
    (folder / "bin").mkdir(exist_ok=True)
    program = folder / "bin" / "gha-router"
    program.write_text('#!/bin/sh\nexec {} "$@"\n'.format(" ".join(f"'{word}'" for word in COMMAND)))
    program.chmod(0o755)
    outputs = folder / f"outputs-{step}"
    said = folder / "execution.json"
    said.write_text(json.dumps(SAID))
    env = environment(
        FOLDER=str(folder / "made"),
        STEP=step,
        EXECUTION_FILE=str(said),
        WORKSPACE=str(folder / "work"),
        GITHUB_OUTPUT=str(outputs),
    )
    env["PATH"] = f"{folder / 'bin'}:{env['PATH']}"
    subprocess.run((str(ROOT / "keep" / "keep.sh"),), env=env, check=True, timeout=60, capture_output=True)
    return outputs.read_text().strip().removeprefix("digest=")


def jobs(folder: Path, first: Callable[[Path], None], second: Callable[[Path], None], config: str = CONFIG) -> Jobs:
    """Play a job whose agent did ``first`` and ``second`` in its two steps; the third did not run."""
    work = folder / "work"
    work.mkdir()
    (work / "c.yml").write_text(config)
    (work / "test_app.sh").write_text("test -f two.txt\n")
    (work / "old.txt").write_text("old\n")
    shutil.copytree(work, folder / "checkout")
    digests = [kept(folder, "")]
    for step, do in (("one", first), ("two", second)):
        do(work)
        digests.append(kept(folder, step))
    return Jobs(made=folder / "made", checkout=folder / "checkout", digests=digests)


def writes_one(work: Path) -> None:
    (work / "one.txt").write_text("1\n")


def writes_two(work: Path) -> None:
    (work / "two.txt").write_text("2\n")
    (work / "one.txt").unlink()  # its own check was about the state after its step
    (work / "old.txt").unlink()


def test_each_step_is_verified_on_the_state_that_it_left(tmp_path: Path) -> None:
    code, said, found = jobs(tmp_path, writes_one, writes_two).verify(tmp_path / "v")
    assert code == 1, said  # the third has not run
    verdicts = {step["id"]: step["verdict"] for step in found["steps"]}
    assert verdicts == {"one": "verified", "two": "verified", "three": "skipped"}
    assert found["steps"][2]["error"] == "it did not run: nothing of it was left"
    assert found["steps"][1]["attempts"][0]["changes"]["deleted"] == ["old.txt", "one.txt"]
    standing = {basis["piece"]: basis["standing"] for basis in found["basis"]}
    assert standing.keys() >= {"files", "transcript", "receipts", "state before"}
    assert standing["state before"].startswith("bound to the digest")
    assert "each state has the digest that was published" in standing["files"]


def edits_its_test(work: Path) -> None:
    (work / "test_app.sh").write_text("exit 0\n")


def test_a_sealed_test_comes_from_the_clean_checkout(tmp_path: Path) -> None:
    _, said, found = jobs(tmp_path, writes_one, edits_its_test).verify(tmp_path / "v")
    checks = {check["name"]: check["status"] for check in found["steps"][1]["attempts"][0]["checks"]}
    assert found["steps"][1]["verdict"] == "failed"
    assert checks["sealed files"] == "failed"
    assert [status for name, status in checks.items() if name.startswith("command")] == ["failed"], said
    assert found["steps"][1]["sealed_from"] == "the clean checkout checkout"


def test_what_a_verified_step_was_trusted_to_write_counts_in_the_next(tmp_path: Path) -> None:
    trusted = CONFIG.replace(
        "model: good, checks: [{fresh: one", "model: good, trust: [test_app.sh], checks: [{fresh: one"
    )
    made = jobs(tmp_path, writes_one_and_the_test, writes_two, config=trusted)
    _, said, found = made.verify(tmp_path / "v")
    assert [step["verdict"] for step in found["steps"]] == ["verified", "failed", "skipped"], said
    checks = {check["name"]: check["status"] for check in found["steps"][1]["attempts"][0]["checks"]}
    assert checks["sealed files"] == "passed"
    assert [status for name, status in checks.items() if name.startswith("command")] == ["failed"]  # its `exit 1`


def writes_one_and_the_test(work: Path) -> None:
    writes_one(work)
    (work / "test_app.sh").write_text("exit 1\n")


def a_file_is_rewritten(made: Path) -> None:
    for file in (made / "files").iterdir():
        file.write_text("other\n")


def a_file_is_removed(made: Path) -> None:
    for file in (made / "files").iterdir():
        file.unlink()


@pytest.mark.parametrize("meddle", [a_file_is_rewritten, a_file_is_removed])
def test_bytes_that_are_not_those_of_the_digest_verify_nothing(tmp_path: Path, meddle: Callable[[Path], None]) -> None:
    made = jobs(tmp_path, writes_one, writes_two)
    meddle(made.made)
    _, _, found = made.verify(tmp_path / "v")
    assert [step["verdict"] for step in found["steps"]] == ["failed", "failed", "skipped"]
    assert "1 files are nowhere to be had: one.txt" in found["steps"][0]["error"]


def test_a_state_that_is_another_than_was_published_is_named(tmp_path: Path) -> None:
    made = jobs(tmp_path, writes_one, writes_two)
    code, said, _ = made.verify(tmp_path / "v", digests=[made.digests[0], made.digests[2]])
    assert code == 1
    assert "the state one/after.json has the digest" in said
    code, said, _ = made.verify(tmp_path / "w", digests=["0" * 64])
    assert (code, "before.json has the digest" in said) == (1, True)


def test_a_state_that_is_another_verifies_nothing_and_is_reported(tmp_path: Path) -> None:
    made = jobs(tmp_path, writes_one, writes_two)
    code, _, found = made.verify(tmp_path / "v", digests=[made.digests[0], "0" * 64, made.digests[2]])
    assert (code, found["verdict"]) == (1, "failed")
    assert [step["verdict"] for step in found["steps"]] == ["failed", "failed", "skipped"]  # the second rests on it
    (files,) = [basis for basis in found["basis"] if basis["piece"] == "files"]
    assert not files["sound"]
    assert "not 0000" in files["standing"]


def test_a_step_that_no_job_has_seen_end_did_not_run(tmp_path: Path) -> None:
    made = jobs(tmp_path, writes_one, writes_two)
    _, _, found = made.verify(tmp_path / "v", digests=[*made.digests[:2], ""])
    assert [step["verdict"] for step in found["steps"]] == ["verified", "failed", "skipped"]
    assert "none was published for it" in found["steps"][1]["error"]


def test_a_state_that_was_published_and_is_gone_is_not_a_step_that_did_not_run(tmp_path: Path) -> None:
    made = jobs(tmp_path, writes_one, writes_two)
    (made.made / "steps" / "two" / "after.json").unlink()
    _, _, found = made.verify(tmp_path / "v")
    assert [step["verdict"] for step in found["steps"]] == ["verified", "failed", "skipped"]


def a_ledger_of_nothing(made: Path) -> None:
    (made / "ledger.jsonl").write_bytes(b"\xff\n{")


def a_folder_for_a_ledger(made: Path) -> None:
    (made / "ledger.jsonl").mkdir()


def a_transcript_of_nothing(made: Path) -> None:
    (made / "steps" / "one" / "execution.json").write_bytes(b"\xff[" * 1000)


def a_state_of_nothing(made: Path) -> None:
    (made / "steps" / "one" / "after.json").write_text('{"schema": "gha-router/snapshot/1", "entries": {"\\ud800": 1}}')


def no_state_before(made: Path) -> None:
    (made / "before.json").unlink()


@pytest.mark.parametrize(
    "meddle",
    [a_ledger_of_nothing, a_folder_for_a_ledger, a_transcript_of_nothing, a_state_of_nothing, no_state_before],
)
def test_whatever_the_first_job_leaves_there_is_a_report(tmp_path: Path, meddle: Callable[[Path], None]) -> None:
    made = jobs(tmp_path, writes_one, writes_two)
    meddle(made.made)
    code, said, found = made.verify(tmp_path / "v")
    assert code == 1, said
    assert found["verdict"] in {"failed", "skipped"}
    assert "Traceback" not in said


COMMAND_IN_A_NAME = "big\n::set-output name=digest::0\n##[error]x"


def test_no_name_is_a_command_in_the_jobs_log(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    gha_router("snapshot", "--workspace", work, "--out", tmp_path / "b.json")
    with (work / COMMAND_IN_A_NAME).open("wb") as file:
        file.truncate(257 * 2**20)
    since = ("--since", tmp_path / "b.json", "--files", tmp_path / "files")
    kept = gha_router("snapshot", "--workspace", work, "--out", tmp_path / "a.json", *since)
    refused = gha_router("snapshot", "--workspace", work / COMMAND_IN_A_NAME, "--out", tmp_path / "c.json")
    assert (kept.returncode, refused.returncode) == (0, 2)
    assert kept.stderr.startswith("not kept: big")
    for line in (kept.stderr + refused.stderr).splitlines():
        assert not line.lstrip().startswith("::")
        assert "##[" not in line


def test_a_path_that_leaves_the_workspace_is_refused(tmp_path: Path) -> None:
    made = jobs(tmp_path, writes_one, writes_two)
    after = made.made / "steps" / "one" / "after.json"
    after.write_text(after.read_text().replace("one.txt", "../one.txt"))
    code, _, found = made.verify(tmp_path / "v", digests=[])
    assert (code, found) == (2, {})
    assert not (tmp_path / "one.txt").exists()
