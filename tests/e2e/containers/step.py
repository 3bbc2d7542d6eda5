"""A workflow's step that uses a container action, and what the runner tells the container about it.

Source: actions/runner, src/Runner.Worker/Handlers/ContainerActionHandler.cs and Handler.cs.
"""

import os
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.e2e.containers.protocol import evaluate

RUNNER_UID = 1001  # who the runner is on GitHub's machines: owns the workspace and all that is mounted
TOKEN = "ghs_the_runners_own_token"
RUNTIME_TOKEN = "runtime.token.of.this.job"
ID_TOKEN = "oidc.request.token.of.this.job"
SECRETS = (TOKEN, RUNTIME_TOKEN, ID_TOKEN)
FILE_COMMANDS = {
    "GITHUB_OUTPUT": "set_output",
    "GITHUB_ENV": "set_env",
    "GITHUB_PATH": "add_path",
    "GITHUB_STEP_SUMMARY": "step_summary",
    "GITHUB_STATE": "save_state",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """``- uses: ./action_dir`` with its inputs, in a job with this event.

    ``secrets`` are values that GitHub masks from the start. ``image`` spares building what ``action.yml`` names.
    ``network`` is podman's word; with ``none`` the container has its own loopback and nothing else.
    """

    action_dir: Path
    workspace: Path
    inputs: Mapping[str, str] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    secrets: Sequence[str] = field(default=(), repr=False)
    event: str = "workflow_dispatch"
    payload: Mapping[str, Any] = field(default_factory=dict)
    image: str | None = None
    network: str = "none"
    user: str = "0"  # the runner starts every container as the image's user, and ours is root
    docker_socket: Path | None = None
    repository: str = "octo/repo"
    actor: str = "octocat"
    ref: str = "refs/heads/main"
    sha: str = "0" * 40
    api_url: str = "https://api.github.com"

    def action(self) -> dict[str, Any]:
        """Return action.yml. Raises ``ValueError`` when it is no container action."""
        action: dict[str, Any] = yaml.safe_load((self.action_dir / "action.yml").read_text(encoding="utf-8"))
        if action["runs"]["using"] != "docker":
            raise ValueError(f"{self.action_dir}/action.yml is no container action")
        return action


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """The runner's own folders. All but the workspace lie below its temporary folder, which is mounted too."""

    temp: Path
    file_commands: Mapping[str, Path]  # by the name of their variable

    @property
    def event(self) -> Path:
        """Return the event's payload."""
        return self.temp / "_github_workflow" / "event.json"

    @classmethod
    def make(cls, temp: Path) -> "Folders":
        """Make them, owned by the runner's user when we are root."""
        marker = uuid.uuid4()
        commands = temp / "_runner_file_commands"
        for folder in (temp, temp / "_github_home", temp / "_github_workflow", commands):
            folder.mkdir(parents=True, exist_ok=True)
        files = {name: commands / f"{stem}_{marker}" for name, stem in FILE_COMMANDS.items()}
        for file in files.values():
            file.touch()
        return cls(temp=temp, file_commands=files)

    def mounts(self, workspace: Path) -> dict[Path, str]:
        """Return what is mounted where."""
        return {
            self.temp: "/github/runner_temp",
            self.temp / "_github_home": "/github/home",
            self.temp / "_github_workflow": "/github/workflow",
            self.temp / "_runner_file_commands": "/github/file_commands",
            workspace: "/github/workspace",
        }


def give_to_runner(folder: Path) -> None:
    """Make a folder and all in it the runner's user's."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, RUNNER_UID, RUNNER_UID, follow_symlinks=False)


def contexts(step: Step) -> dict[str, object]:
    """Return the contexts that expressions in action.yml may read, inputs included."""
    github = {
        "token": TOKEN,
        "repository": step.repository,
        "event_name": step.event,
        "event": step.payload,
        "actor": step.actor,
        "ref": step.ref,
        "sha": step.sha,
        "api_url": step.api_url,
    }
    declared: Mapping[str, Any] = step.action().get("inputs") or {}
    defaults = {
        name: evaluate((spec or {}).get("default", ""), {"github": github, "runner": {"os": "Linux"}})
        for name, spec in declared.items()
    }
    return {"github": github, "inputs": defaults | dict(step.inputs)}


def unexpected_inputs(step: Step) -> list[str]:
    """Return the inputs that action.yml does not declare: the runner warns of them, and passes them on."""
    return sorted(set(step.inputs) - set(step.action().get("inputs") or {}) - {"entryPoint", "args"})


def environment(step: Step, folders: Folders) -> dict[str, str]:
    """Return the container's environment as the runner sets it."""
    known = contexts(step)
    inputs = known["inputs"]
    assert isinstance(inputs, dict)
    runs: Mapping[str, Any] = step.action()["runs"]
    given = {name: evaluate(value, known) for name, value in (runs.get("env") or {}).items()}
    named = {f"INPUT_{name.replace(' ', '_').upper()}": value for name, value in inputs.items()}
    files = {name: f"/github/file_commands/{path.name}" for name, path in folders.file_commands.items()}
    return given | dict(step.env) | named | _variables(step) | files


def _variables(step: Step) -> dict[str, str]:
    github = {
        "ACTION": "__self",
        "ACTIONS": "true",
        "ACTOR": step.actor,
        "API_URL": step.api_url,
        "EVENT_NAME": step.event,
        "EVENT_PATH": "/github/workflow/event.json",
        "GRAPHQL_URL": f"{step.api_url}/graphql",
        "JOB": "job",
        "REF": step.ref,
        "REF_NAME": step.ref.rpartition("/")[2],
        "REPOSITORY": step.repository,
        "REPOSITORY_OWNER": step.repository.partition("/")[0],
        "RUN_ATTEMPT": "1",
        "RUN_ID": "1",
        "RUN_NUMBER": "1",
        "SERVER_URL": "https://github.com",
        "SHA": step.sha,
        "WORKFLOW": "ci",
        "WORKSPACE": "/github/workspace",
    }
    others = {
        "HOME": "/github/home",
        "CI": "true",
        "RUNNER_OS": "Linux",
        "RUNNER_ARCH": "X64",
        "RUNNER_NAME": "local",
        "RUNNER_ENVIRONMENT": "self-hosted",
        "RUNNER_TEMP": "/github/runner_temp",
        "RUNNER_TOOL_CACHE": "/opt/hostedtoolcache",
        "ACTIONS_RUNTIME_URL": "http://127.0.0.1:9/",
        "ACTIONS_RUNTIME_TOKEN": RUNTIME_TOKEN,
        "ACTIONS_RESULTS_URL": "http://127.0.0.1:9/",
        "ACTIONS_CACHE_URL": "http://127.0.0.1:9/",
        "ACTIONS_ID_TOKEN_REQUEST_URL": "http://127.0.0.1:9/",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": ID_TOKEN,
    }
    return {f"GITHUB_{name}": value for name, value in github.items()} | others
