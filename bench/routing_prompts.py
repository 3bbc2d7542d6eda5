"""Labelled prompts against the reading: misroutes by group, a confusion table, and the CPU time of a decision.

The prompts that the weights were fitted to are read by weights that saw no prompt of their manner (cross-validation);
only the held-out ones are read by those that ship.
"""

import statistics
import time
from collections import Counter
from collections.abc import Iterator
from importlib import import_module

from tests.unit.routing.corpus import cases

from gha_router.config import parse
from gha_router.routing import Ask, decide
from gha_router.routing.task import read_task

CONFIG = (
    "models: {opus: sim/opus, coder: sim/tiny}\nroutes: {bugfix: opus, docs: coder, quick_fix: coder}\ndefault: opus\n"
)
HELD_OUT = {
    "held_out": "neither listed nor fitted to",
    "fresh": "labelled apart from everything else; nothing was made, listed or chosen by it",
}
ROUNDS = 200
SIZE = 200_000


def main() -> Iterator[str]:
    """Yield what is printed."""
    yield "what the weights are fitted to, cross-validated by manner (words were listed after looking at errors of it)"
    fitting = import_module("scripts.fit_reading")  # scripts are no package: for mypy they are top-level modules
    yield from fitting.report(fitting.cases())
    yield ""
    for name, what in HELD_OUT.items():
        yield f"{name}.yml: {what}, read by what ships"
        found = [(group, expected, read_task(prompt).task_type) for group, expected, prompt in cases(name)]
        yield from _groups(found)
        yield ""
    yield from _confusion(found)
    yield ""
    yield from _times()


def _groups(found: list[tuple[str, str, str]]) -> Iterator[str]:
    for group in (*dict.fromkeys(group for group, _, _ in found), "all"):
        judged = [expected == read for own, expected, read in found if group in {own, "all"}]
        wrong = judged.count(False)
        yield f"  {group:<16}{wrong:>4} of {len(judged):>4} misrouted {wrong / len(judged):>7.1%}"


def _confusion(found: list[tuple[str, str, str]]) -> Iterator[str]:
    kinds = sorted({kind for _, expected, read in found for kind in (expected, read)})
    table = Counter((expected, read) for _, expected, read in found)
    yield "  expected \\ read  " + "".join(f"{kind[:9]:>10}" for kind in kinds)
    for row in kinds:
        yield f"  {row:<17}" + "".join(f"{table[row, column] or '.':>10}" for column in kinds)


def _times() -> Iterator[str]:
    config = parse(CONFIG, name="bench", env={})
    log = "2026-02-10 12:00:01 INFO  review service: design document loaded\n"
    prompts = {
        "a sentence": "Fix the crash when the config file is missing.",
        "200 kB of prose": ("The parser reads each line, and what it finds is kept for later. " * (SIZE // 66))[:SIZE],
        "200 kB of a log": log * (SIZE // len(log)) + "\nRepair this.",
        "200 kB in Japanese": ("設定を読み込むと画面が白くなるので、原因を調べて直してください。" * (SIZE // 96))[
            : SIZE // 3
        ],
    }
    for name, prompt in prompts.items():
        seconds = []
        for _ in range(ROUNDS):
            started = time.process_time()
            decide(config, Ask(prompt=prompt))
            seconds.append(time.process_time() - started)
        p95 = statistics.quantiles(seconds, n=20)[-1]
        yield f"  decide, {name:<20} CPU p95 {p95 * 1e3:6.2f} ms"
