"""A connection that the upstream closes while it lies idle costs no try; one that dies over a request does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gha_router.gateway.setup import Policy
from tests.integration.gateway.scene import scene
from tests.upstream import message

ONCE = Policy(num_retries=0, allowed_fails=0)
CAUSE = "closed while idle; sent again over a new connection"
BODY = message()
REPLY = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(BODY), BODY)


class Server:
    """Answers the first request of each connection, and meets the second as ``second`` says."""

    def __init__(self, second: str) -> None:
        self.second = second
        self.connections = self.requests = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await self._request(reader)
            if self.second == "never the first":
                writer.transport.abort()
                return
            writer.write(REPLY)
            await writer.drain()
            # What follows is the race: the server ends the connection as the next request is on its way.
            await reader.read(1)
            if self.second == "begins":
                writer.write(REPLY[: -len(BODY)])
                await writer.drain()
            if self.second == "late":
                await asyncio.sleep(0.3)
            writer.transport.abort()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _request(self, reader: asyncio.StreamReader) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        fields = dict(line.split(b": ", 1) for line in head.lower().strip().split(b"\r\n")[1:])
        await reader.readexactly(int(fields[b"content-length"]))
        self.requests += 1


@asynccontextmanager
async def closing(second: str) -> AsyncIterator[tuple[str, Server]]:
    server = Server(second)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}", server
    finally:
        listening.close()


def test_a_connection_that_was_closed_while_idle_costs_no_try_and_no_rest(tmp_path: Path) -> None:
    async def run() -> None:
        async with closing("closes") as (url, server), scene(tmp_path, extra_urls=[url], policy=ONCE) as s:
            for _ in range(3):
                assert (await s.ask()).status_code == 200
            assert s.clock.slept == []
            assert server.requests == 3
            # The new connection of the second is not kept, the third's is new without a race.
            causes = [[one.cause for one in receipt.tries] for receipt in s.receipts]
            assert causes == [["ok"], [CAUSE, "ok"], ["ok"]]
            assert all(receipt.cost_usd for receipt in s.receipts)

    asyncio.run(run())


def test_a_new_connection_that_is_closed_is_a_failed_try(tmp_path: Path) -> None:
    async def run() -> None:
        async with closing("never the first") as (url, server), scene(tmp_path, extra_urls=[url], policy=ONCE) as s:
            assert (await s.ask()).status_code == 502
            assert (server.connections, [len(one.tries) for one in s.receipts]) == (1, [1])

    asyncio.run(run())


@pytest.mark.parametrize(("second", "cause"), [("begins", "the reply broke off"), ("late", "the connection broke")])
def test_one_that_may_have_read_the_request_is_not_sent_it_again(
    tmp_path: Path, second: str, cause: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gha_router.gateway.connections.RACE_S", 0.1)

    async def run() -> None:
        async with closing(second) as (url, server), scene(tmp_path, extra_urls=[url], policy=ONCE) as s:
            assert (await s.ask()).status_code == 200
            assert (await s.ask()).status_code == 502
            assert server.connections == 1
            assert s.receipts[1].tries[-1].cause.startswith(cause)

    asyncio.run(run())
