"""The simulation as a process of its own: ``python -m gha_router.sim --suite DIR --info-file F``.

It writes ``{"url", "pid"}`` to the info file once it listens, then one line to stdout. It ends on SIGTERM and
SIGINT, and, when asked to, once its stdin is closed: then it does not outlive the process that started it.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from gha_router.errors import GhaRouterError, InfrastructureError
from gha_router.sim.load import load_scripts
from gha_router.sim.server import Simulation


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to end; return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        asyncio.run(_serve(options))
    except GhaRouterError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m gha_router.sim", description="Simulated models.")
    parser.add_argument("--suite", type=Path, action="append", default=[], metavar="DIR", help="tasks")
    parser.add_argument("--port", type=int, default=0, help="0 (the default) picks a free one")
    parser.add_argument("--info-file", type=Path, metavar="F", help="where to write the address and pid")
    parser.add_argument("--speed", type=float, default=1.0, help="factor on scripted delays; 0: none")
    parser.add_argument("--interleaved", action="store_true", help="OpenAI: pieces of parallel calls by turns")
    parser.add_argument("--until-stdin-closes", action="store_true", help="end when the starter ends")
    return parser


async def _serve(options: argparse.Namespace) -> None:
    end = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end.set)
    scripts = load_scripts(options.suite)
    how = {"port": options.port, "speed": options.speed, "interleaved": options.interleaved}
    async with Simulation(scripts, **how) as simulation:
        if options.until_stdin_closes:
            threading.Thread(target=_wait_for_end_of_stdin, args=(loop, end), daemon=True).start()
        if options.info_file:
            _write_info(options.info_file, simulation.url)
        sys.stdout.write(f"simulated models ready on {simulation.url}\n")
        sys.stdout.flush()
        await end.wait()


def _wait_for_end_of_stdin(loop: asyncio.AbstractEventLoop, end: asyncio.Event) -> None:
    # A thread, because an event loop cannot watch every kind of stdin (/dev/null, a file).
    while os.read(sys.stdin.fileno(), 4096):
        pass
    loop.call_soon_threadsafe(end.set)


def _write_info(file: Path, url: str) -> None:
    """Write the file whole: who waits for it never reads half of it."""
    part = file.with_name(f"{file.name}.part")
    try:
        part.write_text(json.dumps({"url": url, "pid": os.getpid()}), encoding="utf-8")
        part.replace(file)
    except OSError as error:
        raise InfrastructureError(f"the info file {file} cannot be written: {error.strerror}") from error


if __name__ == "__main__":
    sys.exit(main())
