"""``gha-router serve``: the gateway alone."""

import asyncio
import contextvars
import os
import signal
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import uvloop

from gha_router.cache import Ground
from gha_router.cli import vault
from gha_router.cli.simulation import simulation
from gha_router.config import Config, TaskType, suggest
from gha_router.errors import GatewayError, UsageError
from gha_router.gateway.app import Gateway
from gha_router.gateway.keys import Grant
from gha_router.gateway.server import collect_rarely, serving
from gha_router.ledger import Ledger
from gha_router.pipeline.gateway_process import write_private
from gha_router.pipeline.setup import by_name, gateway_setup, names_of, routes_of
from gha_router.records import Receipt, dumps
from gha_router.routing import resolve
from gha_router.telemetry import telemetry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gha_router.pipeline.plan import StepPlan

DEFAULT = "default"
EVERYWHERE = "0.0.0.0"  # noqa: S104  inside a service container, whose port the runner publishes


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the gateway listens, and which files it writes. ``actions``: for later steps of a workflow's job."""

    host: str
    port: int
    info_file: Path
    ledger: Path
    actions: Path | None = None


def serve(config: Config, place: Place, *, pipeline: str | None = None) -> str:
    """Serve until SIGINT or SIGTERM; return the head of the ledger."""
    with telemetry(vault.environment(), _warn) as told, told.run("serve"):
        inside = contextvars.copy_context()  # a request is answered in a context of its own
        return uvloop.run(_serve(config, place, pipeline, lambda receipt: inside.run(told.requests, (receipt,))))


def _warn(message: str) -> None:
    print(f"warning: {message}", file=sys.stderr, flush=True)  # noqa: T201  beside what it prints


async def _serve(config: Config, place: Place, pipeline: str | None, watch: Callable[[Receipt], None]) -> str:
    names = names_of(config)
    plans = steps_of(config, pipeline)
    if place.actions:
        from gha_router.github import gateway_steps  # noqa: PLC0415  only in a workflow

        for warning in gateway_steps.require_plain(plans):
            _warn(warning)
    keyed = {plan.id: plan for plan in plans} | ({} if pipeline else behind_pipelines(config))
    steps = {name: plan.attempts[0] for name, plan in keyed.items()}
    routes = routes_of(config, TaskType)
    default = resolve(config) if config.default is not None or len(config.models) == 1 else None
    decisions = by_name(steps.values()) | names  # asked for by name, a name means what the file says
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    routed = {f"route {kind}": way.decision for kind, way in routes.items()}
    async with simulation(config, {**decisions, **routed}, ()) as sim_url:
        setup = gateway_setup(
            config,
            decisions,
            routes=routes,
            ledger=place.ledger,
            default=default,
            sim_url=sim_url,
            ground=_ground() if config.cache.on else None,
        )
        gateway = Gateway(replace(setup, host=place.host, port=place.port), Ledger(place.ledger), watch=watch)
        keys = ({} if plans else {DEFAULT: gateway.keys.mint(Grant(step=DEFAULT))}) | mint(gateway, keyed)
        async with AsyncExitStack() as stack:
            try:
                url = (await stack.enter_async_context(serving(gateway))).replace(f"//{EVERYWHERE}:", "//127.0.0.1:")
            except GatewayError:  # it served nothing: the same command may be given again
                gateway.ledger.discard()
                raise
            if place.actions:
                gateway_steps.write_start(place.actions, url, plans, keys)
            info = {"url": url, "pid": os.getpid(), "keys": keys, "run_key": gateway.keys.run_key}
            write_private(place.info_file, dumps(info) + "\n")
            collect_rarely()
            print(f"gha-router gateway: {url} (keys in {place.info_file})", file=sys.stderr, flush=True)  # noqa: T201
            await stop.wait()
    head = gateway.ledger.close()
    if place.actions:
        gateway_steps.write_end(place.actions, place.ledger, head)
    return head


def _ground() -> Ground:
    from gha_router.cli.caching import ground_here  # noqa: PLC0415  only where replies are kept

    return ground_here(os.environ, Path.cwd())


def steps_of(config: Config, pipeline: str | None = None) -> "tuple[StepPlan, ...]":
    """Return the configuration's steps, or a pipeline's, in the order in which they run. Raises for one that cannot."""
    if pipeline is not None and pipeline not in config.pipelines:
        raise UsageError(f"there is no pipeline {pipeline!r}", hint=suggest(pipeline, tuple(config.pipelines)))
    if pipeline is None and not config.steps:
        return ()
    from gha_router.pipeline.plans import plans_of  # noqa: PLC0415  checks and claims take as long as all the rest

    return plans_of(config, pipeline)


def behind_pipelines(config: Config) -> "dict[str, StepPlan]":
    """Return the steps of all pipelines, each behind its pipeline's name: ``research/gather``."""
    return {f"{name}/{plan.id}": plan for name in config.pipelines for plan in steps_of(config, name)}


def mint(gateway: Gateway, plans: "Mapping[str, StepPlan]") -> dict[str, str]:
    """Return a virtual key for each step, by the name that its receipts bear.

    A step that names nobody leaves it to its requests.
    """
    return {
        name: gateway.keys.mint(Grant(step=name, decision=None if plan.open else plan.attempts[0], usd=plan.usd))
        for name, plan in plans.items()
    }
