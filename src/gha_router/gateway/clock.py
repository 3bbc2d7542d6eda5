"""Time as the gateway's limits see it, so that tests of cool-downs and back-off do not sleep."""

import asyncio
import time
from datetime import datetime
from typing import Protocol

from gha_router import records


class Clock(Protocol):
    """Monotonic seconds, the wait for them, and the date."""

    def now(self) -> float:
        """Return the time in seconds since some start."""

    def utc(self) -> datetime:
        """Return the wall-clock time in UTC, for what is counted by the day and the month."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The machine's own."""

    def now(self) -> float:
        """Return the time in seconds since some start."""
        return time.monotonic()

    def utc(self) -> datetime:
        """Return the wall-clock time in UTC."""
        return records.now()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
