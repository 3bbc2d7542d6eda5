"""``gha-router serve``: the gateway alone."""

import asyncio
import os
import signal
import sys
from collections.abc import Container
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import uvloop

from gha_router.cli.simulation import simulation
from gha_router.config import Config, TaskType
from gha_router.errors import GatewayError
from gha_router.gateway.app import Gateway
from gha_router.gateway.keys import Grant
from gha_router.gateway.server import collect_rarely, serving
from gha_router.ledger import Ledger
from gha_router.pipeline.gateway_process import write_private
from gha_router.pipeline.setup import by_name, gateway_setup, names_of, routes_of
from gha_router.records import Decision, dumps
from gha_router.routing import resolve

DEFAULT = "default"


def serve(config: Config, *, port: int, info_file: Path, ledger: Path) -> str:
    """Serve until SIGINT or SIGTERM; return the head of the ledger."""
    return uvloop.run(_serve(config, port=port, info_file=info_file, ledger=ledger))


async def _serve(config: Config, *, port: int, info_file: Path, ledger: Path) -> str:
    names = names_of(config)
    steps, unnamed = steps_of(config)
    routes = routes_of(config, TaskType)
    default = resolve(config) if config.default is not None or len(config.models) == 1 else None
    decisions = by_name(steps.values()) | names  # asked for by name, a name means what the file says
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    routed = {f"route {kind}": way.decision for kind, way in routes.items()}
    async with simulation(config, {**decisions, **routed}, ()) as sim_url:
        setup = gateway_setup(config, decisions, routes=routes, ledger=ledger, default=default, sim_url=sim_url)
        gateway = Gateway(replace(setup, port=port), Ledger(ledger))
        keys = ({} if config.steps else mint(gateway, {}, unnamed)) | (mint(gateway, steps, unnamed) if steps else {})
        async with AsyncExitStack() as stack:
            try:
                url = await stack.enter_async_context(serving(gateway))
            except GatewayError:  # it served nothing: the same command may be given again
                gateway.ledger.discard()
                raise
            info = {"url": url, "pid": os.getpid(), "keys": keys, "run_key": gateway.keys.run_key}
            write_private(info_file, dumps(info) + "\n")
            collect_rarely()
            print(f"gha-router gateway: {url} (keys in {info_file})", file=sys.stderr, flush=True)  # noqa: T201
            await stop.wait()
    return gateway.ledger.close()


def steps_of(config: Config) -> tuple[dict[str, Decision], frozenset[str]]:
    """Return who answers each step first, and the steps that name nobody. Raises for one that could not be run.

    A pipeline's steps stand behind its name: ``research/gather``.
    """
    if not config.steps and not config.pipelines:
        return {}, frozenset()
    from gha_router.pipeline.plans import plans_of  # noqa: PLC0415  checks and claims take as long as all the rest

    plans = {plan.id: plan for plan in plans_of(config)} if config.steps else {}
    for name in config.pipelines:
        plans |= {f"{name}/{plan.id}": plan for plan in plans_of(config, name)}
    return {key: plan.attempts[0] for key, plan in plans.items()}, frozenset(key for key in plans if plans[key].open)


def mint(gateway: Gateway, steps: dict[str, Decision], unnamed: Container[str]) -> dict[str, str]:
    """Return a virtual key for each step; without steps one key whose requests name their model.

    A step that names nobody (``unnamed``) leaves it to its requests too.
    """
    if not steps:
        return {DEFAULT: gateway.keys.mint(Grant(step=DEFAULT))}
    return {
        step: gateway.keys.mint(Grant(step=step, decision=None if step in unnamed else decision))
        for step, decision in steps.items()
    }
