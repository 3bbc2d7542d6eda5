"""The Codex CLI as an agent: prepared, started, listened to."""

import asyncio
import contextlib
import json
import os
import stat
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from gha_router.agent.codex import config, installed
from gha_router.agent.codex.events import Reader
from gha_router.agent.job import AgentJob, Stopped
from gha_router.agent.sandbox import Sandbox
from gha_router.agent.snapshot import FILE
from gha_router.records import Json

MAX_LINE = 64 * 1024 * 1024  # a command's output is one line of the events
LAST_LINES = 20
INSTRUCTIONS = ("AGENTS.override.md", "AGENTS.md")  # the first that says something, as Codex has it
MAX_INSTRUCTIONS = 32 * 1024  # bytes: its `project_doc_max_bytes`


class CodexCli:
    """OpenAI's Codex, by ``codex exec --json``."""

    program = "codex"
    pass_env: tuple[str, ...] = ()

    def path(self) -> Path:
        """Return the program."""
        return installed.own()

    def version(self) -> str:
        """Return its version."""
        return installed.version_of(installed.own())

    def warm(self) -> None:
        """Look for the program, and ask its version once."""
        self.version()

    def environment(self, job: AgentJob, box: Sandbox, environ: Mapping[str, str]) -> dict[str, str]:
        """Return its environment: an allow-list, and the virtual key."""
        extra = {
            "SHELL": "/bin/bash",
            "CODEX_HOME": str(_home(box)),
            config.KEY: job.key,
            "NO_PROXY": "127.0.0.1,localhost",
        }
        return box.environment(environ, extra)

    async def conversation(self, job: AgentJob, box: Sandbox, cli: Path, stderr: list[str]) -> AsyncIterator[Json]:
        """Yield the entries of its events."""
        schema = _furnish(job, box)
        process = await asyncio.create_subprocess_exec(
            cli,
            *config.arguments(schema),
            cwd=box.work,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=MAX_LINE,
        )
        reader = Reader(
            cwd=str(box.work),
            model=job.model,
            version=self.version(),
            turn_limit=job.turn_limit,
            structured=job.json_schema is not None,
        )
        feeding = asyncio.create_task(_feed(process, job.prompt))
        listening = asyncio.create_task(_listen(process, stderr))
        try:
            async for event in _events(process):
                for entry in reader.read(event):
                    yield entry
                if reader.over:
                    return
            code = await process.wait()
            await listening
            if code != 0:
                raise Stopped(f"codex ended with exit code {code}")
        finally:
            for task in (feeding, listening):
                task.cancel()
            await asyncio.gather(feeding, listening, return_exceptions=True)
            with contextlib.suppress(ProcessLookupError):
                process.terminate()  # the launcher ends all below it
            await process.wait()


async def _events(process: asyncio.subprocess.Process) -> AsyncIterator[Json]:
    """Yield the JSON objects of standard output, one a line. Raises ``Stopped`` for a line without an end."""
    assert process.stdout is not None, "opened above"  # noqa: S101  a wiring mistake of ours
    while True:
        try:
            line = await process.stdout.readline()
        except ValueError:
            raise Stopped(f"codex wrote a line of more than {MAX_LINE >> 20} MiB") from None
        if not line:
            return
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(event, dict):
            yield event


async def _feed(process: asyncio.subprocess.Process, prompt: str) -> None:
    assert process.stdin is not None, "opened above"  # noqa: S101  as above
    with contextlib.suppress(ConnectionError):
        process.stdin.write(prompt.encode(errors="replace"))
        await process.stdin.drain()
    process.stdin.close()


async def _listen(process: asyncio.subprocess.Process, stderr: list[str]) -> None:
    assert process.stderr is not None, "opened above"  # noqa: S101  as above
    while line := await process.stderr.read(64 * 1024):
        stderr.extend(line.decode(errors="replace").splitlines())
        del stderr[:-LAST_LINES]


def _home(box: Sandbox) -> Path:
    return box.home / ".codex"


def _furnish(job: AgentJob, box: Sandbox) -> Path | None:
    """Write what Codex reads, for its user; return the file of the answer's schema, where one is asked for."""
    home = _home(box)
    home.mkdir(mode=0o700)
    files = {"config.toml": config.config_toml(job, box.work)}
    if said := instructions_of(box.work):
        files["AGENTS.md"] = said
    if job.json_schema is not None:
        files["answer.schema.json"] = json.dumps(dict(job.json_schema))
    for name, content in files.items():
        (home / name).write_text(content, encoding="utf-8")
    if box.identity.owner:
        for path in (home, *(home / name for name in files)):
            os.chown(path, *box.identity.owner)
    return home / "answer.schema.json" if job.json_schema is not None else None


def instructions_of(work: Path) -> str | None:
    """Return what a repository says to agents. A link is not followed: it could lead to what only we may read.

    Codex itself reads it only of a project that it trusts, whose `.codex` could start programs.
    """
    for name in INSTRUCTIONS:
        try:
            handle = os.open(work / name, FILE)
        except OSError:
            continue
        try:
            if stat.S_ISREG(os.fstat(handle).st_mode) and (said := os.read(handle, MAX_INSTRUCTIONS)).strip():
                return said.decode(errors="replace")
        finally:
            os.close(handle)
    return None
