"""A header may come as several lines: all of them go to the upstream, and all of them count."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from gha_router.cache import Ground, seal_key
from gha_router.gateway.setup import Caching
from tests.integration.gateway.scene import ASK, KEY, scene
from tests.upstream import answering, message

CACHING = Caching(ground=Ground(), seal=seal_key([KEY]).hex(), exact_ttl_s=600)
HEADER = "x-gha-router-cache"


@pytest.mark.parametrize(
    ("lines", "word"),
    [
        ([("anthropic-beta", "other-2026-01-01"), ("anthropic-beta", "")], "miss"),
        ([(HEADER, "no-store"), (HEADER, "")], "no-store"),
    ],
)
def test_the_first_line_of_a_header_is_not_hidden_by_the_second(
    tmp_path: Path, lines: list[tuple[str, str]], word: str
) -> None:
    async def run() -> None:
        told = {"caching": replace(CACHING, folder=tmp_path / "c")}
        async with scene(tmp_path, answering(200, message()), told=told) as s:
            assert (await s.ask()).headers[HEADER] == "miss"
            reply = await s.http.post("/v1/messages?beta=true", headers=lines, json=ASK)
            assert reply.headers[HEADER] == word

    asyncio.run(run())
