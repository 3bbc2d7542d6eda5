"""A run with targets that fail in every way: each stays in the book with its cause, and the others are measured."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.speed.book import ABSENT, Book, Metric
from bench.speed.phases import latency, memory, relayed, start, translated, warm_up
from bench.speed.run import CHUNKS, DIRECT, Run, Scale
from bench.speed.server import LOG, RELAYED, Server, Target, Way
from bench.speed.targets import bare
from bench.speed.upstream import upstream
from bench.traps.targets.target import environment, free_port, listens, process

SMALL = Scale(
    starts=1,
    rounds=2,
    requests=10,
    warm_up=4,
    busy_s=0.1,
    streams=4,
    growth_rounds=1,
    growth_s=0.1,
    until_memory=20,
    ready_s=0.5,
)
# Answers 500 with a reason in its log; ends itself at the fifth request when it is told to.
BROKEN = """
import http.server, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    left = int(sys.argv[2])
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        Handler.left -= 1
        if Handler.left == 0:
            os._exit(1)
        body = b'{"output_tokens":1}' if Handler.left > 0 else b'{"status":"failure"}'
        print("TypeError: immutable", flush=True)
        self.send_response(200 if Handler.left > 0 else 500)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def broken(name: str, good: int) -> Target:
    """A target that answers well ``good`` times less one and then dies; never, and 500, with 0."""

    @contextmanager
    def started(_upstream: str, folder: Path) -> Iterator[Server]:
        port = free_port()
        command = (sys.executable, "-c", BROKEN, str(port), str(good))
        with process(command, folder=folder, env=environment(), ready=lambda: listens(port)) as server:
            ways = {RELAYED: Way(model="m")}
            yield Server(url=f"http://127.0.0.1:{port}", pid=server.pid, log=folder / LOG, ways=ways)

    return Target(name=name, version=lambda: "1", started=started)


@contextmanager
def _never(_upstream: str, folder: Path) -> Iterator[Server]:
    with process((sys.executable, "-c", "raise SystemExit('no port')"), folder=folder, env={}, ready=lambda: False):
        raise AssertionError
    yield  # type: ignore[unreachable]


REFUSES = broken("refuses", 0)
NEVER = Target(name="never", version=lambda: "1", started=_never)


async def _run(*targets: Target) -> Book:
    book = Book()
    async with upstream(chunks=CHUNKS, pause_s=0.001) as address:
        run = Run(targets=targets, address=address, scale=SMALL, book=book, say=lambda _what: None)
        await start(run)
        with run.all_started() as servers:
            await warm_up(run, servers)
            for phase in (latency, relayed, translated):
                await phase(run, servers)
        await memory(run)
    return book


def test_the_bare_relay_is_measured_beside_those_that_fail() -> None:
    book = asyncio.run(_run(bare.AIOHTTP, REFUSES, NEVER))
    name = bare.AIOHTTP.name
    for metric in (Metric.START, Metric.P50, Metric.P99, Metric.CPU, Metric.FIRST_RELAYED, Metric.RSS_AFTER):
        assert (book.figure(name, metric) or 0) > 0, metric
    assert book.failures[name] == {Metric.FIRST_TRANSLATED: ABSENT, Metric.CHUNK_TRANSLATED: ABSENT}
    assert len(book.samples[name][Metric.P50]) == SMALL.rounds
    assert book.figure(DIRECT, Metric.ADDED_P50) == 0
    assert book.failure("refuses", Metric.P50) == '500 {"status":"failure"}; its log: TypeError: immutable'
    assert "no port" in (book.failure("never", Metric.START) or "")
    assert "no port" in (book.failure("never", Metric.RSS_IDLE) or "")


def test_who_dies_in_the_midst_has_no_figures_and_a_cause() -> None:
    book = asyncio.run(_run(broken("dies", 10)))
    assert book.figure("dies", Metric.START) is not None
    assert book.figure("dies", Metric.P50) is None
    assert book.failure("dies", Metric.P50)
