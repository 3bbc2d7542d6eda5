"""``gha-router action`` as a process: the runner's variables in, outputs and summary out."""

import asyncio
import json
import os
import socket
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from gha_router.routing.calibrate import Wishes, calibrate
from gha_router.routing.learned.policyfile import write_policy
from gha_router.routing.outcomes import read_outcomes
from tests.command import COMMAND, environment
from tests.history import lines, write
from tests.unit.github.runner import outputs
from tests.upstream import answering, upstream

KEY = "sk-ant-canary-0815"
CREATE = "Create a file note.txt containing hello"
CHECKS = "- fresh: note.txt\n- contains: {text: hello, in: note.txt}"


class Job:
    """A workspace and the runner's folders."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.workspace, self.temp = folder, folder / "workspace", folder / "temp"
        self.env: dict[str, str] = {}
        self.through: tuple[str, ...] = ()  # a program that starts the action as somebody else
        self.workspace.mkdir(parents=True)
        self.temp.mkdir()
        for name in ("output", "summary"):
            (folder / name).touch()

    def environment(self, event: str = "push", payload: object = None, **inputs: str) -> dict[str, str]:
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
            **self.env,
        }
        return environment(**runner, **given)

    def action(self, event: str = "push", payload: object = None, **inputs: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.through, *COMMAND, "action"],
            cwd=self.workspace,
            env=self.environment(event, payload, **inputs),
            capture_output=True,
            text=True,
            timeout=400,
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


def ordinary() -> tuple[str, ...]:
    """What starts a program as an ordinary user: for root a user namespace, in which our files still are its own."""
    if os.geteuid() != 0:
        return ()
    through = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
    try:
        ended = subprocess.run([*through, "true"], capture_output=True, check=False, timeout=10)
    except FileNotFoundError:
        pytest.skip("no unshare, and this is root")
    if ended.returncode != 0:
        pytest.skip("this kernel lets nobody make a user namespace, and this is root")
    return through


def test_without_root_the_report_and_the_summary_say_that_nothing_kept_the_agent_away(job: Job) -> None:
    job.through = ordinary()
    ended = job.action(prompt="Run ls $GITHUB_WORKSPACE /proc/1; id -u", checks="- exists: .", model="sim/honest")
    assert "::error" not in ended.stdout, ended.stdout
    report = json.loads((job.temp / "gha-router" / "report.json").read_text())
    assert report["isolation"] == "none"
    said = "Isolation: none. The agent ran as the same user and could have read this process's files and environment."
    assert said in job.summary
    assert said in ended.stdout


CONNECT = "bash -c 'echo x > /dev/tcp/127.0.0.1/{port}'"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="a user of its own needs root")


@as_root
@pytest.mark.parametrize(
    ("egress", "word", "isolation"), [("open", "reached", "uid"), ("gateway", "refused", "uid + network")]
)
def test_an_agent_and_its_checks_send_to_the_gateway_alone_where_the_workflow_says_so(
    job: Job, egress: str, word: str, isolation: str
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        connect = CONNECT.format(port=server.getsockname()[1])
        checks = f'- exists: note.txt\n- command: "{connect}"\n'
        prompt = f"Run if {connect}; then echo reached; else echo refused; fi | tee note.txt"
        ended = job.action(prompt=prompt, checks=checks, model="sim/honest", egress=egress)
    attempt = json.loads((job.temp / "gha-router" / "report.json").read_text())["run"]["steps"][0]["attempts"][0]
    assert attempt["end"] == "completed", ended.stdout  # by the gateway, which it did reach
    assert (attempt["final_message"].split("\n")[-3], attempt["isolation"]) == (word, isolation)
    assert [check["status"] for check in attempt["checks"]] == ["passed", "passed" if word == "reached" else "failed"]
    assert f"Isolation: {isolation}. The agent" in job.summary
    assert list(Path(tempfile.gettempdir()).glob("gha-router-gateway-*")) == []


def test_without_root_the_limit_cannot_be_kept_and_nothing_is_run(job: Job) -> None:
    job.through = ordinary()
    ended = job.action(prompt=CREATE, checks=CHECKS, model="sim/honest", egress="gateway")
    assert ended.returncode == 2
    assert "`egress: gateway` needs root" in ended.stdout
    assert not (job.temp / "gha-router" / "ledger.jsonl").exists()


def test_a_key_is_masked_before_an_error_repeats_it(job: Job) -> None:
    ended = job.action(prompt=CREATE, tier=KEY, anthropic_api_key=KEY)
    lines = [line for line in ended.stdout.splitlines() if KEY in line]
    assert lines[0] == f"::add-mask::{KEY}"
    assert lines[1].startswith("::error")
    assert len(lines) == 2


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


LEARNED = """\
version: 1
models: {m: sim/honest, n: sim/nop}
learned: {policy: policy.yml, strong: m, weak: n}
default: router-mf-0
checks: [{exists: note.txt}]
"""


@pytest.mark.parametrize(
    ("missing", "code", "said"),
    [
        ((), 0, "honest"),
        (("policy.npz",), 2, "the weights `policy.npz` are not beside the policy"),
        (("policy.yml", "policy.npz"), 2, "has to be in the base commit, with its weights: merge them first"),
    ],
)
def test_a_pull_request_cannot_bring_its_own_policy_or_weights(
    job: Job, missing: tuple[str, ...], code: int, said: str
) -> None:
    read = read_outcomes(write(job.temp / "history.jsonl", lines()))
    found = calibrate(read, Wishes(strong="strong", weak="weak", quality=0.95))
    folder = job.workspace / ".github"
    write_policy(folder / "policy.yml", found.policy, metrics={}, fitted={})
    whole = {name: (folder / name).read_bytes() for name in ("policy.yml", "policy.npz")}
    for name in missing:
        (folder / name).unlink()
    git(job.workspace, "init", "-q")
    base = commit(job.workspace, **{".github__gha-router_yml": LEARNED})
    for name, content in whole.items():
        (folder / name).write_bytes(content if missing else b"of a stranger")
    head = commit(job.workspace)
    ended = job.action("pull_request", pull_request(head, base), prompt="Create a file note.txt containing hi")
    assert ended.returncode == code, ended.stdout
    assert said in (ended.stdout if code else job.outputs["served_models"])


@pytest.mark.parametrize("edit", ["echo mine > CLAUDE.md", "rm CLAUDE.md", "echo x > .mcp.json"])
def test_what_was_restored_from_the_base_and_edited_is_named_protected(job: Job, edit: str) -> None:
    git(job.workspace, "init", "-q")
    base = commit(job.workspace, CLAUDE_md="base\n")
    head = commit(job.workspace, **{"CLAUDE_md": "evil\n", ".mcp.json": "{}"})
    path = edit.rsplit(maxsplit=1)[-1]
    ended = job.action(
        "pull_request",
        pull_request(head, base),
        prompt=f"Run {edit}; echo done > note.txt",
        checks="- exists: note.txt",
        model="sim/honest",
    )
    assert (ended.returncode, job.outputs["verdict"]) == (1, "failed"), ended.stdout
    said = f"not carried back: {path}: protected: the agent was given the base commit's version"
    assert said in (job.temp / "gha-router" / "report.json").read_text()
    assert said.replace("_", "\\_") in job.summary or said in job.summary
    assert "since the step began" not in job.summary
    assert (job.workspace / "CLAUDE.md").read_text() == "evil\n"
    assert not (job.workspace / "note.txt").exists()


COMMENT = {"issue": {"number": 1, "pull_request": {"url": "u"}}, "comment": {"body": "x"}}


def commented(job: Job, answer: bytes, status: int = 200, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the action for a comment on a pull request, with an API that answers so."""

    async def run() -> subprocess.CompletedProcess[str]:
        async with upstream(answering(status, answer)) as up:
            job.env = {"GITHUB_API_URL": up.url, "GITHUB_REPOSITORY": "o/r"}
            return await asyncio.to_thread(lambda: job.action("issue_comment", COMMENT, **inputs))

    return asyncio.run(run())


