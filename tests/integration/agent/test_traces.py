"""What an agent leaves beside its work is told, and work that leaves nothing has nothing told of it."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gha_router.agent import snapshot
from gha_router.agent.sandbox import sandbox
from gha_router.pipeline.traces import git_settings, traces
from gha_router.records import now


def told(leave: Callable[[Path], None], *, removed: tuple[str, ...] = (), running: str = "[]") -> list[str]:
    """Return the notes on what ``leave`` does to a new repository."""
    with sandbox() as box:
        box.work.mkdir()
        subprocess.run(["git", "init", "-q", "."], cwd=box.work, check=True)
        (box.work / "a").write_text("1\n")
        before, git = snapshot.take(box.work, at=now()), git_settings(box.work)
        leave(box.work)
        box.left_file.write_text(running)
        return list(traces(box, before, snapshot.take(box.work, at=now()), removed=removed, git=git))


def git(*arguments: str) -> Callable[[Path], None]:
    def leave(work: Path) -> None:
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@x", *arguments], cwd=work, check=True)

    return leave


def nothing(_work: Path) -> None:
    pass


def replaced(work: Path) -> None:
    (work / ".git" / "config").unlink()
    (work / ".git" / "config").symlink_to("../a")


def taken_away(work: Path) -> None:
    subprocess.run(["rm", "-rf", work / ".git"], check=True)
    (work / ".git").write_text("gitdir: /elsewhere\n")


@pytest.mark.parametrize("work", [nothing, git("add", "a"), git("commit", "-q", "--allow-empty", "-m", "x")])
def test_work_leaves_no_trace(work: Callable[[Path], None]) -> None:
    assert told(work) == []
    assert told(work, removed=("/tmp/claude-60600",)) == []  # noqa: S108  the CLI's own


@pytest.mark.parametrize(
    ("leave", "path"),
    [
        (git("config", "core.fsmonitor", "x"), ".git/config"),
        (lambda work: (work / ".git" / "hooks" / "pre-push").write_text("x"), ".git/hooks/pre-push"),
        (lambda work: (work / ".git" / "info" / "attributes").write_text("* filter=x"), ".git/info/attributes"),
        (replaced, ".git/config"),
        (taken_away, ".git/config"),
    ],
)
def test_settings_of_git_are_named(leave: Callable[[Path], None], path: str) -> None:
    (note,) = told(leave)
    assert note.startswith("git's own files are never carried back, and the agent changed ")
    assert path in note


def test_programs_files_elsewhere_and_special_files_are_named() -> None:
    removed = ("/tmp/b", "/tmp/a", "/tmp/claude-60600", "/tmp/claude-60600/x\nverified")  # noqa: S108
    notes = told(lambda work: os.mkfifo(work / "p"), removed=removed, running='["sh", "sleep", "sleep"]')
    assert notes == [
        "left out of all copies, as pipes, sockets and devices are: p",
        "ended with the agent: 3 programs that it had left running: sh, sleep (2)",
        "removed: what the agent left outside of its own folders: /tmp/a, /tmp/b, /tmp/claude-60600/x\\nverified",
    ]


@pytest.mark.parametrize("text", ["", "{", '{"a": 1}'])
def test_a_launcher_that_was_ended_names_nothing(text: str) -> None:
    assert told(nothing, running=text) == []
