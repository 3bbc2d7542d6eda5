"""One worker for all tests of a process: LiteLLM takes seconds to import."""

import asyncio
from collections.abc import Coroutine, Iterator
from typing import Any

import pytest

from gha_router.gateway.longtail import Driver

LIMIT_S = 90


class World:
    """A driver, and the event loop that it lives in."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self._runner = runner
        self.driver = Driver()

    def run(self, scene: Coroutine[Any, Any, None]) -> None:
        self._runner.run(asyncio.wait_for(scene, LIMIT_S))


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    with asyncio.Runner() as runner:
        found = World(runner)
        try:
            yield found
        finally:
            found.run(found.driver.close())
