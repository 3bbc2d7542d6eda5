"""``python -m bench.speed [--quick]``: TARGETS and ROWS in the environment choose; exits 0 whatever the figures are.

ROWS are phases: start, latency, saturation, relayed, translated, growth, memory.
"""

import gc
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import uvloop

from bench.speed import report
from bench.speed.book import Book
from bench.speed.elsewhere import recorded
from bench.speed.machine import BENCH, described, pinned
from bench.speed.phases import FRESH, RUNNING, warm_up
from bench.speed.run import CHUNKS, PAUSE_S, QUICK, Run, Scale
from bench.speed.server import Target
from bench.speed.targets import TARGETS
from bench.speed.upstream import upstream

RESULTS = Path(__file__).parents[1] / "results"
PHASES = ("start", *RUNNING, "memory")


async def measured(targets: Sequence[Target], phases: Sequence[str], scale: Scale) -> Book:
    """Measure these targets in these phases."""
    book, began = Book(), time.monotonic()

    def say(what: str) -> None:
        print(f"{time.monotonic() - began:5.0f} s  {what}", file=sys.stderr)

    with pinned(BENCH):
        async with upstream(chunks=CHUNKS, pause_s=PAUSE_S) as address:
            run = Run(targets=targets, address=address, scale=scale, book=book, say=say)
            if "start" in phases:
                await FRESH["start"](run)
            if chosen := [phase for name, phase in RUNNING.items() if name in phases]:
                with run.all_started() as servers:
                    await warm_up(run, servers)
                    for phase in chosen:
                        await phase(run, servers)
            if "memory" in phases:
                await FRESH["memory"](run)
    return book


def selected(names: Sequence[str], known: Sequence[str], kind: str) -> list[str]:
    """Return the names that were asked for, all without any, in the order of the table."""
    if unknown := set(names) - set(known):
        sys.exit(f"no {kind} named {', '.join(sorted(unknown))}; there are: {', '.join(known)}")
    return [name for name in known if not names or name in names]


def main(arguments: Sequence[str]) -> None:
    """Measure what was chosen, print a table, and write it down when everything was measured."""
    scale = QUICK if "--quick" in arguments else Scale()
    names = selected(os.environ.get("TARGETS", "").split(), [target.name for target in TARGETS], "target")
    phases = selected(os.environ.get("ROWS", "").split(), PHASES, "row")
    versions: dict[str, str] = {}
    notes = [f"quick: few requests a round, and {scale.until_memory} for 10,000"] if scale is QUICK else []
    if (os.cpu_count() or 1) <= BENCH:
        notes.append("one core only: nothing was pinned, and the load took its share of each figure")
    for target in TARGETS:
        if target.name in names:
            version = target.version()
            if version is None:
                notes.append(f"{target.name} is not installed and was left out (sh bench/traps/install.sh)")
            else:
                versions[target.name] = version
    gc.disable()  # a collection in the load would be counted as a target's delay
    book = uvloop.run(measured([one for one in TARGETS if one.name in versions], phases, scale))
    result = report.Result(
        book=book,
        versions=versions,
        phases=phases,
        notes=notes,
        machine=described(),
        at=time.strftime("%Y-%m-%d", time.gmtime()),
        recorded=recorded(RESULTS),
    )
    report.show(result)
    if scale is not QUICK and phases == list(PHASES) and len(versions) == len(TARGETS):
        report.write(result, RESULTS)
        print("written to bench/results/gateway.md and gateway.json")


if __name__ == "__main__":
    main(sys.argv[1:])
