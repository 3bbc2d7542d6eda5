"""The HTTP face of the gateway: Anthropic Messages in front, receipts behind."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal

import aiohttp
import orjson
from aiohttp import web

from gha_router.errors import InfrastructureError
from gha_router.gateway.body import BadBody
from gha_router.gateway.budget import Budget, Refusal, worst_case
from gha_router.gateway.dialect import error
from gha_router.gateway.exchange import Exchange
from gha_router.gateway.keys import Grant, Keyring
from gha_router.gateway.relay import Unavailable, relay
from gha_router.gateway.setup import Setup, Upstream
from gha_router.ledger import Ledger
from gha_router.records import Decision

MAX_BODY = 32 * 1024 * 1024  # Anthropic's own limit
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
BYTES_PER_TOKEN_LOW = 3  # so that an estimate errs high
NOT_THERE = frozenset({404, 405, 501})  # an upstream that has no count_tokens
MESSAGES = "/v1/messages"
COUNT_TOKENS = "/v1/messages/count_tokens"


class Gateway:
    """One run's gateway: its keys, its budget, its ledger."""

    def __init__(self, setup: Setup, ledger: Ledger, *, on_receipt: Callable[[str], None] | None = None) -> None:
        """``on_receipt`` is told the ledger's new head after each receipt."""
        self.setup = setup
        self.ledger = ledger
        self.keys = Keyring()
        self.budget = Budget(setup.run_usd, setup.step_usd)
        self.broken: str | None = None  # why nothing is served any more
        self._on_receipt = on_receipt or (lambda _head: None)
        self._client: aiohttp.ClientSession | None = None

    def app(self) -> web.Application:
        """Return the web application."""
        app = web.Application(client_max_size=MAX_BODY, middlewares=[in_our_words])
        app.router.add_post(MESSAGES, self.messages)
        app.router.add_post(COUNT_TOKENS, self.count_tokens)
        app.router.add_get("/v1/models", self.models)
        app.router.add_get("/receipts", self.receipts)
        app.router.add_get("/healthz", self.healthz)
        app.cleanup_ctx.append(self._lifetime)
        return app

    async def messages(self, request: web.Request) -> web.StreamResponse:
        """Answer ``POST /v1/messages``, streamed or not, with one receipt whatever happens."""
        opened = await self._open(request)
        if isinstance(opened, web.Response):
            return opened
        exchange = opened
        try:
            response = await self._dispatch(request, exchange)
        except InfrastructureError as failure:
            return self._break(failure)
        finally:
            self._settle(exchange)
        return response

    async def count_tokens(self, request: web.Request) -> web.StreamResponse:
        """Answer ``POST /v1/messages/count_tokens``: the upstream's count, else an estimate that errs high."""
        opened = await self._open(request)
        if isinstance(opened, web.Response):
            return opened
        exchange = opened
        exchange.billed = False  # counting is free everywhere
        decision = self._decide(exchange)
        if decision is None:
            return self._unknown_model(exchange)
        exchange.decision = decision
        upstream = self.setup.upstreams[decision.deployments[0]]
        try:
            response = await relay(self._session, request, exchange, upstream, self._settle)
            if response.status in NOT_THERE:
                response = self._estimate(exchange)
        except Unavailable:
            response = self._estimate(exchange)
        except InfrastructureError as failure:
            return self._break(failure)
        finally:
            self._settle(exchange)
        return response

    def _estimate(self, exchange: Exchange) -> web.Response:
        exchange.upstream, exchange.status, exchange.complete = None, 200, True
        return web.json_response({"input_tokens": len(exchange.body.raw) // BYTES_PER_TOKEN_LOW + 1})

    def _break(self, failure: InfrastructureError) -> web.Response:
        """Serve nothing more: the ledger cannot be written, and nothing is served unrecorded."""
        self.broken = str(failure)
        return error(500, self.broken)

    async def models(self, request: web.Request) -> web.Response:
        """List what may be asked for by name."""
        if self._grant(request) is None:
            return _forbidden()
        data = [
            {"type": "model", "id": name, "display_name": name, "created_at": "1970-01-01T00:00:00Z"}
            for name in self.setup.names
        ]
        ends = {"first_id": data[0]["id"], "last_id": data[-1]["id"]} if data else {"first_id": None, "last_id": None}
        return web.json_response({"data": data, "has_more": False, **ends})

    async def receipts(self, request: web.Request) -> web.Response:
        """Answer with all receipts so far and the ledger's head, to the run key only."""
        if _key(request) != self.keys.run_key:
            return _forbidden()
        lines = [orjson.loads(line) for line in self.ledger.path.read_bytes().splitlines()]
        receipts = [line for line in lines if line["type"] == "receipt"]
        return web.json_response({"receipts": receipts, "head": self.ledger.head})

    async def healthz(self, _request: web.Request) -> web.Response:
        """Say whether requests are served."""
        return web.json_response({"status": self.broken or "ok"}, status=500 if self.broken else 200)

    async def _lifetime(self, _app: web.Application):  # type: ignore[no-untyped-def]  # noqa: ANN202  aiohttp's own form
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=True
        ) as self._client:
            yield

    @property
    def _session(self) -> aiohttp.ClientSession:
        assert self._client is not None, "the application has not started"  # noqa: S101  a wiring mistake of ours
        return self._client

    def _grant(self, request: web.Request) -> Grant | None:
        return self.keys.find(_key(request))

    async def _open(self, request: web.Request) -> Exchange | web.Response:
        """Return the exchange of a request that may be served, or the refusal."""
        grant = self._grant(request)
        if grant is None:
            return _forbidden()
        if self.broken:
            return error(500, self.broken)
        try:
            return Exchange.of(request, await request.read(), grant)
        except BadBody as bad:
            return error(400, str(bad))

    def _decide(self, exchange: Exchange) -> Decision | None:
        if exchange.grant.decision is not None:
            return replace(exchange.grant.decision, asked=exchange.asked)
        decision = self.setup.names.get(exchange.asked, self.setup.default)
        return replace(decision, asked=exchange.asked) if decision else None

    def _unknown_model(self, exchange: Exchange) -> web.Response:
        exchange.refused(404)
        names = ", ".join(self.setup.names) or "none"
        return error(404, f"the model {exchange.asked[:200]!r} is not configured; configured: {names}")

    async def _dispatch(self, request: web.Request, exchange: Exchange) -> web.StreamResponse:
        """Try the decided deployments in their order until one answers."""
        exchange.decision = self._decide(exchange)
        if exchange.decision is None:
            return self._unknown_model(exchange)
        answer: web.Response | None = None
        cause = "nothing was tried"
        for name in exchange.decision.deployments:
            upstream = self.setup.upstreams[name]
            reserved = self._reserve(exchange, upstream)
            if isinstance(reserved, Refusal):
                exchange.refused(402)
                return error(402, reserved.message)
            try:
                return await relay(self._session, request, exchange, upstream, self._settle)
            except Unavailable as failure:
                answer, cause = failure.response, f"{name}: {failure.cause}"
            finally:
                self.budget.settle(exchange.grant, reserved, exchange.spent)
        exchange.refused(answer.status if answer else 502)
        return answer or error(502, f"no deployment answered; the last: {cause}")

    def _reserve(self, exchange: Exchange, upstream: Upstream) -> Decimal | Refusal:
        worst = worst_case(len(exchange.body.raw), exchange.body.max_tokens, upstream)
        return self.budget.reserve(exchange.grant, worst, upstream.name)

    def _settle(self, exchange: Exchange) -> None:
        """Write the receipt, once."""
        if exchange.settled:
            return
        exchange.settled = True
        receipt = exchange.receipt()
        exchange.grant.receipts.append(receipt)
        self._on_receipt(self.ledger.receipt(receipt))


@web.middleware
async def in_our_words(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the server's own refusals (no such path, too large) the form that clients of the API read."""
    try:
        return await handler(request)
    except web.HTTPException as refusal:
        return error(refusal.status, refusal.reason)


def _key(request: web.Request) -> str | None:
    bearer = request.headers.get("Authorization", "")
    return request.headers.get("x-api-key") or bearer.removeprefix("Bearer ").strip() or None


def _forbidden() -> web.Response:
    # 403 and not 401: Claude Code tries again for three minutes on a 401.
    return error(403, "this key is unknown, or was revoked when its attempt ended")