def two_commits(job: Job) -> tuple[str, str]:
    git(job.workspace, "init", "-q")
    base = commit(job.workspace, **{".github__gha-router_yml": CONFIG.format(text="hello"), "CLAUDE_md": "base\n"})
    head = commit(job.workspace, **{".github__gha-router_yml": CONFIG.format(text="h"), "CLAUDE_md": "evil\n"})
    return base, head


def pull_of(head: str, base: str) -> bytes:
    described = pull_request(head, base)
    assert isinstance(described, dict)
    return json.dumps(described["pull_request"]).encode()


def test_a_comment_on_a_pull_request_is_steered_and_checked_by_its_base_too(job: Job) -> None:
    base, head = two_commits(job)
    ended = commented(job, pull_of(head, base), prompt="Run cat CLAUDE.md; echo hi > note.txt", github_token="ghs_t")
    assert ended.returncode == 1, ended.stdout  # the base's check wants "hello", the pull request's "h"
    assert job.outputs["verdict"] == "failed"
    assert "this pull request changes .github/gha-router.yml" in ended.stdout
    assert "which is checked out, and not on" not in ended.stdout
    [transcript] = (job.temp / "gha-router" / "transcripts").iterdir()
    assert "base" in transcript.read_text()
    assert "evil" not in transcript.read_text()
    assert [line for line in ended.stdout.splitlines() if "ghs_t" in line] == ["::add-mask::ghs_t"]


