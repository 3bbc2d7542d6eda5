"""A gateway between a real client and real upstreams, over real sockets."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx

from gha_router.gateway.app import Gateway
from gha_router.gateway.keys import Grant
from gha_router.gateway.server import serving
from gha_router.gateway.setup import PING_S, Policy, Setup
from gha_router.gateway.setup import Upstream as Deployment
from gha_router.ledger import Ledger, receipts
from gha_router.pricing import Price
from gha_router.records import Decision, Receipt
from tests.clock import FastClock
from tests.upstream import Handler, Upstream, upstream

KEY = "sk-canary-4f1d"
PRICE = Price(input=Decimal(3), output=Decimal(15), source="configured", digest="d")
MODEL = "lab/sim/honest"
DEPLOYMENT = {"api_key": KEY, "price": PRICE, "group": "sonnet", "model": "real-name"}
ASK = {"model": "sonnet", "max_tokens": 100, "messages": [{"role": "user", "content": "hi"}]}


@dataclass
class Scene:
    """A gateway with one or more upstreams, and a client that holds a virtual key."""

    gateway: Gateway
    upstreams: list[Upstream]
    http: httpx.AsyncClient
    key: str
    clock: FastClock

    async def ask(self, **changes: object) -> httpx.Response:
        return await self.http.post("/v1/messages?beta=true", json={**ASK, **changes})

    @property
    def url(self) -> httpx.URL:
        return self.http.base_url

    @property
    def receipts(self) -> list[Receipt]:
        return list(receipts(self.gateway.ledger.path))


@asynccontextmanager
async def scene(
    folder: Path,
    *handlers: Handler,
    run_usd: Decimal | None = None,
    told: Mapping[str, Any] = MappingProxyType({}),
    extra_urls: Sequence[str] = (),
    ping_s: float = PING_S,
    policy: Policy = Policy(),  # noqa: B008  frozen
    decided: int | None = None,
    each: Mapping[str, Sequence[Any]] = MappingProxyType({}),
    **deployment: Any,
) -> AsyncIterator[Scene]:
    """Serve ``sonnet`` from the first ``decided`` of these upstreams, all with the fields of ``deployment``.

    ``told`` is what else the gateway is told (fields of ``Setup``). ``each`` has a field's values for one upstream
    after the other; ``None`` leaves it.
    """
    async with AsyncExitStack() as stack:
        upstreams = [await stack.enter_async_context(upstream(handler)) for handler in handlers]
        found = [*extra_urls, *(one.url for one in upstreams)]
        deployments = {
            f"lab{number}/real-name": Deployment(
                name=f"lab{number}/real-name",
                base_url=url,
                **{
                    "api_key": KEY,
                    "provider": f"lab{number}",
                    "price": PRICE,
                    "group": "sonnet",
                    "model": "real-name",
                    **deployment,
                },
            )
            for number, url in enumerate(found)
        }
        for field, values in each.items():
            for name, value in zip(deployments, values, strict=False):
                if value is not None:
                    deployments[name] = replace(deployments[name], **{field: value})
        decision = Decision(
            asked=None, model="sonnet", deployments=tuple(deployments)[:decided], reason="asked by name"
        )
        setup = Setup(
            ledger=folder / "ledger.jsonl",
            upstreams=deployments,
            names={"sonnet": decision},
            default=None,
            ping_s=ping_s,
            policy=policy,
            **{"run_usd": run_usd, **told},
        )
        clock = FastClock()
        gateway = Gateway(setup, Ledger(setup.ledger), clock=clock)
        key = gateway.keys.mint(Grant(step="fix", run="run-1"))
        url = await stack.enter_async_context(serving(gateway))
        client = httpx.AsyncClient(base_url=url, headers={"x-api-key": key, "anthropic-version": "2023-06-01"})
        http = await stack.enter_async_context(client)
        yield Scene(gateway, upstreams, http, key, clock)
    gateway.ledger.close()


@asynccontextmanager
async def one_upstream(
    folder: Path, *, base_url: str, speaks: str, model: str = "sim/honest"
) -> AsyncIterator[tuple[str, str]]:
    """Yield the address and a key of a gateway that serves ``coder`` from one upstream."""
    deployment = Deployment(
        name=MODEL,
        model=model,
        provider="lab",
        base_url=base_url,
        api_key=KEY,
        price=PRICE,
        format=speaks,
    )
    decision = Decision(asked=None, model="coder", deployments=(MODEL,), reason="asked by name")
    setup = Setup(
        ledger=folder / "ledger.jsonl", upstreams={MODEL: deployment}, names={"coder": decision}, default=decision
    )
    gateway = Gateway(setup, Ledger(setup.ledger))
    async with serving(gateway) as url:
        yield url, gateway.keys.mint(Grant(step="fix", decision=decision))
    gateway.ledger.close()
