"""``gha-router action`` as a process: the runner's variables in, outputs and summary out."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.command import COMMAND, environment
from tests.unit.github.runner import outputs

KEY = "sk-ant-canary-0815"
CREATE = "Create a file note.txt containing hello"
CHECKS = "- fresh: note.txt\n- contains: {text: hello, in: note.txt}"


class Job:
    """A workspace and the runner's folders."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.workspace, self.temp = folder, folder / "workspace", folder / "temp"
        self.workspace.mkdir()
        self.temp.mkdir()
        for name in ("output", "summary"):
            (folder / name).touch()

    def action(self, event: str = "push", payload: object = None, **inputs: str) -> subprocess.CompletedProcess[str]:
        (self.folder / "event.json").write_text(json.dumps(payload or {}))
        given = {f"INPUT_{name.upper()}": value for name, value in inputs.items()}
        runner = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": event,
            "GITHUB_EVENT_PATH": str(self.folder / "event.json"),
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "RUNNER_TEMP": str(self.temp),
            "ACTIONS_RUNTIME_TOKEN": "runtime-canary",
        }
        return subprocess.run(
            [*COMMAND, "action"],
            cwd=self.workspace,
            env=environment(**runner, **given),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    @property
    def outputs(self) -> dict[str, str]:
        return outputs((self.folder / "output").read_text())

    @property
    def summary(self) -> str:
        return (self.folder / "summary").read_text()


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(tmp_path)


def test_a_prompt_with_inline_checks_is_verified_and_carried_back(job: Job) -> None:
    ended = job.action(prompt=CREATE, checks=CHECKS, model="sim/honest", anthropic_api_key=KEY)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert (job.workspace / "note.txt").read_text() == "hello\n"
    found = job.outputs
    assert (found["verdict"], found["conclusion"], found["served_models"]) == ("verified", "success", "sim/honest")
    assert job.summary.startswith("### ✅ Verified: 1 of 1 step")
    assert json.loads(Path(found["report_json"]).read_text())["verdict"] == "verified"
    assert json.loads(Path(found["execution_file"]).read_text())[0]["type"] == "system"


def test_a_key_is_masked_and_in_no_file(job: Job) -> None:
    ended = job.action(prompt=CREATE, checks=CHECKS, model="sim/honest", anthropic_api_key=KEY)
    lines = [line for line in ended.stdout.splitlines() if KEY in line]
    assert lines == [f"::add-mask::{KEY}"]
    assert KEY not in ended.stderr
    files = [file for file in job.folder.rglob("*") if file.is_file()]
    assert [file for file in files if KEY in file.read_text(errors="replace")] == []
    assert [file for file in files if "runtime-canary" in file.read_text(errors="replace")] == []


@pytest.mark.parametrize(("fail_on", "code"), [("failed", 1), ("error", 0), ("never", 0)])
def test_a_result_that_does_not_hold_fails_the_step_unless_the_workflow_says_otherwise(
    job: Job, fail_on: str, code: int
) -> None:
    ended = job.action(prompt=CREATE, checks="- exists: other.txt", model="sim/honest", fail_on=fail_on)
    assert ended.returncode == code
    assert job.outputs["verdict"] == "failed"
    assert not (job.workspace / "note.txt").exists()


def test_a_mistake_is_one_annotation_and_sets_the_outputs(job: Job) -> None:
    ended = job.action(prompt=CREATE, tier="9")
    assert ended.returncode == 2
    assert len([line for line in ended.stdout.splitlines() if line.startswith("::error")]) == 1
    assert job.outputs["conclusion"] == "failure"
    assert "Traceback" not in ended.stdout + ended.stderr


def test_a_budget_refuses(job: Job) -> None:
    ended = job.action(prompt=CREATE, checks=CHECKS, model="sim/honest", budget_usd="0.01")
    assert (ended.returncode, job.outputs["verdict"]) == (4, "refused")


def git(folder: Path, *args: str) -> str:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.invalid", "-c", "init.defaultBranch=main")
    return subprocess.run(
        ["git", *identity, *args], cwd=folder, env=environment(), capture_output=True, text=True, check=True
    ).stdout.strip()


def commit(folder: Path, **files: str) -> str:
    for name, text in files.items():
        file = folder / name.replace("__", "/").replace("_md", ".md").replace("_yml", ".yml")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "x")
    return git(folder, "rev-parse", "HEAD")


CONFIG = "version: 1\nmodels: {{m: sim/honest}}\nchecks:\n  - contains: {{text: {text}, in: note.txt}}\n"


def pull_request(head: str, base: str) -> object:
    repo = {"full_name": "o/r"}
    return {
        "pull_request": {
            "number": 1,
            "head": {"sha": head, "ref": "f", "repo": repo},
            "base": {"sha": base, "ref": "main", "repo": repo},
        }
    }


def test_a_pull_request_cannot_choose_its_own_checks_or_steer_the_agent(job: Job) -> None:
    git(job.workspace, "init", "-q")
    base = commit(job.workspace, **{".github__gha-router_yml": CONFIG.format(text="hello"), "CLAUDE_md": "base\n"})
    head = commit(job.workspace, **{".github__gha-router_yml": CONFIG.format(text="h"), "CLAUDE_md": "evil\n"})
    payload = pull_request(head, base)
    ended = job.action("pull_request", payload, prompt="Create a file note.txt containing hi")
    assert ended.returncode == 1, ended.stdout
    assert job.outputs["verdict"] == "failed"
    assert "this pull request changes .github/gha-router.yml" in ended.stdout
    assert "this pull request changes CLAUDE.md" in ended.stdout
    shown = job.action("pull_request", payload, prompt="Run cat CLAUDE.md", checks="- exists: CLAUDE.md")
    assert shown.returncode == 1, shown.stdout  # the base's own check, of note.txt, still has to hold
    [transcript] = (job.temp / "gha-router" / "transcripts").iterdir()
    assert "base" in transcript.read_text()
    assert "evil" not in transcript.read_text()


def test_a_comment_on_a_pull_request_is_refused_as_long_as_its_base_is_not_known(job: Job) -> None:
    payload = {"issue": {"number": 1, "pull_request": {"url": "u"}}, "comment": {"body": "x"}}
    ended = job.action("issue_comment", payload, prompt=CREATE, model="sim/honest")
    assert ended.returncode == 2
    assert "does not name the base commit" in ended.stdout
