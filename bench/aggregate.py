"""What putting shards together costs: ``make bench-aggregate``. Linear: a further trial always costs the same.

CPU seconds stand beside the time, for a machine that has other work. Byte code is there, as pip and the image leave it.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tests.unit.leaderboard.shards import header, synthetic

from gha_router.records import dumps

SIZES = (1_000, 10_000, 50_000, 100_000)
SHARDS = 256
MODELS, TASKS = 10, 100
MEGA = 1024  # kB; not ru_maxrss, which a process has from the one that started it
CHILD = """
import re, sys, time
sys.argv[0] = "gha-router"
started, cpu = time.perf_counter(), time.process_time()
from gha_router.cli.app import main
code = main()
print(code, time.perf_counter() - started, time.process_time() - cpu,
      re.search(r"VmHWM:\\s+([0-9]+)", open("/proc/self/status").read())[1], file=sys.stderr)
"""


def main() -> Iterator[tuple[str, str]]:
    """Write synthetic trials into shards and have them put together by a process of its own."""
    before: tuple[int, float] | None = None
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            root, code = Path(folder) / str(size), Path(folder) / "code"
            wrote = write(root, size)
            if before is None:
                measure(root, Path(folder) / "warm", code)
            seconds, cpu, peak = measure(root, Path(folder) / f"out-{size}", code)
            further = (
                "" if before is None else f", {(cpu - before[1]) / (size - before[0]) * 1e6:.0f} us a further trial"
            )
            yield (
                f"{size:,} trials in {SHARDS} shards, {wrote / 2**20:.0f} MB",
                f"{seconds:.2f} s, {cpu:.2f} s of CPU, {peak:.0f} MB{further}",
            )
            before = size, cpu


def write(root: Path, size: int) -> int:
    """Write a whole experiment of ``size`` trials; return its bytes."""
    epochs = max(1, size // (MODELS * TASKS))
    whole = header(models=MODELS, tasks=TASKS, epochs=epochs)
    draw = random.Random(7)  # noqa: S311  the same trials in every run
    lines: list[list[str]] = [[] for _ in range(SHARDS)]
    trials = ((model, task, epoch) for epoch in range(1, epochs + 1) for task in whole.tasks for model in whole.models)
    for place, (model, task, epoch) in enumerate(trials):
        lines[place % SHARDS].append(dumps(synthetic(model, task, epoch, draw)) + "\n")
    total = 0
    for number, own in enumerate(lines, 1):
        shard = root / f"shard-{number:03}"
        shard.mkdir(parents=True)
        (shard / "trials.jsonl").write_text("".join(own), encoding="utf-8")
        replace(whole, shard=f"{number}/{SHARDS}", planned=len(own)).write(shard)
        total += (shard / "trials.jsonl").stat().st_size
    return total


def measure(root: Path, out: Path, code: Path) -> tuple[float, float, float]:
    """Return seconds, CPU seconds and peak memory in MB of ``gha-router aggregate``; ``code``: where byte code is."""
    command = [sys.executable, "-c", CHILD, "aggregate", str(root), "--out", str(out), "--json"]
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env["PYTHONPYCACHEPREFIX"] = str(code)
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    exit_code, seconds, cpu, peak = ended.stderr.splitlines()[-1].split()
    assert exit_code == "0", ended.stderr
    assert json.loads(ended.stdout)["kind"] == "experiment"
    return float(seconds), float(cpu), int(peak) / MEGA
