"""A learnt policy becomes a pull request: a real push to a git server, and GitHub's double for the request itself."""

import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from gha_router.experiment.task import load_suite, suite_folder
from tests.command import COMMAND, environment
from tests.e2e.containers.github import why_no_double
from tests.e2e.containers.state import REPOSITORY
from tests.e2e.page import Page, page
from tests.git_server import TOKEN
from tests.history import lines, write
from tests.integration.trusted.repos import git
from tests.unit.github.runner import outputs
from tests.unit.leaderboard import shards

CONFIG = ".github/gha-router.yml"
FILES = {CONFIG, ".github/gha-router-policy.yml", ".github/gha-router-policy.npz"}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    why = why_no_double()
    if why:
        pytest.skip(why)
    with page(tmp_path_factory.mktemp("page")) as found:
        yield found


@pytest.fixture(scope="module")
def learnt(repository: Page) -> Path:
    """A checkout in which a policy was learnt and proposed."""
    workspace = repository.checkout(repository.base)
    history = write(workspace.parent / "history.jsonl", lines())
    asked = ("calibrate", str(history), "--strong", "opus", "--weak", "haiku", "--date", "2026-11-01")
    left = ("--config", CONFIG, "--propose", "proposal", "--out", ".github/gha-router-policy.yml")
    done = subprocess.run(
        [*COMMAND, *asked, *left], cwd=workspace, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return workspace


def propose(repository: Page, workspace: Path, *more: str, **env: str) -> subprocess.CompletedProcess[str]:
    variables = {
        "GITHUB_REPOSITORY": "o/r",
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_SHA": repository.base,
        "GITHUB_RUN_ID": "77",
        "GITHUB_RUN_ATTEMPT": "1",
        "GITHUB_API_URL": repository.api,
        "GITHUB_SERVER_URL": repository.server.url,
        "GITHUB_TOKEN": TOKEN,
    }
    return subprocess.run(
        [*COMMAND, "propose", "proposal", *more],
        cwd=workspace,
        env=environment(**variables | env),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_policy_and_the_configuration_come_as_a_pull_request(repository: Page, learnt: Path) -> None:
    repository.reset()
    output = learnt.parent / "output"
    output.touch()
    done = propose(repository, learnt, GITHUB_OUTPUT=str(output))
    assert done.returncode == 0, done.stderr
    (opened,) = repository.state["pulls"]
    branch = opened["head"]
    found = outputs(output.read_text())
    assert (found["branch_name"], found["pull_request"]) == (branch, str(opened["number"]))
    assert opened["base"] == "main"
    assert opened["title"] == "A routing policy learnt from recorded outcomes"
    assert opened["body"] == (learnt / "proposal" / "pull-request.md").read_text()
    assert "| APGR | 0." in opened["body"]
    assert git(repository.origin, "rev-parse", f"{branch}^") == repository.base
    changed = git(repository.origin, "diff", "--name-only", f"{branch}^", branch).split()
    assert set(changed) == FILES
    assert "learned:\n  policy: gha-router-policy.yml" in git(repository.origin, "show", f"{branch}:{CONFIG}")
    assert TOKEN not in done.stdout + done.stderr


def test_what_is_there_already_is_not_proposed_again(repository: Page, learnt: Path) -> None:
    repository.reset()
    first = propose(repository, learnt, GITHUB_RUN_ID="78")
    assert first.returncode == 0, first.stderr
    merged = git(repository.origin, "rev-parse", repository.state["pulls"][0]["head"])
    again = propose(repository, learnt, GITHUB_RUN_ID="79", GITHUB_SHA=merged)
    assert again.returncode == 0, again.stderr
    assert "Nothing to propose" in again.stdout
    assert len(repository.state["pulls"]) == 1


@pytest.mark.parametrize(
    ("env", "code", "said"),
    [
        ({"GITHUB_TOKEN": ""}, 2, "GITHUB_TOKEN is not set"),
        ({"GITHUB_REF": "refs/tags/v1"}, 2, "refs/tags/v1 is no branch to open a pull request for"),
        ({"GITHUB_TOKEN": "ghs_reads_only"}, 3, "contents: write"),
    ],
)
def test_what_is_missing_is_said(repository: Page, learnt: Path, env: dict[str, str], code: int, said: str) -> None:
    repository.reset()
    done = propose(repository, learnt, **env)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert not repository.state["pulls"]


@pytest.mark.parametrize("path", [".github/workflows/evil.yml", "sub/.git/config.yml", "run.sh"])
def test_nothing_else_is_committed(repository: Page, tmp_path: Path, path: str) -> None:
    file = tmp_path / "proposal" / "files" / path
    file.parent.mkdir(parents=True)
    file.write_text("x")
    done = propose(repository, tmp_path)
    assert done.returncode == 2, done.stderr
    assert path.rpartition("/")[2] in done.stderr


def test_a_link_is_not_committed(repository: Page, tmp_path: Path) -> None:
    folder = tmp_path / "proposal" / "files"
    folder.mkdir(parents=True)
    (folder / "policy.yml").symlink_to("/etc/hostname")
    done = propose(repository, tmp_path)
    assert done.returncode == 2
    assert "is no part of a policy" in done.stderr


def test_an_empty_folder_is_no_proposal(repository: Page, tmp_path: Path) -> None:
    done = propose(repository, tmp_path)
    assert done.returncode == 2
    assert "there is no proposal in proposal" in done.stderr


def step_of(name: str) -> str:
    """Return the script of a step of experiment.yml, with the command of this environment."""
    workflow = yaml.safe_load((REPOSITORY / ".github" / "workflows" / "experiment.yml").read_text(encoding="utf-8"))
    (script,) = (
        step["run"] for step in workflow["jobs"]["aggregate"]["steps"] if step.get("name", "").startswith(name)
    )
    return str(script).replace("/opt/gha-router/bin/gha-router", " ".join(COMMAND))


def test_the_step_of_the_workflow_leaves_a_proposal_that_is_taken(repository: Page) -> None:
    repository.reset()
    workspace = repository.checkout(repository.base)
    tasks = [task.id for task in load_suite(suite_folder("classic"))]
    whole = shards.header(models=["opus", "haiku"], tasks=tasks, epochs=4)
    draw = random.Random(5)  # noqa: S311
    trials = [
        shards.synthetic(model, task, epoch, draw, rate=0.95 if model == "opus" else 0.5)
        for epoch in range(1, 5)
        for task in tasks
        for model in ("opus", "haiku")
    ]
    shards.write(workspace / "shards" / "shard-1-of-1", whole, trials)
    summary = workspace.parent / "summary"
    summary.touch()
    env = environment(
        SUITE="classic", PROPOSE="opus", CONFIG="", GITHUB_STEP_SUMMARY=str(summary), GITHUB_OUTPUT=str(summary)
    )
    for step in ("Put together whatever arrived", "A policy learnt from the outcomes"):
        ran = subprocess.run(
            ["sh", "-e", "-c", step_of(step)], cwd=workspace, env=env, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr
    assert "### A routing policy learnt from recorded outcomes" in summary.read_text()
    (workspace / "proposal").symlink_to(workspace / "experiment" / "proposal")
    done = propose(repository, workspace, GITHUB_RUN_ID="90")
    assert done.returncode == 0, done.stderr
    (opened,) = repository.state["pulls"]
    assert "5 tasks have a text; 60 are the least that something is learnt from" in opened["body"]
    assert set(git(repository.origin, "diff", "--name-only", repository.base, opened["head"]).split()) <= FILES


def test_only_the_job_that_opens_it_may_write() -> None:
    workflow = yaml.safe_load((REPOSITORY / ".github" / "workflows" / "propose.yml").read_text(encoding="utf-8"))
    assert workflow["permissions"] == {}
    (job,) = workflow["jobs"].values()
    assert job["permissions"] == {"contents": "write", "pull-requests": "write"}
    assert not any("checkout" in step.get("uses", "") for step in job["steps"])
    assert not any("${{" in step.get("run", "") for step in job["steps"])
