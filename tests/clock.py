"""A clock that waits for nobody: to sleep on it is to have slept."""

import asyncio


class FastClock:
    """Tells a time of its own, which passes only while somebody sleeps, or when a test says so."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds
        await asyncio.sleep(0)
