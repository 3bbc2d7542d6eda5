"""Cores, CPU time and memory of processes, as Linux tells them."""

import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SERVERS, BENCH = 0, 1  # cores
_CPUCLOCK_SCHED = 2


@contextmanager
def pinned(core: int) -> Iterator[None]:
    """Run this thread, and what it starts meanwhile, on one core. On a machine without it nothing is pinned."""
    before = os.sched_getaffinity(0)
    with suppress(OSError):
        os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def tree(pid: int) -> list[int]:
    """Return a process and all that descend from it."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found = [pid]
    for one in found:
        found += parents.get(one, ())
    return found


def cpu_seconds(pids: list[int]) -> float:
    """Return the user and system time that these processes have used, all threads together, ended ones too.

    It is read from each process's CPU clock (``clock_getcpuclockid(3)``: the clock's number is made of the pid), which
    counts nanoseconds where ``/proc/PID/stat`` counts hundredths of a second.
    """
    return sum(time.clock_gettime((~pid << 3) | _CPUCLOCK_SCHED) for pid in pids)


def rss_mb(pids: list[int]) -> float:
    """Return the resident memory of these processes, in MiB."""
    return sum(_rss_kib(pid) for pid in pids) / 1024


def _rss_kib(pid: int) -> int:
    return int(Path(f"/proc/{pid}/status").read_text().partition("VmRSS:")[2].split()[0])


def described() -> dict[str, str]:
    """Return what a reader must know of the machine to place a figure; nothing that names it."""
    cpu = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "unknown"
    )
    return {"cores": str(os.cpu_count()), "cpu": cpu, "python": platform.python_version(), "kernel": platform.system()}


def _lines(file: str) -> list[str]:
    return Path(file).read_text(encoding="utf-8").splitlines()
