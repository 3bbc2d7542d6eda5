"""The trap suite's translated cases through LiteLLM, as clouds are asked: one gateway plays them all."""

import asyncio
from pathlib import Path

from bench.traps.cases import CASES
from bench.traps.runner import Verdict, run
from bench.traps.upstream import scripted_upstream
from bench.traps.wire import Dialect

from tests.integration.traps.ours import ours

PATIENCE_S = 60.0  # the first request waits for LiteLLM to be imported
# What LiteLLM itself changes on the way, told in docs/decisions/0007-litellm-driver.md.
KNOWN = {"10-ended-without-a-finish-translated", "23-a-stream-that-is-empty-translated"}


def test_what_litellm_breaks_is_what_is_known(tmp_path: Path) -> None:
    async def play() -> dict[str, str]:
        failed = {}
        async with (
            scripted_upstream() as upstream,
            ours(tmp_path, upstream.url, patience_s=PATIENCE_S, litellm=True) as gateway,
        ):
            for case in CASES:
                if case.dialect is Dialect.OPENAI:
                    outcome = await run(case, gateway, upstream)
                    if outcome.verdict is not Verdict.PASS:
                        failed[case.name] = outcome.reason
        return failed

    failed = asyncio.run(play())
    assert failed.keys() == KNOWN, failed
