"""A real workspace, before and after a step, as evidence; and a real runner of commands."""

import asyncio
import hashlib
import os
import stat
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import settings

from gha_router.checks import Check, CommandOutcome, CommandSpec, Question, Tools, parse, run_all
from gha_router.errors import Position
from gha_router.records import Changes, CheckResult, Evidence, FileEntry, Snapshot, ToolCall
from gha_router.sim.conversation import Conversation
from gha_router.sim.personalities.judge import judge
from gha_router.sim.reply import Text

STEADY = settings(deadline=None, derandomize=True)  # the same examples on every machine, however busy it is

HERE = Position("task.yml", 7)
STARTED = datetime(2026, 7, 1, 12, 0, 0, tzinfo=UTC)
ENDED = STARTED + timedelta(seconds=90)


class World:
    """A workspace: made with what the agent finds; then ``write`` and the like are the step."""

    def __init__(self, root: Path, found: Mapping[str, str | bytes] | None = None) -> None:
        self.root = root
        self.message = ""
        self.calls: tuple[ToolCall, ...] = ()
        self.original: Path | None = None
        for path, content in (found or {}).items():
            self.write(path, content)
        self.before = snapshot(root)

    def write(self, path: str, content: str | bytes) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())

    def evidence(self) -> Evidence:
        after = snapshot(self.root)
        return Evidence(
            workspace=self.root,
            before=self.before,
            after=after,
            changes=changes(self.before, after),
            started_at=STARTED,
            ended_at=ENDED,
            wall_s=90.0,
            final_message=self.message,
            tool_calls=self.calls,
            original=self.original,
        )

    def check(self, spec: Mapping[str, Any]) -> CheckResult:
        return check(parse(spec, HERE), self.evidence())


def check(expectation: Check, evidence: Evidence) -> CheckResult:
    (result,) = asyncio.run(
        run_all([expectation], evidence, Tools(run=Shell(evidence.workspace), ask=ask_the_simulated_judge))
    )
    return result


async def ask_the_simulated_judge(question: Question) -> str:
    (block,) = judge(Conversation(prompt=question.text, results=(), cwd=".", tools=frozenset())).blocks
    assert isinstance(block, Text)
    return block.text


def snapshot(root: Path) -> Snapshot:
    entries = {entry.path: entry for path in sorted(root.rglob("*")) for entry in [_entry(root, path)]}
    return Snapshot(taken_at="2026-07-01T12:00:00.000Z", entries=entries)


def _entry(root: Path, path: Path) -> FileEntry:
    info = path.lstat()
    if path.is_symlink():
        kind, digest = "link", hashlib.sha256(os.fsencode(path.readlink())).hexdigest()
    elif stat.S_ISREG(info.st_mode):
        kind, digest = "file", hashlib.sha256(path.read_bytes()).hexdigest()
    else:
        kind, digest = ("dir" if path.is_dir() else "other"), None
    relative = str(path.relative_to(root))
    return FileEntry(path=relative, kind=kind, mode=info.st_mode, size=info.st_size, digest=digest)


def changes(before: Snapshot, after: Snapshot) -> Changes:
    old, new = before.files, after.files
    return Changes(
        created=tuple(sorted(new.keys() - old.keys())),
        modified=tuple(sorted(path for path in old.keys() & new.keys() if old[path] != new[path])),
        deleted=tuple(sorted(old.keys() - new.keys())),
    )


class Shell:
    """Run a command line with the shell in a folder, with nothing in its environment but PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def __call__(self, spec: CommandSpec) -> CommandOutcome:
        began = time.monotonic()
        process = await asyncio.create_subprocess_shell(
            spec.command,
            cwd=self.folder,
            env={"PATH": os.environ["PATH"]},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        output = asyncio.ensure_future(process.communicate())
        done, _ = await asyncio.wait({output}, timeout=spec.time_limit_s)
        if not done:
            process.kill()
        out, err = await output
        results = self.folder / spec.results if spec.results else None
        outcome = self._outcome(out, err, began, code=process.returncode if done else None)
        return replace(outcome, results=results.read_bytes()) if results and results.is_file() else outcome

    def _outcome(self, out: bytes, err: bytes, began: float, *, code: int | None) -> CommandOutcome:
        return CommandOutcome(
            exit_code=code,
            stdout=out.decode(),
            stderr=err.decode(),
            timed_out=code is None,
            seconds=time.monotonic() - began,
        )
