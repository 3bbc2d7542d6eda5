"""Where the gateway's time goes: ``python -m bench profile``.

The gateway serves in a process of its own under cProfile, which is switched on after the warm-up; for each case the
functions with the most own time are printed, and the CPU time a request without a profiler beside it. ``REQUESTS``,
``TOP`` and ``CASES`` in the environment change how many, how long and which.
"""

import asyncio
import os
import pstats
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import uvloop

from bench.speed.load import Client
from bench.speed.machine import BENCH, SERVERS, cpu_seconds, pinned
from bench.speed.server import RELAYED, TRANSLATED
from bench.speed.targets import ours
from bench.speed.upstream import upstream
from bench.speed.wire import Ask

CASES = {
    "relayed": (RELAYED, False),
    "relayed-stream": (RELAYED, True),
    "translated": (TRANSLATED, False),
    "translated-stream": (TRANSLATED, True),
}
CHUNKS, PAUSE_S = 100, 0.001  # the pause keeps the chunks apart on the wire, as a model's are
AT_ONCE = 8  # streams
WARM_UP = 100
WAIT_S = 30.0
PROFILED = Path(__file__).parent / "speed" / "profiled.py"
ROOT = f"{Path(__file__).parents[1]}/"


def main() -> Iterator[tuple[str, str]]:
    """Profile each case: print its table, yield its CPU time a request."""
    requests, top = int(os.environ.get("REQUESTS", "1000")), int(os.environ.get("TOP", "30"))
    for case in os.environ.get("CASES", "").split() or CASES:
        yield from uvloop.run(_case(case, requests // 5 if CASES[case][1] else requests, top))


async def _case(case: str, requests: int, top: int) -> list[tuple[str, str]]:
    plain = await _measured(case, requests, ours.PLAIN, None)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "profile"
        under = await _measured(case, requests, (sys.executable, PROFILED, out), out)
        _show(case, out, requests, top)
    what = f"{case}: CPU a request, 60 kB" + (f", {CHUNKS} chunks" if CASES[case][1] else "")
    return [(what, f"{plain * 1e3:.3f} ms"), ("  the same under the profiler", f"{under * 1e3:.3f} ms")]


async def _measured(case: str, requests: int, program: Sequence[str | Path], out: Path | None) -> float:
    """Return the CPU seconds a request; with ``out`` the profiler is on meanwhile."""
    name, stream = CASES[case]
    with tempfile.TemporaryDirectory() as folder, pinned(BENCH), ExitStack() as stack:
        async with upstream(chunks=CHUNKS, pause_s=PAUSE_S) as address:
            with pinned(SERVERS):
                server = stack.enter_context(ours.started(address, Path(folder), program))
            way = server.ways[name]
            client = Client.of(server.url, way.headers, Ask(model=way.model, stream=stream), CHUNKS)
            at_once = AT_ONCE if stream else 1
            await client.replies(WARM_UP, at_once=at_once)
            if out:
                os.kill(server.pid, signal.SIGUSR1)
            before = cpu_seconds([server.pid])
            await client.replies(requests, at_once=at_once)
            used = cpu_seconds([server.pid]) - before
            if out:
                os.kill(server.pid, signal.SIGUSR2)
                await asyncio.to_thread(_wait_for, out)
            stack.close()
    return used / requests


def _wait_for(out: Path) -> None:
    """Return when the profile is written: the signal's handler runs when the server's loop gets to it."""
    deadline = time.monotonic() + WAIT_S
    while not out.exists():
        assert time.monotonic() < deadline, "the profiler wrote nothing"
        time.sleep(0.02)


def _show(case: str, out: Path, requests: int, top: int) -> None:
    """Print the functions with the most own time, in microseconds a request."""
    found: dict[tuple[str, int, str], tuple[int, int, float, float, object]] = vars(pstats.Stats(str(out)))["stats"]
    rows = sorted(found.items(), key=lambda row: row[1][2], reverse=True)
    print(f"\n{case}: {requests} requests; microseconds and calls a request, under the profiler")
    print(f"{'own':>8} {'with':>8} {'calls':>8}  function")
    for (file, line, name), (_, calls, own, with_callees, _) in rows[:top]:
        where = name if line == 0 else f"{_short(file)}:{line} {name}"
        figures = (own * 1e6 / requests, with_callees * 1e6 / requests, calls / requests)
        print("{:8.1f} {:8.1f} {:8.1f}  ".format(*figures) + where)


def _short(file: str) -> str:
    """Return a file's path without what stands before the package."""
    return file.rpartition("site-packages/")[2].removeprefix(ROOT).rpartition("/lib/")[2]
