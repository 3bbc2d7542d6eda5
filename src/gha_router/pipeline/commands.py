"""Runs a check's command: in a clean copy of the files, as a user of its own, without keys, within limits."""

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from gha_router.agent import inside, workspace
from gha_router.agent.egress import Egress
from gha_router.agent.sandbox import Sandbox, sandbox
from gha_router.agent.snapshot import opened
from gha_router.checks import CommandOutcome, CommandSpec
from gha_router.checks.base import ASKED
from gha_router.checks.junit import LARGEST
from gha_router.checks.say import some
from gha_router.checks.seal import Seal
from gha_router.pipeline import seal as seals
from gha_router.pipeline.results_pipe import ResultsPipe
from gha_router.records import Evidence

OUTPUT_LIMIT = 1024 * 1024  # bytes kept of each stream: one half from its beginning, one from its end
WATCH_S = 0.5
SHELL = Path("/bin/sh")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one command may use. Bytes: of one file, by which the disk fills meanwhile, that it has to leave free."""

    file: int = 4 * 2**30  # as large as one that can be copied
    disk: int = 8 * 2**30
    floor: int = 256 * 2**20
    open_files: int = 65_536
    processes: int = 4096  # of the command's own user, threads included

    def of_process(self, *, alone: bool) -> dict[str, int]:
        """Return those of getrlimit(2). As ourselves the number of processes would count all that we have."""
        own = {"NPROC": self.processes} if alone else {}
        return {"FSIZE": self.file, "NOFILE": self.open_files, "CORE": 0, **own}


LIMITS = Limits()


@dataclass(slots=True)
class _Kept:
    """The beginning and the end of a stream."""

    head: bytearray = field(default_factory=bytearray)
    tail: bytearray = field(default_factory=bytearray)
    total: int = 0

    def add(self, chunk: bytes) -> None:
        half = OUTPUT_LIMIT // 2
        self.total += len(chunk)
        room = half - len(self.head)
        self.head += chunk[:room]
        self.tail += chunk[room:] if room > 0 else chunk
        del self.tail[:-half]

    @property
    def cut(self) -> int:
        """Return how many bytes were not kept."""
        return self.total - len(self.head) - len(self.tail)

    @property
    def text(self) -> str:
        """Return what was kept, with a line where something is missing."""
        gap = f"\n[... {self.cut:,} bytes cut ...]\n".encode() if self.cut else b""
        return bytes(self.head + gap + self.tail).decode(errors="replace")


def command_runner(
    evidence: Evidence,
    environ: Mapping[str, str],
    egress: Egress = Egress.OPEN,
    *,
    seal: Seal | None = None,
    limits: Limits = LIMITS,
) -> Callable[[CommandSpec], Awaitable[CommandOutcome]]:
    """Return what runs commands against the files of this evidence, with those that are sealed as the seal has them.

    They run an agent's code: the same limit of the network holds.
    """

    async def run(spec: CommandSpec) -> CommandOutcome:
        stop = Event()
        with sandbox(egress) as box:
            try:
                notes = await asyncio.to_thread(_furnish, box, evidence, seal, spec, stop)
            finally:
                stop.set()  # a thread cannot be cancelled: one whose result nobody waits for ends by itself
            return await _run(spec, box, environ, limits, notes)

    return run


def _furnish(box: Sandbox, evidence: Evidence, seal: Seal | None, spec: CommandSpec, stop: Event) -> tuple[str, ...]:
    """Make the clean copy; return what a reader of the result has to know of it."""
    owner, notes = box.identity.owner, []
    workspace.copy(evidence.workspace, box.work, owner=owner, stopped=stop.is_set)
    if seal is not None:
        if done := seals.apply(seal, box.work):
            notes.append(f"as in {seal.origin}: {some(done, 3)}")
        if seal.folder:
            seals.write(seal.folder, _checks(box), owner=owner)
    elif evidence.sealed is not None and evidence.sealed.is_dir():
        workspace.copy(evidence.sealed, _checks(box), owner=owner, stopped=stop.is_set)
    if spec.results:
        with opened(box.work) as top:
            if os.path.lexists(box.work / spec.results):
                notes.append(f"{spec.results} was there before the run, and was removed")
            inside.remove(top, spec.results)
    return tuple(notes)


def _checks(box: Sandbox) -> Path:
    return box.root / "checks"


def _environment(box: Sandbox, environ: Mapping[str, str], pipe: ResultsPipe | None) -> dict[str, str]:
    asked = {"PYTEST_ADDOPTS": f"--junitxml={pipe.path}"} if pipe else {}
    # Python takes what the agent has compiled, if it lies beside the source, for the source.
    own = {"CHECKS_DIR": str(_checks(box)), "CI": "true", "PYTHONPYCACHEPREFIX": str(box.tmp / "pycache")}
    return box.environment(environ, {**own, **asked})


async def _run(
    spec: CommandSpec, box: Sandbox, environ: Mapping[str, str], limits: Limits, notes: tuple[str, ...]
) -> CommandOutcome:
    pipe = ResultsPipe.made(box) if spec.results == ASKED else None
    own = limits.of_process(alone=box.identity.uid is not None)
    launch = box.launcher(SHELL, env=_environment(box, environ, pipe), limits=own)
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
    out, err = _Kept(), _Kept()
    reading = asyncio.gather(_read(process.stdout, out), _read(process.stderr, err))
    timed_out, full = False, None
    async with _reading(pipe):
        try:
            async with asyncio.timeout(spec.time_limit_s):
                full = await _ended(process, box, limits)
        except TimeoutError:
            timed_out = True
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()  # the launcher, which ends all that the command started
            await process.wait()
        await reading
    if out.cut + err.cut:
        notes = (*notes, f"output cut: {out.cut + err.cut:,} bytes from its middle are not kept")
    results, why = pipe.taken() if pipe else _results(spec, box)
    return CommandOutcome(
        exit_code=None if timed_out else _failed(process.returncode) if full else process.returncode,
        stdout=out.text,
        stderr=err.text,
        timed_out=timed_out,
        seconds=round(time.monotonic() - started, 3),
        note="; ".join((*notes, *([full] if full else ()))),
        results=results,
        no_results=why,
    )


def _failed(code: int | None) -> int:
    """Return the exit code of a command that we have ended: never that of success."""
    return code or 1


async def _ended(process: asyncio.subprocess.Process, box: Sandbox, limits: Limits) -> str | None:
    """Wait for the end; return why it was not waited for any longer: the command fills the disk."""
    waiting = asyncio.ensure_future(process.wait())
    free = _free(box)
    try:
        while not waiting.done():
            await asyncio.wait({waiting}, timeout=WATCH_S)
            left = _free(box)
            if not waiting.done() and (free - left > limits.disk or left < min(limits.floor, free // 2)):
                return f"ended: it filled the disk by {(free - left) // 2**20:,} MiB"
    finally:
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    return None


def _free(box: Sandbox) -> int:
    space = os.statvfs(box.root)
    return space.f_bavail * space.f_frsize


@contextlib.asynccontextmanager
async def _reading(pipe: ResultsPipe | None) -> AsyncIterator[None]:
    if pipe is None:
        yield
        return
    async with pipe.read():
        yield


def _results(spec: CommandSpec, box: Sandbox) -> tuple[bytes | None, str]:
    """Return what the command left at the place that was named; else why there is nothing."""
    if not spec.results:
        return None, ""
    with opened(box.work) as top:
        content = inside.read(top, spec.results, LARGEST + 1)
    return content, f"{spec.results} was not written, or is no regular file"


async def _read(stream: asyncio.StreamReader | None, kept: _Kept) -> None:
    """Read to the end: a command that prints without end neither blocks nor fills the memory."""
    while stream is not None and (chunk := await stream.read(65_536)):
        kept.add(chunk)