def test_a_comment_s_base_is_fetched_where_the_checkout_is_shallow(job: Job, tmp_path: Path) -> None:
    origin = Job(tmp_path / "origin")
    base, head = two_commits(origin)
    git(origin.workspace, "branch", "base", base)
    git(job.workspace, "init", "-q")
    git(job.workspace, "remote", "add", "origin", f"file://{origin.workspace}")
    git(job.workspace, "fetch", "-q", "--depth=1", "origin", head)
    git(job.workspace, "checkout", "-q", head)
    ended = commented(job, pull_of(head, base), prompt="Create a file note.txt containing hi", github_token="ghs_t")
    assert (ended.returncode, job.outputs["verdict"]) == (1, "failed"), ended.stdout
    assert "this pull request changes CLAUDE.md" in ended.stdout


def test_where_another_commit_than_the_pull_request_s_is_checked_out_it_is_said(job: Job) -> None:
    base, head = two_commits(job)
    git(job.workspace, "checkout", "-q", base)  # as actions/checkout does for a comment
    ended = commented(job, pull_of(head, base), prompt=CREATE, github_token="ghs_t")
    assert (ended.returncode, job.outputs["verdict"]) == (0, "verified"), ended.stdout
    assert f"::notice::the agent works on {base[:12]}, which is checked out, and not on the pull request's head" in (
        ended.stdout
    )
    assert "refs/pull/1/head" in ended.stdout


def test_without_a_token_a_comment_on_a_pull_request_is_refused(job: Job) -> None:
    two_commits(job)
    ended = job.action("issue_comment", COMMENT, prompt=CREATE, model="sim/honest")
    assert ended.returncode == 2
    assert "there is no token to ask" in ended.stdout
    assert job.outputs["conclusion"] == "failure"


@pytest.mark.parametrize(("status", "code"), [(404, 2), (500, 3)])
def test_a_comment_whose_pull_request_github_does_not_tell_is_refused(job: Job, status: int, code: int) -> None:
    two_commits(job)
    ended = commented(job, b'{"message": "m"}', status, prompt=CREATE, model="sim/honest", github_token="ghs_t")
    assert ended.returncode == code
    assert "is not known" in ended.stdout
    assert not (job.temp / "gha-router" / "report.json").exists()


def test_a_comment_on_an_issue_has_no_base_and_asks_nobody(job: Job) -> None:
    ended = job.action("issue_comment", {"issue": {"number": 1}}, prompt=CREATE, checks=CHECKS, model="sim/honest")
    assert ended.returncode == 0, ended.stdout


def test_a_finished_run_of_a_fork_names_no_base_and_is_refused(job: Job) -> None:
    run = {"event": "pull_request", "head_sha": "a" * 40, "pull_requests": []}
    ended = job.action("workflow_run", {"workflow_run": run}, prompt=CREATE, model="sim/honest", github_token="ghs_t")
    assert ended.returncode == 2
    assert "nothing names its base commit" in ended.stdout


@as_root
def test_what_an_agent_leaves_beside_its_workspace_does_not_reach_its_checks(job: Job) -> None:
    """Many programs read settings in the folders above theirs, and nobody would see these among the changes."""
    left = f"pytest-{os.getpid()}.ini"
    checks = f"- exists: note.txt\n- command: test ! -e ../../{left}\n"
    ended = job.action(prompt=f"Run echo x | tee note.txt ../../{left}", checks=checks, model="sim/honest")
    assert job.outputs["verdict"] == "verified", ended.stdout
