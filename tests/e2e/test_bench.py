"""The bench runs, ours beside the bare relay: that it ends with a table, not what the figures are."""

import os
import subprocess
import sys

from tests.e2e.containers.state import REPOSITORY

ROWS = "start latency saturation relayed translated growth memory"
LIMIT_S = 600


def test_the_quick_bench_ends_with_a_table() -> None:
    before = (REPOSITORY / "bench" / "results").stat().st_mtime_ns
    ended = subprocess.run(
        (sys.executable, "-m", "bench.speed", "--quick"),
        cwd=REPOSITORY,
        env={**os.environ, "TARGETS": "ours bare-aiohttp", "ROWS": ROWS},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "fails" not in ended.stdout
    rows = ("first proxied 200", "CPU a request, c=1", "saturation", "translated stream", "growth: CPU", "RSS idle")
    assert [row for row in rows if row not in ended.stdout] == []
    assert "x bare-aiohttp" in ended.stdout
    assert (REPOSITORY / "bench" / "results").stat().st_mtime_ns == before


def test_a_target_that_is_not_known_is_refused_with_the_names() -> None:
    ended = subprocess.run(
        (sys.executable, "-m", "bench.speed"),
        cwd=REPOSITORY,
        env={**os.environ, "TARGETS": "theirs"},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert ended.returncode == 1
    assert "no target named theirs; there are: ours, bare-aiohttp" in ended.stderr
