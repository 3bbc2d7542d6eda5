"""One real request of one output token to each deployment, by the way that every request takes: through the gateway."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from gha_router.config import Config
from gha_router.doctor.findings import Entry
from gha_router.doctor.judge import Reply, wants_more
from gha_router.errors import GhaRouterError
from gha_router.gateway.longtail.target import secrets_of
from gha_router.gateway.setup import Setup, Sharing
from gha_router.pipeline.gateway_process import GatewayProcess, gateway_process
from gha_router.pipeline.setup import gateway_setup

MODEL_HEADER = "x-gha-router-model"
FEW = 16  # tokens, for who does not answer in one
PROMPT = "Say one word."
HEADERS = {"anthropic-version": "2023-06-01"}

OnReply = Callable[[Entry, Reply], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long one request may take, and how many are under way at once."""

    seconds: float
    at_once: int


async def call_all(
    config: Config,
    entries: Sequence[Entry],
    *,
    sim_url: str | None,
    environ: Mapping[str, str],
    limits: Limits,
    alone: frozenset[str],
    on_reply: OnReply,
) -> dict[Entry, Reply]:
    """Return what came back from each deployment; ``on_reply`` is told at once.

    Providers in ``alone`` are asked one request after the other: they load models into one memory.
    """
    if not entries:
        return {}
    with TemporaryDirectory(prefix="gha-router-doctor-") as folder:
        setup = _setup(config, entries, Path(folder) / "ledger.jsonl", sim_url)
        async with gateway_process(setup, environ=environ) as gateway, AsyncExitStack() as stack:
            # `trust_env`: the gateway is on this machine, whatever proxies are set.
            client = await stack.enter_async_context(httpx.AsyncClient(base_url=gateway.url, trust_env=False))
            caller = _Caller(gateway, client, setup, limits)
            doors = {name: asyncio.Lock() for name in alone}
            crowd = asyncio.Semaphore(limits.at_once)

            async def call(entry: Entry) -> tuple[Entry, Reply]:
                async with AsyncExitStack() as turn:
                    if door := doors.get(entry.deployment.provider):
                        await turn.enter_async_context(door)
                    await turn.enter_async_context(crowd)
                    reply = await caller.call(entry)
                on_reply(entry, reply)
                return entry, reply

            try:
                async with asyncio.TaskGroup() as group:
                    tasks = [group.create_task(call(entry)) for entry in entries]
            except ExceptionGroup as failed:  # the gateway died, of which each call tells
                raise next((one for one in failed.exceptions if isinstance(one, GhaRouterError)), failed) from None
            return dict(task.result() for task in tasks)


def _setup(config: Config, entries: Sequence[Entry], ledger: Path, sim_url: str | None) -> Setup:
    """Return a gateway that asks each once, for its own answer: no budget, no quota, no rest for another's failure."""
    decisions = {str(number): entry.decision for number, entry in enumerate(entries)}
    setup = gateway_setup(config, decisions, ledger=ledger, sim_url=sim_url)
    return replace(
        setup,
        upstreams={name: replace(upstream, rpm=None, tpm=None) for name, upstream in setup.upstreams.items()},
        run_usd=None,
        step_usd=None,
        sharing=Sharing(),
        policy=replace(setup.policy, num_retries=0, cooldown_s=0),
    )


class _Caller:
    """Asks one deployment at a time, each with a virtual key of its own, which brings its receipt."""

    def __init__(self, gateway: GatewayProcess, client: httpx.AsyncClient, setup: Setup, limits: Limits) -> None:
        self._gateway = gateway
        self._client = client
        self._limits = limits
        self._secrets = tuple({secret for upstream in setup.upstreams.values() for secret in secrets_of(upstream)})

    async def call(self, entry: Entry) -> Reply:
        """Return what one deployment answers, asked again with more room when it does not answer in one token."""
        reply = await self._ask(entry, 1)
        return await self._ask(entry, FEW) if wants_more(reply) else reply

    async def _ask(self, entry: Entry, max_tokens: int) -> Reply:
        key = await self._gateway.mint(run=None, step="doctor", attempt=1, decision=entry.decision)
        body = {
            "model": entry.decision.model,
            "max_tokens": max_tokens,
            "messages": [{"role": "user", "content": PROMPT}],
        }
        since = time.monotonic()
        response, words = None, ""
        try:
            async with asyncio.timeout(self._limits.seconds):
                response = await self._client.post(
                    "/v1/messages", json=body, headers={**HEADERS, "x-api-key": key}, timeout=None
                )
        except TimeoutError:
            pass
        except httpx.TransportError as error:
            words = f"our gateway broke the reply off ({type(error).__name__})"
        seconds = time.monotonic() - since
        receipts = await self._gateway.revoke(key)
        return Reply(
            status=response.status_code if response is not None else None,
            seconds=seconds,
            words=self._words(response) if response is not None else words,
            model=response.headers.get(MODEL_HEADER) if response is not None else None,
            receipt=receipts[-1] if receipts else None,
        )

    def _words(self, response: httpx.Response) -> str:
        """Return an error's message without any of our keys."""
        if response.is_success:
            return ""
        text = response.text
        try:
            found = json.loads(text)["error"]["message"]
        except (ValueError, LookupError, TypeError):
            found = text
        words = str(found)
        for secret in self._secrets:
            words = words.replace(secret, "***")
        return words
