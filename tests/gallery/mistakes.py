"""The mistakes. ``$words`` in files, arguments and variables are filled in by the place where the mistake is made."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.gallery import places

LAB = "version: 1\nproviders:\n  lab: {base_url: 'http://127.0.0.1:$port', format: anthropic}\nmodels:\n"
ONE = LAB + "  sonnet: lab/x\n"
GOOD = ONE + "  haiku: lab/y\ndefault: sonnet\n"
PRICED = LAB + "  sonnet: {model: lab/x, price: {input: 3, output: 15}}\n"
ANTHROPIC = "version: 1\nmodels:\n  sonnet: anthropic/claude-sonnet-4-5\n"
RUN = ("run", "--config", "gha-router.yml", "--workspace", "workspace", "--out", "out")
PROMPT = (*RUN, "--prompt", "Fix the typo")
CREATE = ("--workspace", "workspace", "--prompt", "Create a file a.txt")
SIMULATED = ("run", "--model", "sim/honest", *CREATE, "--out", "out")
TIMED = "Models"  # its columns are as wide as its milliseconds
DOCTOR = ("doctor", "--config", "gha-router.yml")
WRONG_KEY = '{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}'
FORBIDDEN = '{"message":"Resource not accessible by integration","status":"403"}'
NO_ROOM = ("sh", "-c", 'ulimit -f 1; exec "$0" "$@"')  # blocks of 512 or 1,024 bytes
JOB = {
    "GITHUB_EVENT_NAME": "pull_request",
    "GITHUB_EVENT_PATH": "$folder/event.json",
    "GITHUB_WORKSPACE": "$folder/workspace",
    "GITHUB_REPOSITORY": "org/repo",
    "GITHUB_RUN_ID": "1",
    "GITHUB_RUN_ATTEMPT": "1",
    "GITHUB_OUTPUT": "$folder/output",
    "GITHUB_STEP_SUMMARY": "$folder/summary",
    "RUNNER_TEMP": "$folder",
    "INPUT_PROMPT": "Fix the typo",
    "INPUT_MODEL": "sim/honest",
}
REPO = {"full_name": "org/repo", "fork": False}
PULL = {
    "action": "opened",
    "repository": REPO | {"default_branch": "main"},
    "pull_request": {
        "number": 7,
        "head": {"sha": "b" * 40, "ref": "fix", "repo": REPO},
        "base": {"sha": "$base", "ref": "main", "repo": REPO},
    },
}
EVENT = {"event.json": json.dumps(PULL)}

Filled = Mapping[str, str]
Place = Callable[[Path], AbstractContextManager[Filled]]


@contextmanager
def nowhere(_folder: Path) -> Iterator[Filled]:
    """Fill in a port that nobody has."""
    with places.closed() as port:
        yield {"port": str(port)}


def server(status: int, body: str, kind: str = "application/json") -> Place:
    """Return a place with a server that has one answer."""

    @contextmanager
    def place(_folder: Path) -> Iterator[Filled]:
        with places.answering(status, body, kind) as port:
            yield {"port": str(port)}

    return place


@contextmanager
def taken(_folder: Path) -> Iterator[Filled]:
    """Fill in a port that somebody has."""
    with places.listening() as port:
        yield {"port": str(port)}


@contextmanager
def shallow(folder: Path) -> Iterator[Filled]:
    """Fill in the commit that a shallow checkout lacks."""
    yield {"base": places.shallow(folder)}


@contextmanager
def without_git(folder: Path) -> Iterator[Filled]:
    """Fill in a path without git in it."""
    (folder / "bin").mkdir()
    yield {"path": str(folder / "bin"), "base": places.shallow(folder)}


@contextmanager
def without_cli(folder: Path) -> Iterator[Filled]:
    """Fill in where an SDK is that has no CLI."""
    yield {"packages": str(places.without_cli(folder))}


@contextmanager
def read_only(folder: Path) -> Iterator[Filled]:
    """Leave a recorded run, and a GitHub that lets nobody write."""
    places.recorded(folder)
    with places.answering(403, FORBIDDEN, read="[]") as port:
        yield {"port": str(port), "base": "a" * 40}


@contextmanager
def old_python(folder: Path) -> Iterator[Filled]:
    """Fill in an old Python, and a path on which there is no uv that would bring another."""
    places.old_python(folder)
    yield {"script": str(places.setup_script())}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A mistake: its exit code, what is done, and with what. ``lines``: how many of a report's are shown."""

    title: str
    code: int
    args: tuple[str, ...] = PROMPT
    config: str | None = GOOD
    files: Filled = field(default_factory=dict)
    env: Filled = field(default_factory=dict)
    place: Place = nowhere
    through: tuple[str, ...] = ()  # starts the command
    instead: tuple[str, ...] = ()  # is run in its place
    lines: int | None = None
    without: str | None = None  # the paragraph that begins so is left out


