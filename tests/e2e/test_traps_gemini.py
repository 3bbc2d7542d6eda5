"""The trap suite over Gemini's own API, asked through LiteLLM: one gateway plays all cases."""

import asyncio
from pathlib import Path

from bench.traps.retold import RETOLD, TELLINGS
from bench.traps.runner import Verdict, run
from bench.traps.upstream import scripted_upstream
from bench.traps.wire import Dialect

from tests.integration.traps.ours import ours

PATIENCE_S = 60.0  # the first request waits for LiteLLM to be imported
# What LiteLLM itself changes on the way, told in docs/decisions/0035-responses-gemini-ollama.md.
KNOWN = {
    f"{stem}-{telling.dialect}" for telling in TELLINGS if telling.dialect is Dialect.GEMINI for stem in telling.broken
}


def test_what_litellm_breaks_of_gemini_is_what_is_known(tmp_path: Path) -> None:
    async def play() -> dict[str, str]:
        failed = {}
        async with scripted_upstream() as upstream, ours(tmp_path, upstream.url, patience_s=PATIENCE_S) as gateway:
            for case in RETOLD:
                if case.dialect is Dialect.GEMINI:
                    outcome = await run(case, gateway, upstream)
                    if outcome.verdict is not Verdict.PASS:
                        failed[case.name] = outcome.reason
        return failed

    failed = asyncio.run(play())
    assert failed.keys() == KNOWN, failed
