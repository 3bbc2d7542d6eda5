"""Ask the decided deployments in their order until one answers, within the budget."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import aiohttp
from aiohttp import web

from gha_router.gateway.answer import Answer, Failure, Refused, Unavailable, Whole
from gha_router.gateway.body import Body
from gha_router.gateway.budget import Budget, Refusal, worst_case
from gha_router.gateway.dialect import JSON_FINAL, error_body
from gha_router.gateway.exchange import Exchange
from gha_router.gateway.fits import estimate, unfit
from gha_router.gateway.longtail import Driver, longtail
from gha_router.gateway.longtail.target import speaks_messages
from gha_router.gateway.relay import relay
from gha_router.gateway.reply import Settle, write_stream, write_whole
from gha_router.gateway.sessions import Sessions, without_sealed, without_thinking
from gha_router.gateway.setup import ANTHROPIC, LITELLM, OPENAI, Setup, Upstream
from gha_router.gateway.translated import translated
from gha_router.gateway.upstream import MESSAGES_PATH

NO_COUNT = frozenset({404, 405, 501})  # an upstream that has no count_tokens
COUNT_TOKENS_PATH = "/v1/messages/count_tokens"


class Dispatcher:
    """The way of requests through the deployments."""

    def __init__(self, setup: Setup, settle: Settle) -> None:
        """``settle`` writes a receipt, once."""
        self._setup = setup
        self._settle = settle
        self._budget = Budget(setup.run_usd, setup.step_usd)
        self._sessions = Sessions()
        self._driver = Driver()  # starts nothing by itself

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Have LiteLLM imported in the background as long as the context lasts, when a deployment needs it."""
        needed = any(upstream.format == LITELLM for upstream in self._setup.upstreams.values())
        warming = asyncio.create_task(self._driver.warm_up()) if needed else None
        try:
            yield
        finally:
            if warming:
                await warming
            await self._driver.close()

    async def answer(
        self, client: aiohttp.ClientSession, request: web.Request, exchange: Exchange
    ) -> web.StreamResponse:
        """Return the reply of the first deployment that answers, else the last error."""
        shown: Failure | None = None
        cause = "nothing was tried"
        for upstream in self._deployments(exchange):
            if misfit := unfit(exchange, upstream):
                exchange.passed_over(upstream, misfit.cause)
                shown, cause = shown or misfit.failure, f"{upstream.name}: {misfit.cause}"
                continue
            try:
                return await self._ask(client, request, exchange, upstream)
            except Refused as refused:
                return exchange.front.failure(refused.failure)
            except Unavailable as unavailable:
                shown, cause = unavailable.failure, f"{upstream.name}: {unavailable.cause}"
        exchange.refused(shown.status if shown else 502)
        return (
            exchange.front.failure(shown)
            if shown
            else exchange.front.error(502, f"no deployment answered; the last: {cause}")
        )

    async def count(
        self, client: aiohttp.ClientSession, request: web.Request, exchange: Exchange
    ) -> web.StreamResponse:
        """Return the first deployment's count of a request's tokens, else an estimate that errs high."""
        exchange.billed = False  # counting is free everywhere
        upstream = self._deployments(exchange)[0]
        try:
            if upstream.format == ANTHROPIC:
                exchange.body = self._fitting(exchange, upstream)
                async with relay(client, request.headers, exchange, upstream, COUNT_TOKENS_PATH) as answer:
                    return await self._write(request, exchange, upstream, answer, self._settle)
        except Refused as refused:
            if refused.failure.status not in NO_COUNT:
                return exchange.front.failure(refused.failure)
        except Unavailable:
            pass
        exchange.upstream, exchange.status, exchange.complete = None, 200, True
        self._settle(exchange)
        return web.json_response({"input_tokens": estimate(exchange.body.raw)})

    def _deployments(self, exchange: Exchange) -> list[Upstream]:
        assert exchange.decision is not None, "decided before it is dispatched"  # noqa: S101  a wiring mistake of ours
        return self._setup.upstreams_of(exchange.decision)

    async def _ask(
        self, client: aiohttp.ClientSession, request: web.Request, exchange: Exchange, upstream: Upstream
    ) -> web.StreamResponse:
        """Ask one deployment with its worst case reserved. Raises ``Unavailable`` or ``Refused``."""
        worst = worst_case(len(exchange.body.raw), exchange.body.max_tokens, upstream)
        reserved = self._budget.reserve(exchange.grant, worst, upstream.name)
        if isinstance(reserved, Refusal):
            body = error_body(402, reserved.message)
            exchange.refused(402)
            raise Refused(Failure(status=402, body=body, headers=JSON_FINAL))
        asked, exchange.body = exchange.body, self._fitting(exchange, upstream)
        try:
            async with self._back(client, request, exchange, upstream) as answer:
                return await self._write(request, exchange, upstream, answer, self._served)
        finally:
            self._budget.settle(exchange.grant, reserved, exchange.spent)
            exchange.body = asked  # the next deployment may know the thinking that this one does not

    def _fitting(self, exchange: Exchange, upstream: Upstream) -> Body:
        """Return the body with the thinking that this deployment may be sent."""
        if self._sessions.switched(exchange.conversation, upstream.name):
            return without_thinking(exchange.body)
        relayed = upstream.format == ANTHROPIC or (upstream.format == LITELLM and speaks_messages(upstream))
        return without_sealed(exchange.body) if relayed else exchange.body

    def _served(self, exchange: Exchange) -> None:
        """Book a reply before its last byte: the session's next request may come before this one has been left."""
        if exchange.upstream is not None:
            self._sessions.served(exchange.conversation, exchange.upstream.name)
        self._settle(exchange)

    def _back(
        self, client: aiohttp.ClientSession, request: web.Request, exchange: Exchange, upstream: Upstream
    ) -> AbstractAsyncContextManager[Answer]:
        if upstream.format == OPENAI:
            return translated(client, exchange, upstream)
        if upstream.format == LITELLM:
            return longtail(self._driver, request.headers, exchange, upstream)
        return relay(client, request.headers, exchange, upstream, MESSAGES_PATH)

    async def _write(
        self, request: web.Request, exchange: Exchange, upstream: Upstream, answer: Answer, settle: Settle
    ) -> web.StreamResponse:
        if isinstance(answer, Whole):
            response = write_whole(exchange, upstream, answer)  # what cannot be written is not booked as a reply
            settle(exchange)
            return response
        return await write_stream(request, exchange, upstream, answer, settle, self._setup.ping_s)