MISTAKES = {
    "no-key": Mistake(title="No key, and no configuration", code=2, config=None, args=("run", *CREATE, "--out", "out")),
    "empty-secret": Mistake(
        title="A secret that does not exist", code=2, config=ANTHROPIC, env={"ANTHROPIC_API_KEY": ""}
    ),
    "wrong-key": Mistake(
        title="A wrong key", code=2, args=DOCTOR, config=ONE, without=TIMED, place=server(401, WRONG_KEY)
    ),
    "wrong-base-url": Mistake(
        title="A `base_url` where something else answers",
        code=2,
        args=DOCTOR,
        config=ONE,
        without=TIMED,
        place=server(404, "<h1>Not Found</h1>", "text/html"),
    ),
    "nobody-listens": Mistake(
        title="A `base_url` where nobody listens", code=3, args=DOCTOR, config=ONE, without=TIMED
    ),
    "no-network": Mistake(
        title="No network",
        code=3,
        args=DOCTOR,
        config=ONE.replace("127.0.0.1:$port", "models.invalid"),
        without=TIMED,
    ),
    "model-typo": Mistake(title="A typo in a model", code=2, args=(*PROMPT, "--model", "sonet")),
    "unknown-tier": Mistake(
        title="A tier that there is not", code=2, args=(*PROMPT, "--tier", "7"), config=GOOD + "tiers: {1: [sonnet]}\n"
    ),
    "unknown-word": Mistake(title="A typo in the configuration", code=2, config=GOOD + "routs: {docs: haiku}\n"),
    "indent": Mistake(title="A wrong indent", code=2, config=LAB + "  sonnet: lab/x\n haiku: lab/y\n"),
    "tab": Mistake(title="A tab", code=2, config=LAB + "\tsonnet: lab/x\n"),
    "unknown-check": Mistake(
        title="A check that there is not", code=2, config=GOOD + "checks:\n  - comand: pytest -q\n"
    ),
    "empty-steps": Mistake(title="Steps without a step", code=2, args=RUN, config=GOOD + "steps:\n"),
    "nothing-to-run": Mistake(title="Nothing to run", code=2, args=RUN),
    "no-task": Mistake(title="A task folder that there is not", code=2, args=(*RUN, "--task", "tasks/typo")),
    "no-suite": Mistake(
        title="A typo in a suite",
        code=2,
        args=("experiment", "--suite", "clasic", "--models", "sim/honest", "--out", "out"),
    ),
    "no-command": Mistake(title="A typo in a command", code=2, args=("runn",)),
    "no-checks": Mistake(title="No checks, and the hope that it is verified", code=1, args=(*SIMULATED, "-q"), lines=2),
    "no-price": Mistake(
        title="A budget, and a model whose price nobody knows",
        code=4,
        args=(*PROMPT, "-q"),
        config=GOOD + "budget: {run_usd: 1}\n",
        lines=3,
    ),
    "small-budget": Mistake(
        title="A budget smaller than one request",
        code=4,
        args=(*PROMPT, "-q"),
        config=PRICED + "budget: {run_usd: 0.0001}\n",
        lines=3,
    ),
    "out-in-workspace": Mistake(
        title="Results in the workspace",
        code=2,
        args=("run", "--model", "sim/honest", *CREATE, "--out", "workspace/out"),
    ),
    "out-not-writable": Mistake(
        title="An output folder that cannot be written",
        code=2,
        args=("run", "--model", "sim/honest", *CREATE, "--out", "notes.txt/out"),
        files={"notes.txt": "a file\n"},
    ),
    "no-workspace": Mistake(
        title="A workspace that there is not",
        code=2,
        args=("run", "--model", "sim/honest", "--prompt", "x", "--workspace", "src", "--out", "out"),
    ),
    "disk-full": Mistake(title="No room on the disk", code=3, args=(*SIMULATED, "-q"), through=NO_ROOM),
    "port-taken": Mistake(
        title="A port that somebody has",
        code=3,
        args=("serve", "--config", "gha-router.yml", "--port", "$port", "--info-file", "i.json", "--ledger", "l.jsonl"),
        place=taken,
    ),
    "no-cli": Mistake(
        title="No Claude Code CLI for this platform",
        code=3,
        args=(*SIMULATED, "-q"),
        env={"PYTHONPATH": "$packages"},
        place=without_cli,
        lines=3,
    ),
    "old-python": Mistake(
        title="An old Python",
        code=2,
        instead=("/bin/sh", "$script", "venv"),
        env={"PATH": "/nonexistent", "PYTHON": "$folder/python3.9"},
        place=old_python,
    ),
    "shallow-clone": Mistake(
        title="A shallow checkout that lacks the base", code=3, args=("action",), env=JOB, files=EVENT, place=shallow
    ),
    "no-git": Mistake(
        title="No git", code=3, args=("action",), env=JOB | {"PATH": "$path"}, files=EVENT, place=without_git
    ),
    "read-only-token": Mistake(
        title="A token that may only read",
        code=0,
        args=("report", "--out", "out", "--to", "comment"),
        env=JOB | {"GITHUB_TOKEN": "t", "GITHUB_API_URL": "http://127.0.0.1:$port"},
        files=EVENT,
        place=read_only,
    ),
}
