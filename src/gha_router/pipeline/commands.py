"""Runs a check's command: in a clean copy of the files, as a user of its own, without keys, within limits."""

import asyncio
import contextlib
import os
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from threading import Event

from gha_router.agent import workspace
from gha_router.agent.egress import Egress
from gha_router.agent.sandbox import Sandbox, sandbox
from gha_router.checks import CommandOutcome, CommandSpec
from gha_router.records import Evidence

OUTPUT_LIMIT = 1024 * 1024  # bytes kept of each stream
SHELL = Path("/bin/sh")


def command_runner(
    evidence: Evidence, environ: Mapping[str, str], egress: Egress = Egress.OPEN
) -> Callable[[CommandSpec], Awaitable[CommandOutcome]]:
    """Return what runs commands against the files of this evidence. They run an agent's code: the same limit holds."""

    async def run(spec: CommandSpec) -> CommandOutcome:
        stop = Event()
        with sandbox(egress) as box:
            try:
                await asyncio.to_thread(_furnish, box, evidence, stop)
            finally:
                stop.set()  # a thread cannot be cancelled: one whose result nobody waits for ends by itself
            return await _run(spec, box, environ)

    return run


def _furnish(box: Sandbox, evidence: Evidence, stop: Event) -> None:
    workspace.copy(evidence.workspace, box.work, owner=box.identity.owner, stopped=stop.is_set)
    if evidence.sealed is not None and evidence.sealed.is_dir():
        workspace.copy(evidence.sealed, _checks(box), owner=box.identity.owner, stopped=stop.is_set)


def _checks(box: Sandbox) -> Path:
    return box.root / "checks"


async def _run(spec: CommandSpec, box: Sandbox, environ: Mapping[str, str]) -> CommandOutcome:
    env = box.environment(environ, {"CHECKS_DIR": str(_checks(box)), "CI": "true"})
    launch = box.launcher(SHELL, env=env)
    started = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        launch,
        "-c",
        spec.command,
        cwd=box.work,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PATH": os.defpath},
    )
    reading = asyncio.gather(_read(process.stdout), _read(process.stderr))
    timed_out = False
    try:
        async with asyncio.timeout(spec.time_limit_s):
            await process.wait()
    except TimeoutError:
        timed_out = True
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()  # the launcher, which ends all that the command started
        await process.wait()
    stdout, stderr = await reading
    return CommandOutcome(
        exit_code=None if timed_out else process.returncode,
        stdout=stdout,
        stderr=stderr,
        timed_out=timed_out,
        seconds=round(time.monotonic() - started, 3),
        note="",
    )


async def _read(stream: asyncio.StreamReader | None) -> str:
    """Read to the end, keep the first part: a command that prints without end neither blocks nor fills the memory."""
    kept = bytearray()
    while stream is not None and (chunk := await stream.read(65_536)):
        kept += chunk[: OUTPUT_LIMIT - len(kept)]
    return kept.decode(errors="replace")
