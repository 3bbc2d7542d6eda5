"""The measurements. Each notes a sample a round in the book, for every target in its turn."""

import statistics
import time
from collections.abc import Awaitable, Callable, Mapping

from bench.speed import book
from bench.speed.book import ABSENT, BY_SIZE, Metric, quantile
from bench.speed.load import Reply
from bench.speed.machine import cpu_seconds, rss_mb, tree
from bench.speed.run import DIRECT, Run, client, fail
from bench.speed.server import RELAYED, TRANSLATED, Server

STREAMS_AT_ONCE, BUSY_AT_ONCE, MEMORY_AT_ONCE = 4, 32, 8
LEAST = 5  # requests of a size, a round
Servers = Mapping[str, Server]


async def start(run: Run) -> None:
    """Start each target anew: the time until its first reply has come."""
    for number in range(1, run.scale.starts + 1):
        for target in run.targets:
            run.say(f"start, round {number} of {run.scale.starts}: {target.name}")
            began = time.perf_counter()

            async def measure(name: str, server: Server, began: float = began) -> None:
                await run.first_reply(server)
                run.book.add(name, Metric.START, time.perf_counter() - began)

            await run.fresh(target, (Metric.START,), measure)


async def memory(run: Run) -> None:
    """Note what a fresh target holds after its first reply, and after ten thousand more."""

    async def measure(name: str, server: Server) -> None:
        await run.first_reply(server)
        run.book.add(name, Metric.RSS_IDLE, rss_mb(tree(server.pid)))
        await client(server).replies(run.scale.until_memory, at_once=MEMORY_AT_ONCE)
        run.book.add(name, Metric.RSS_AFTER, rss_mb(tree(server.pid)))

    for target in run.targets:
        run.say(f"memory, {run.scale.until_memory} requests: {target.name}")
        await run.fresh(target, (Metric.RSS_IDLE, Metric.RSS_AFTER), measure)


async def latency(run: Run, servers: Servers) -> None:
    """One request at a time: the median beside the direct one, the slowest, the CPU time."""
    base = 0.0

    async def measure(name: str, server: Server) -> None:
        nonlocal base
        pids = tree(server.pid)
        before = cpu_seconds(pids)
        took = [reply.seconds for reply in await client(server).replies(run.scale.requests)]
        used = cpu_seconds(pids) - before
        median = statistics.median(took)
        base = median if name == DIRECT else base
        if name != DIRECT:
            run.book.add(name, Metric.CPU, used / len(took))
        run.book.add(name, Metric.P50, median)
        run.book.add(name, Metric.P99, quantile(took, 0.99))
        run.book.add(name, Metric.ADDED_P50, median - base)

    metrics = (Metric.ADDED_P50, Metric.P50, Metric.P99, Metric.CPU)
    await run.in_turn("latency", metrics, run.scale.rounds, measure, servers)


async def saturation(run: Run, servers: Servers) -> None:
    """As many replies a second as come over 32 connections."""

    async def measure(name: str, server: Server) -> None:
        began = time.perf_counter()
        replies = await client(server).replies_within(run.scale.busy_s, at_once=BUSY_AT_ONCE)
        run.book.add(name, Metric.RPS, len(replies) / (time.perf_counter() - began))

    await run.in_turn("saturation", (Metric.RPS,), run.scale.rounds, measure, servers)


async def relayed(run: Run, servers: Servers) -> None:
    """Four streams at a time, from an upstream that speaks Anthropic's dialect."""
    await _streams(run, servers, RELAYED, Metric.FIRST_RELAYED, Metric.CHUNK_RELAYED)


async def translated(run: Run, servers: Servers) -> None:
    """Four streams at a time, from an upstream that speaks OpenAI's; the direct ones beside them are Anthropic's."""
    await _streams(run, servers, TRANSLATED, Metric.FIRST_TRANSLATED, Metric.CHUNK_TRANSLATED)


async def _streams(run: Run, servers: Servers, way: str, first: Metric, chunk: Metric) -> None:
    base = base_chunk = 0.0

    async def measure(name: str, server: Server) -> None:
        nonlocal base, base_chunk
        asking = client(server, RELAYED if name == DIRECT else way, stream=True)
        replies = await asking.replies(run.scale.streams, at_once=STREAMS_AT_ONCE)
        median, slow = statistics.median(reply.first for reply in replies), quantile(_delays(replies), 0.99)
        if name == DIRECT:
            base, base_chunk = median, slow
        run.book.add(name, first, median - base)
        run.book.add(name, chunk, slow - base_chunk)

    for name, server in servers.items():
        if way not in server.ways and name != DIRECT:
            fail(run.book, name, (first, chunk), ABSENT)
    await run.in_turn(f"streams, {way}", (first, chunk), run.scale.rounds, measure, servers)


def _delays(replies: list[Reply]) -> list[float]:
    """Return the delays of all chunks but the first, whose delay is that of the reply."""
    return [delay for reply in replies for delay in reply.delays[1:]]


async def growth(run: Run, servers: Servers) -> None:
    """CPU time a request by the size of its body."""
    proxies = {name: server for name, server in servers.items() if name != DIRECT}
    for size, metric in BY_SIZE.items():

        async def measure(name: str, server: Server, size: int = size, metric: Metric = metric) -> None:
            asking = client(server, size=size)
            await asking.replies(LEAST)
            pids = tree(server.pid)
            before = cpu_seconds(pids)
            replies = await asking.replies_within(run.scale.growth_s, least=LEAST)
            run.book.add(name, metric, (cpu_seconds(pids) - before) / len(replies))

        await run.in_turn(f"growth, {size} kB", (metric,), run.scale.growth_rounds, measure, proxies)


FRESH: Mapping[str, Callable[[Run], Awaitable[None]]] = {"start": start, "memory": memory}
RUNNING: Mapping[str, Callable[[Run, Servers], Awaitable[None]]] = {
    "latency": latency,
    "saturation": saturation,
    "relayed": relayed,
    "translated": translated,
    "growth": growth,
}


async def warm_up(run: Run, servers: Servers) -> None:
    """Ask everybody a few times before anything is measured."""

    async def measure(_name: str, server: Server) -> None:
        await run.first_reply(server)
        await client(server).replies(run.scale.warm_up, at_once=STREAMS_AT_ONCE)

    await run.in_turn("warm-up", book.RUNNING, 1, measure, servers)
