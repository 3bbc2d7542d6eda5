"""Two relays that do nothing else: the limit of what a gateway in Python can reach."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib.metadata import version
from pathlib import Path

from bench.speed.server import LOG, PROVIDER_KEY, RELAYED, Server, Target, Way
from bench.traps.targets.target import PYTHON, distribution, environment, free_port, listens, process

RELAYS = Path(__file__).parents[1] / "relays"


def relay(program: Path, script: str) -> Callable[[str, Path], AbstractContextManager[Server]]:
    """Return what starts one of the relays."""

    @contextmanager
    def started(upstream: str, folder: Path) -> Iterator[Server]:
        port = free_port()
        command = (program, "-P", RELAYS / script, upstream, str(port))
        with process(command, folder=folder, env=environment(), ready=lambda: listens(port)) as server:
            way = Way(model="up-one", headers={"x-api-key": PROVIDER_KEY})
            yield Server(url=f"http://127.0.0.1:{port}", pid=server.pid, log=folder / LOG, ways={RELAYED: way})

    return started


AIOHTTP = Target(
    name="bare-aiohttp",
    version=lambda: version("aiohttp"),
    started=relay(Path(sys.executable), "aiohttp_relay.py"),
)
STARLETTE = Target(
    name="bare-starlette",
    version=lambda: distribution("starlette"),
    started=relay(PYTHON, "starlette_relay.py"),
)
