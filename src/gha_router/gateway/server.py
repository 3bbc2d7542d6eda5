"""Start and stop the gateway's HTTP server."""

import gc
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from gha_router.errors import GatewayError
from gha_router.gateway.app import Gateway

SHUTDOWN_S = 2.0
GARBAGE = 10_000  # objects: some hundred requests


def collect_rarely() -> None:
    """Have Python look for garbage rarely, and not among what was imported: it took a tenth of a request's time."""
    gc.freeze()
    gc.set_threshold(GARBAGE, 20, 20)


@asynccontextmanager
async def serving(gateway: Gateway) -> AsyncIterator[str]:
    """Serve as long as the context lasts; yields the address, ``http://host:port``.

    A handler is cancelled when its client goes away, so that nobody pays for a reply that nobody reads.
    """
    runner = web.AppRunner(
        gateway.app(),
        access_log=None,
        handler_cancellation=True,
        shutdown_timeout=SHUTDOWN_S,
        auto_decompress=False,  # a compressed request is refused, and need not be unpacked for that
    )
    await runner.setup()
    host, port = gateway.setup.host, gateway.setup.port
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            raise GatewayError(
                f"the gateway cannot listen on {host}:{port}: {_why(error)}",
                hint="Name a free port, or 0 to have one picked.",
            ) from error
        if gateway.setup.socket:
            await _listen(runner, gateway.setup.socket)
        bound = runner.addresses[0][1]
        yield f"http://{host}:{bound}"
    finally:
        await runner.cleanup()


def _why(error: OSError) -> str:
    """Return the system's word; asyncio's own repeats the address and the word's beginning."""
    return os.strerror(error.errno) if error.errno else str(error)


async def _listen(runner: web.AppRunner, socket: Path) -> None:
    """Listen on a Unix socket that every user may open who gets to its path: they need a key, as for the address."""
    try:
        await web.UnixSite(runner, str(socket)).start()
        os.chmod(socket, 0o666)  # noqa: PTH101, S103  one system call; who gets to it is the folder's to say
    except OSError as error:
        raise GatewayError(f"the gateway cannot listen on {socket}: {error.strerror or error}") from error
