"""The real Claude Code CLI on a task's folder, against any server that speaks the Messages API."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from gha_router.agent.claude import cli_path, environment
from gha_router.agent.identity import NOBODY_ELSE
from gha_router.agent.job import AgentJob
from gha_router.agent.sandbox import Sandbox

TASKS = Path(__file__).parent / "integration" / "sim" / "tasks"
LIMIT_S = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class CliRun:
    """How it went: what the CLI printed (``stream-json`` or ``json``), and what lies in the folder afterwards."""

    code: int
    entries: list[dict[str, Any]]
    stderr: str
    files: dict[str, bytes]
    printed: str = ""

    @property
    def final_message(self) -> str:
        """Return what the last result says, or all that is known when there is none."""
        results = [entry for entry in self.entries if entry["type"] == "result"]
        return str(results[-1].get("result")) if results else f"no result: {self.stderr}"

    def calls(self, *, subagent: bool = False) -> list[list[str]]:
        """Return the tools that the main agent, or its subagents, called: one list a reply of the model."""
        replies: dict[str, list[str]] = {}
        for entry in self.entries:
            if entry["type"] == "assistant" and bool(entry.get("parent_tool_use_id")) is subagent:
                names = [block["name"] for block in entry["message"]["content"] if block["type"] == "tool_use"]
                replies.setdefault(entry["message"]["id"], []).extend(names)
        return [names for names in replies.values() if names]


async def run_cli(
    task: Path,
    *,
    base_url: str,
    key: str,
    folder: Path,
    model: str = "sim/honest",
    form: str = "stream-json",
    **extra: str,
) -> CliRun:
    """Do a task in ``folder``, which is made with what the task's workspace holds.

    The environment is that of our own agent, with ``extra`` variables; the CLI is ended with all that it started.
    ``form`` is how it prints: a line each (``stream-json``), or all as one array (``json``).
    """
    shutil.copytree(task / "workspace", folder)
    prompt = yaml.safe_load((task / "task.yml").read_text(encoding="utf-8"))["prompt"]
    job = AgentJob(prompt=prompt, model=model, gateway_url=base_url, key=key, time_limit_s=LIMIT_S, turn_limit=20)
    with TemporaryDirectory() as root:
        box = Sandbox(root=Path(root), identity=NOBODY_ELSE)
        for private in (box.home, box.tmp):
            private.mkdir()
        code, out, err = await _run(job, folder, form, environment(job, box, os.environ) | extra)
    return CliRun(
        code=code,
        entries=json.loads(out) if form == "json" else [json.loads(line) for line in out.splitlines()],
        stderr=err,
        files=files_in(folder),
        printed=out,
    )


def files_in(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder by its path in it."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


async def _run(job: AgentJob, folder: Path, printed: str, env: dict[str, str]) -> tuple[int, str, str]:
    arguments = ["--model", job.model, "--max-turns", str(job.turn_limit), "--setting-sources", "project"]
    form = ["--output-format", printed, "--verbose", "--permission-mode", "bypassPermissions"]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        cli_path(),
        *("-p", job.prompt, *arguments, *form),
        cwd=folder,
        env=env,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=pipe,
        stderr=pipe,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(job.time_limit_s):
            out, err = await process.communicate()
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
    return process.returncode or 0, out.decode(), err.decode()
