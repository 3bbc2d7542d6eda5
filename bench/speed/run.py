"""A run: who takes part, who still answers, and whose turn it is."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.speed.book import RUNNING, Book, Metric
from bench.speed.load import Client, Unanswered
from bench.speed.machine import SERVERS, pinned
from bench.speed.server import RELAYED, Server, Target, Way
from bench.speed.wire import KILO, Ask
from bench.traps.targets.target import NotStarted

DIRECT = "direct"  # the load asks the upstream itself: what a target takes longer is its own
CHUNKS, PAUSE_S = 30, 0.005  # of a stream
LOG_SHOWN = 160  # characters
Turn = Callable[[str, Server], Awaitable[None]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """How much is asked."""

    starts: int = 5
    rounds: int = 5
    requests: int = 300  # a round, one at a time
    warm_up: int = 60
    busy_s: float = 2.0  # a round at 32 connections
    streams: int = 40  # a round
    growth_rounds: int = 3
    growth_s: float = 0.8  # a round and size
    until_memory: int = 10_000  # requests
    ready_s: float = 30.0  # from listening to the first 200


QUICK = Scale(
    starts=1, rounds=2, requests=50, warm_up=20, busy_s=0.4, streams=8, growth_rounds=1, growth_s=0.2, until_memory=400
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """The targets, the upstream behind them, and the book."""

    targets: Sequence[Target]
    address: str  # of the upstream
    scale: Scale
    book: Book
    say: Callable[[str], None]  # progress

    async def first_reply(self, server: Server) -> None:
        """Ask until the first reply has come: some listen before they can answer. Raises ``Unanswered``."""
        deadline = time.monotonic() + self.scale.ready_s
        while True:
            try:
                await client(server).replies(1)
            except Unanswered:
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(0.005)
            else:
                return

    async def fresh(self, target: Target, metrics: Sequence[Metric], measure: Turn) -> None:
        """Start a target, measure it, end it; one that failed before is left out."""
        if self.book.failure(target.name, metrics[0]):
            return
        try:
            with self.started(target) as server:
                await guarded(self.book, target.name, server, metrics, measure)
        except NotStarted as failure:
            fail(self.book, target.name, metrics, str(failure))

    async def in_turn(
        self, phase: str, metrics: Sequence[Metric], rounds: int, measure: Turn, servers: Mapping[str, Server]
    ) -> None:
        """Measure running targets, round after round; who fails once is left out of the rounds that follow."""
        for number in range(1, rounds + 1):
            for name, server in servers.items():
                if not self.book.failure(name, metrics[0]):
                    self.say(f"{phase}, round {number} of {rounds}: {name}")
                    await guarded(self.book, name, server, metrics, measure)

    @contextmanager
    def started(self, target: Target) -> Iterator[Server]:
        """Run a target on its core as long as the context lasts. Raises ``NotStarted``."""
        with TemporaryDirectory() as folder, ExitStack() as stack:
            with pinned(SERVERS):
                server = stack.enter_context(target.started(self.address, Path(folder)))
            yield server

    @contextmanager
    def all_started(self) -> Iterator[dict[str, Server]]:
        """Run all targets at once, the upstream itself before them; who does not start is noted by who needs it."""
        with ExitStack() as stack:
            servers = {DIRECT: Server(url=self.address, pid=os.getpid(), log=None, ways={RELAYED: Way(model="up-one")})}
            for target in self.targets:
                self.say(f"starting {target.name}")
                try:
                    servers[target.name] = stack.enter_context(self.started(target))
                except NotStarted as failure:
                    fail(self.book, target.name, RUNNING, str(failure))
            yield servers


def client(server: Server, way: str = RELAYED, *, size: int = 60, stream: bool = False) -> Client:
    """Return a client of a target; ``size`` is kB."""
    how = server.ways[way]
    return Client.of(server.url, how.headers, Ask(model=how.model, size=size * KILO, stream=stream), CHUNKS)


async def guarded(book: Book, name: str, server: Server, metrics: Sequence[Metric], measure: Turn) -> None:
    """Measure; a target that does not answer fails, with the cause that its log gives."""
    try:
        await measure(name, server)
    except Unanswered as failure:
        fail(book, name, metrics, f"{failure}{logged(server)}")
    except OSError as failure:  # of /proc, or of a CPU clock
        fail(book, name, metrics, f"its process has ended: {failure.strerror}{logged(server)}")


def fail(book: Book, name: str, metrics: Sequence[Metric], why: str) -> None:
    """Note the same failure for several metrics."""
    for metric in metrics:
        book.fail(name, metric, why)


def logged(server: Server) -> str:
    """Return the last error in a target's log, without its place in the code."""
    lines = server.log.read_text(errors="replace").splitlines() if server.log else []
    errors = [line.strip() for line in lines if "rror" in line and not line.lstrip().startswith(("at ", "File "))]
    return f"; its log: {errors[-1][:LOG_SHOWN]}" if errors else ""
