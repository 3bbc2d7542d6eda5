"""Time as the gateway's limits see it, so that tests of cool-downs and back-off do not sleep."""

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """Monotonic seconds, and the wait for them."""

    def now(self) -> float:
        """Return the time in seconds since some start."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The machine's own."""

    def now(self) -> float:
        """Return the time in seconds since some start."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
