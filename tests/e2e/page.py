"""A pull request's page for the action run as a process: the GitHub double, a git server, a checkout of the head."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx

from tests.command import COMMAND, environment
from tests.e2e.containers.github import github_double
from tests.git_server import TOKEN, GitServer, serving
from tests.integration.trusted.repos import git, plant
from tests.unit.github.runner import outputs

PULL, ISSUE = 7, 9
BRANCH = "new-topic"  # what the double calls the pull request's branch
CONFIG = """\
version: 1
models: {opus: sim/honest, haiku: sim/oracle, liar: sim/liar}
tiers: {0: [opus], 2: [haiku]}
default: haiku
budget: {run_usd: 2.00}
checks:
  - fresh: note.txt
pipelines:
  notes:
    steps: [{id: write, prompt: Create a file note.txt containing hello, model: opus, checks: [{fresh: note.txt}]}]
"""
CREATE = "Create a file note.txt containing hello"


@dataclass(kw_only=True)
class Ended:
    """One step of one job."""

    code: int
    log: str
    outputs: dict[str, str]
    summary: str
    out: Path


@dataclass(kw_only=True)
class Page:
    """The repository ``o/r`` with its pull request. ``base`` and ``head`` are real commits, pushed to ``origin``."""

    folder: Path
    api: str
    server: GitServer
    origin: Path
    base: str
    head: str
    runs: int = field(default=0)

    def change(self, **what: Any) -> None:
        """Change what the double keeps: a push is ``head=SHA``."""
        httpx.put(f"{self.api}/_state", json=what).raise_for_status()

    @property
    def state(self) -> dict[str, Any]:
        """What the double keeps."""
        found: dict[str, Any] = httpx.get(f"{self.api}/_state").json()
        return found

    def write(self, who: str, body: str, *, number: int = PULL) -> dict[str, Any]:
        """Comment; return the payload of the event."""
        headers = {"Authorization": f"token as-{who}"}
        answer = httpx.post(f"{self.api}/repos/o/r/issues/{number}/comments", json={"body": body}, headers=headers)
        issue = {"number": number, **({"pull_request": {}} if number == PULL else {})}
        return {"action": "created", "issue": issue, "comment": answer.raise_for_status().json()}

    def checkout(self, sha: str | None = None) -> Path:
        """Check out a commit, the head without one, with all that is before it."""
        self.runs += 1
        workspace = self.folder / f"run-{self.runs}" / "workspace"
        workspace.mkdir(parents=True)
        git(workspace, "init", "-q")
        git(workspace, "remote", "add", "origin", f"file://{self.origin}")
        git(workspace, "fetch", "-q", "origin", "+refs/heads/*:refs/remotes/origin/*")
        git(workspace, "checkout", "-q", "--detach", sha or self.head)
        return workspace

    def action(
        self,
        payload: object,
        *,
        sha: str | None = None,
        event: str = "issue_comment",
        token: str = TOKEN,
        inputs: Mapping[str, str] = MappingProxyType({}),
        **more: str,
    ) -> Ended:
        """Run the action in a job of its own."""
        workspace = self.checkout(sha)
        job = workspace.parent
        (job / "temp").mkdir()
        for name in ("output", "summary"):
            (job / name).touch()
        (job / "event.json").write_text(json.dumps(payload), encoding="utf-8")
        given = {"github_token": token, **inputs, **more}
        env = environment(
            GITHUB_ACTIONS="true",
            GITHUB_EVENT_NAME=event,
            GITHUB_EVENT_PATH=str(job / "event.json"),
            GITHUB_WORKSPACE=str(workspace),
            GITHUB_OUTPUT=str(job / "output"),
            GITHUB_STEP_SUMMARY=str(job / "summary"),
            GITHUB_REPOSITORY="o/r",
            GITHUB_REF="refs/heads/main",
            GITHUB_SHA=self.base,
            GITHUB_RUN_ID=str(1000 + self.runs),
            GITHUB_RUN_ATTEMPT="1",
            GITHUB_API_URL=self.api,
            GITHUB_SERVER_URL=self.server.url,
            RUNNER_TEMP=str(job / "temp"),
            **{f"INPUT_{name.upper()}": value for name, value in given.items()},
        )
        ended = subprocess.run(
            [*COMMAND, "action"], cwd=workspace, env=env, capture_output=True, text=True, timeout=400, check=False
        )
        return Ended(
            code=ended.returncode,
            log=ended.stdout + ended.stderr,
            outputs=outputs((job / "output").read_text()),
            summary=(job / "summary").read_text(),
            out=job / "temp" / "gha-router",
        )

    def asks(self, who: str, body: str, *, number: int = PULL, sha: str | None = None, **inputs: str) -> Ended:
        """Comment, and run the job that it starts."""
        return self.action(self.write(who, body, number=number), sha=sha, inputs=inputs)

    @property
    def ours(self) -> list[str]:
        """What we have written, the oldest first."""
        return [one["body"] for one in self.state["comments"] if one["user"]["login"] == "github-actions[bot]"]

    def reactions(self, payload: dict[str, Any] | None = None) -> list[str]:
        """The reactions to a comment, in their order; without one, to the last that somebody wrote."""
        people = [one["id"] for one in self.state["comments"] if one["user"]["login"] != "github-actions[bot]"]
        number = payload["comment"]["id"] if payload else people[-1]
        return [one["content"] for one in self.state["reactions"] if one["on"] == number]

    def reset(self) -> None:
        """Make the page as it was."""
        fresh: dict[str, Any] = {"comments": [], "reactions": [], "pulls": [], "runs": {}}
        self.change(head=self.head, fork=False, readOnly=False, drafts=True, next=100, **fresh)
        git(self.origin, "update-ref", f"refs/heads/{BRANCH}", self.head)
        for ref in git(self.origin, "for-each-ref", "--format=%(refname)", "refs/heads/claude").split():
            git(self.origin, "update-ref", "-d", ref)


@contextmanager
def page(folder: Path) -> Iterator[Page]:
    """Yield a page with one pull request; its servers end with the block."""
    origin, work = folder / "served" / "o" / "r", folder / "work"
    origin.mkdir(parents=True)
    work.mkdir()
    git(origin, "init", "-q", "--bare", "-b", "main")
    git(origin, "config", "uploadpack.allowAnySHA1InWant", "true")
    git(origin, "config", "http.receivepack", "true")
    git(work, "init", "-q", "-b", "main")
    git(work, "remote", "add", "origin", str(origin))
    commits = []
    for tree, branch in (({".github/gha-router.yml": CONFIG, "a.txt": "a\n"}, "main"), ({"a.txt": "b\n"}, BRANCH)):
        plant(work, tree)
        git(work, "add", "-A")
        git(work, "commit", "-q", "-m", "x")
        git(work, "push", "-q", "origin", f"HEAD:refs/heads/{branch}")
        commits.append(git(work, "rev-parse", "HEAD"))
    base, head = commits
    with serving(folder / "served") as server, github_double(PULL, base, head) as api:
        yield Page(folder=folder, api=api, server=server, origin=origin, base=base, head=head)
