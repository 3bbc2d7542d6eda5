"""``verify --run``: a stored run is judged with the files that it sealed: all its steps, pipelines and lives."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.command import gha_router
from tests.integration.cli.test_pipeline import TWO, killed_at, scene_of
from tests.integration.cli.test_run import Scene, simulated

SEALED = """\
seal: [check.sh]
steps:
  - id: cheat
    prompt: Run printf 'exit 0' > check.sh
    model: honest
    checks: [{command: sh check.sh}]
    on_fail: {then: continue}
  - id: after
    prompt: Create a file after.txt containing after
    model: honest
    checks: [{fresh: after.txt}]
"""
TRUSTED = """\
steps:
  - id: write
    prompt: Run printf 'test -f b.txt' > check.sh
    model: honest
    seal: [check.sh]
    trust: [check.sh]
    checks: [{command: sh -n check.sh}]
  - id: use
    prompt: Create a file b.txt containing b
    model: honest
    seal: [check.sh]
    checks: [{command: sh check.sh}]
"""
TAKES = """\
steps:
  - id: make
    prompt: Create a file a.txt containing a
    model: honest
    checks: [{fresh: a.txt}]
    on_fail: {then: continue}
  - id: take
    prompt: Create a file b.txt containing b
    model: honest
    inputs: {report: {from: make, file: report.txt, default: nothing}}
    checks: [{fresh: b.txt}]
"""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with simulated() as address:
        yield address


def made(folder: Path, url: str, text: str, *args: str, code: int) -> Scene:
    scene = scene_of(folder, url, text)
    (scene.workspace / "check.sh").write_text("test -f done.txt\n")
    ended = scene.run(*args)
    assert ended.returncode == code, ended.stderr
    return scene


def again(scene: Scene, *args: str, out: str = "again") -> tuple[int, dict[str, Any]]:
    """Verify a run once more; return the exit code and ``regrade.json``, or what was said in place of it."""
    options = ("--run", "out", "--config", "c.yml", "--workspace", "workspace", "--out", out)
    ended = gha_router("verify", *options, *args, cwd=scene.folder, LAB_KEY="x")
    file = scene.folder / out / "regrade.json"
    return ended.returncode, json.loads(file.read_text()) if file.exists() else {"said": ended.stderr}


def changed(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert re.search(old, text)
    file.write_text(re.sub(old, new, text))


def test_an_edited_checker_does_not_run_when_a_run_is_verified_again(tmp_path: Path, url: str) -> None:
    """The last step was verified and the first was not: what the run was worth is what its worst step is."""
    scene = made(tmp_path, url, SEALED, code=1)
    code, found = again(scene)
    assert (code, found["holds"], found["differences"]) == (1, True, [])
    steps = json.loads((scene.folder / "again" / "report.json").read_text())["run"]["steps"]
    assert [step["verdict"] for step in steps] == ["failed", "verified"]
    checks = steps[0]["attempts"][0]["checks"]
    assert {check["name"]: check["status"] for check in checks}["sealed files"] == "failed"


def test_another_seal_than_the_recorded_one_is_told(tmp_path: Path, url: str) -> None:
    scene = made(tmp_path, url, SEALED, code=1)
    digest = scene.report["run"]["steps"][1]["seal"]
    changed(scene.out / "report.json", digest, "0" * 64)
    _, reported = again(scene)
    assert [one["what"] for one in reported["differences"]] == ["seal"]
    assert reported["differences"][0]["found"] == digest
    changed(scene.out / "report.json", "0" * 64, digest)
    changed(scene.folder / "c.yml", r"fresh: after.txt\}", "fresh: after.txt, name: made}")
    code, expected = again(scene, out="third")
    assert code == 1
    assert "seal" in {one["what"] for one in expected["differences"]}


def test_what_a_step_was_trusted_to_write_is_sealed_for_the_next_when_verified_again(tmp_path: Path, url: str) -> None:
    scene = made(tmp_path, url, TRUSTED, code=0)
    code, found = again(scene)
    assert (code, found["holds"], found["differences"]) == (0, True, [])


def test_a_pipeline_is_verified_again_by_its_name(tmp_path: Path, url: str) -> None:
    inner = "".join(f"    {line}\n" for line in SEALED.splitlines()[1:])
    scene = made(tmp_path, url, f"seal: [check.sh]\npipelines:\n  two:\n{inner}", "--pipeline", "two", code=1)
    code, found = again(scene, "--pipeline", "two")
    assert (code, found["holds"]) == (1, True)
    code, found = again(scene, out="unnamed")
    assert code == 2
    assert "--pipeline: two" in found["said"]


def test_a_result_that_lacks_what_a_later_step_takes_is_not_verified_again_either(tmp_path: Path, url: str) -> None:
    scene = made(tmp_path, url, TAKES, code=1)
    code, found = again(scene)
    assert (code, found["holds"], found["differences"]) == (1, True, [])


def test_all_lives_of_a_killed_run_are_verified_again(tmp_path: Path, url: str) -> None:
    scene = scene_of(tmp_path, url, TWO)
    killed_at(scene, "attempt", "two")
    resumed = scene.run("--resume")
    assert resumed.returncode == 0, resumed.stderr
    code, found = again(scene)
    assert (code, found["holds"], found["faults"]) == (0, True, [])
    first = scene.out / "ledger.jsonl"
    first.write_text("".join(first.read_text().splitlines(keepends=True)[:-1]))
    code, found = again(scene, out="cut")
    assert code == 1
    assert "cut or rewritten" in str(found["faults"])


def test_another_action_s_edited_tests_are_not_run(tmp_path: Path) -> None:
    work = tmp_path / "work"
    (work / "tests").mkdir(parents=True)
    (work / "tests" / "test_a.py").write_text("def test_a():\n    assert False\n")
    (tmp_path / "checks.yml").write_text("checks: [{suite: {run: python -m pytest -q tests}}]\n")
    options = ("--checks", tmp_path / "checks.yml", "--workspace", work)
    before = tmp_path / "before.json"
    assert gha_router("snapshot", "--workspace", work, "--out", before).returncode == 0
    (work / "tests" / "test_a.py").write_text("def test_a():\n    assert True\n")
    transcript = tmp_path / "execution.json"
    entries = [{"type": "system", "subtype": "init"}, {"type": "result", "subtype": "success", "result": "Done."}]
    transcript.write_text(json.dumps(entries))
    ended = gha_router(
        "verify", *options, "--before", before, "--transcript", transcript, "--out", tmp_path / "v", cwd=tmp_path
    )
    assert ended.returncode == 1, ended.stderr
    [attempt] = json.loads((tmp_path / "v" / "report.json").read_text())["run"]["steps"][0]["attempts"]
    told = {check["name"]: (check["status"], check["found"]) for check in attempt["checks"]}
    assert told["sealed files"][0] == "failed"
    assert "tests/test_a.py edited" in told["sealed files"][1]
    assert [status for name, (status, _) in told.items() if name != "sealed files"] == ["skipped"]


def test_an_untouched_seal_alone_verifies_nothing(tmp_path: Path, url: str) -> None:
    scene = made(tmp_path, url, "seal: [check.sh]\nsteps: [{id: a, prompt: x, model: honest}]\n", code=1)
    assert scene.report["verdict"] == "skipped"
