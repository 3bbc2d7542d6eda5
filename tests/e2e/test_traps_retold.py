"""The trap suite over the dialects that its cases are told in again, against our own gateway."""

import asyncio
from pathlib import Path

import pytest
from bench.traps.case import Case
from bench.traps.retold import RETOLD
from bench.traps.runner import Verdict, run
from bench.traps.upstream import scripted_upstream
from bench.traps.wire import Dialect

from tests.integration.traps.ours import ours

PATIENCE_S = 5.0  # for what should come


@pytest.mark.parametrize(
    "case", [case for case in RETOLD if case.dialect is not Dialect.GEMINI], ids=lambda case: case.name
)
def test_trap(case: Case, tmp_path: Path) -> None:
    async def play() -> None:
        async with scripted_upstream() as upstream, ours(tmp_path, upstream.url, patience_s=PATIENCE_S) as gateway:
            outcome = await run(case, gateway, upstream)
        assert outcome.verdict is Verdict.PASS, outcome.reason

    asyncio.run(play())
