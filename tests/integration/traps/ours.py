"""Our gateway in this process, with a model for each dialect and role of the trap suite."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import orjson
from bench.traps.runner import Gateway as Target
from bench.traps.targets.ours import FEATURES, configuration
from bench.traps.wire import Json

from gha_router.config import parse
from gha_router.gateway.app import Gateway
from gha_router.gateway.keys import Grant
from gha_router.gateway.server import serving
from gha_router.gateway.setup import Setup
from gha_router.ledger import Ledger
from gha_router.pipeline.setup import gateway_setup, names_of

IDLE_S = 0.5
PING_S = 0.1


@asynccontextmanager
async def ours(folder: Path, upstream: str, *, patience_s: float, litellm: bool = False) -> AsyncIterator[Target]:
    gateway = Gateway(_setup(folder, upstream, litellm=litellm), Ledger(folder / "ledger.jsonl"))
    key = gateway.keys.mint(Grant(step="trap"))

    async def receipts() -> list[Json]:
        lines = [orjson.loads(line) for line in gateway.ledger.path.read_bytes().splitlines()]
        return [line for line in lines if line["type"] == "receipt"]

    async with serving(gateway) as url:
        yield Target(url=url, key=key, features=FEATURES, pid=os.getpid(), patience_s=patience_s, receipts=receipts)
    gateway.ledger.close()


def _setup(folder: Path, upstream: str, *, litellm: bool) -> Setup:
    text = configuration(upstream, idle_s=IDLE_S, litellm=litellm)
    config = parse(text, name="traps", env={"TRAP_KEY": "sk-of-the-scripted-upstream"})
    setup = gateway_setup(config, names_of(config), ledger=folder / "ledger.jsonl", sim_url=None)
    return replace(setup, ping_s=PING_S)
