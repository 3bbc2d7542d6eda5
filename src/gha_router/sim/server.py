"""The simulation as a server on loopback."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from aiohttp import web

from gha_router.errors import InfrastructureError
from gha_router.sim.app import build_app
from gha_router.sim.script import Script

HOST = "127.0.0.1"


class Simulation:
    """Serve the scripts while the ``async with`` block runs; ``url`` is the base address, without ``/v1``."""

    def __init__(
        self, scripts: Sequence[Script], *, port: int = 0, speed: float = 1.0, interleaved: bool = False
    ) -> None:
        """Prepare to listen on ``port`` (0: any free one). ``speed`` and ``interleaved`` are those of ``build_app``."""
        app = build_app(scripts, speed=speed, interleaved=interleaved)
        # A client that goes away, or our own end, cuts a scripted delay short.
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.5)
        self._port = port
        self.url = ""

    async def __aenter__(self) -> Self:
        """Listen. Raises ``InfrastructureError`` when the port is taken."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, HOST, self._port).start()
        except OSError as error:
            await self._runner.cleanup()
            what = f"the simulated models cannot listen on {HOST}:{self._port}: {error.strerror}"
            raise InfrastructureError(what, hint="port 0 picks a free one") from error
        self.url = f"http://{HOST}:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all connections and the port."""
        await self._runner.cleanup()
