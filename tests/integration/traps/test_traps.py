"""The trap suite against our own gateway, over real sockets."""

import asyncio
from pathlib import Path

import pytest
from bench.traps.case import Case
from bench.traps.cases import CASES
from bench.traps.runner import Verdict, run
from bench.traps.upstream import scripted_upstream

from tests.integration.traps.known_open import KNOWN_OPEN
from tests.integration.traps.ours import ours

PATIENCE_S = 5.0  # for what should come; what is known not to come is not waited for
OPEN_PATIENCE_S = 1.0


def _marked(case: Case) -> object:
    marks = [pytest.mark.xfail(reason="known to be open", raises=AssertionError)] if case.name in KNOWN_OPEN else []
    return pytest.param(case, id=case.name, marks=marks)


@pytest.mark.parametrize("case", [_marked(case) for case in CASES])
def test_trap(case: Case, tmp_path: Path) -> None:
    async def play() -> None:
        patience_s = OPEN_PATIENCE_S if case.name in KNOWN_OPEN else PATIENCE_S
        async with scripted_upstream() as upstream, ours(tmp_path, upstream.url, patience_s=patience_s) as gateway:
            outcome = await run(case, gateway, upstream)
        assert outcome.verdict is Verdict.PASS, outcome.reason

    asyncio.run(play())


def test_what_is_known_to_be_open_is_a_case() -> None:
    assert {case.name for case in CASES} >= KNOWN_OPEN
