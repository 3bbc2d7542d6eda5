"""A clock that waits for nobody: to sleep on it is to have slept."""

import asyncio
from datetime import UTC, datetime, timedelta


class FastClock:
    """Tells a time of its own, which passes only while somebody sleeps, or when a test says so."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.slept: list[float] = []
        self.started = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def now(self) -> float:
        return self.time

    def utc(self) -> datetime:
        return self.started + timedelta(seconds=self.time - 1000.0)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds
        await asyncio.sleep(0)
