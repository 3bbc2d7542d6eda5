"""``python -m bench.traps``: TRAPS (numbers or names) and TARGETS in the environment choose; exits 0 always.

``python -m bench.traps dialects``: ours alone, in every dialect.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.traps import report
from bench.traps.case import Case
from bench.traps.cases import CASES
from bench.traps.retold import RETOLD
from bench.traps.runner import Outcome, run
from bench.traps.targets import TARGETS, ours
from bench.traps.targets.target import NotStarted, Target
from bench.traps.upstream import scripted_upstream

RESULTS = Path(__file__).parents[1] / "results"


def chosen(words: Sequence[str]) -> list[Case]:
    """Return the cases of these trap numbers, or whose names hold these words; all without any."""
    return [one for one in CASES if not words or any(_fits(one, word) for word in words)]


def _fits(case: Case, word: str) -> bool:
    return case.trap == int(word) if word.isdigit() else word in case.name


async def judged(target: Target, cases: Sequence[Case]) -> dict[str, Outcome]:
    """Return the outcomes of one target. Raises ``NotStarted``."""
    outcomes = {}
    with tempfile.TemporaryDirectory() as folder:
        async with scripted_upstream() as upstream:
            with target.started(upstream.url, Path(folder)) as gateway:
                for case in cases:
                    outcomes[case.name] = outcome = await run(case, gateway, upstream)
                    print(f"{target.name:<20} {case.name:<60} {outcome.verdict} {outcome.seconds} s", file=sys.stderr)
    return outcomes


def main() -> None:
    """Run what was chosen, print a table, and write it down when everything was run."""
    cases = chosen(os.environ.get("TRAPS", "").split())
    names = os.environ.get("TARGETS", "").split()
    if unknown := set(names) - {target.name for target in TARGETS}:
        print(f"no target named {', '.join(sorted(unknown))}; there are: {', '.join(one.name for one in TARGETS)}")
        return
    columns, notes = {}, []
    for target in TARGETS:
        if names and target.name not in names:
            continue
        version = target.version()
        if version is None:
            notes.append(f"{target.name} is not installed and was left out (sh bench/traps/install.sh).")
            continue
        try:
            columns[f"{target.name} {version}"] = asyncio.run(judged(target, cases))
        except NotStarted as failure:
            notes.append(f"{target.name} {version} was left out: {failure}")
    result = report.Result(cases=cases, columns=columns, notes=notes, at=time.strftime("%Y-%m-%d", time.gmtime()))
    report.show(result)
    if not names and len(cases) == len(CASES):
        in_dialects()
        report.write(result, RESULTS)
        print(f"written to {RESULTS.relative_to(Path.cwd())}/traps.md and traps.json")


def in_dialects() -> None:
    """Run all cases of all dialects against ours, and write it down."""
    outcomes = asyncio.run(judged(ours.TARGET, [*CASES, *RETOLD]))
    report.write_dialects(list(outcomes.values()), time.strftime("%Y-%m-%d", time.gmtime()), RESULTS)


if __name__ == "__main__":
    in_dialects() if sys.argv[1:] == ["dialects"] else main()
