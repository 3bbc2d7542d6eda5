"""The HTTP face of the gateway: Anthropic Messages and OpenAI's two dialects in front, receipts behind."""

import asyncio
import re
from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.log import server_logger

from gha_router.errors import InfrastructureError
from gha_router.gateway.body import BadBody
from gha_router.gateway.choosing import Chooser
from gha_router.gateway.clock import Clock, SystemClock
from gha_router.gateway.connections import Connections
from gha_router.gateway.dispatch import COUNT_TOKENS_PATH, Dispatcher
from gha_router.gateway.exchange import Exchange
from gha_router.gateway.fronts import Chat, Front, Messages, Responses
from gha_router.gateway.keys import Grant, Keyring
from gha_router.gateway.longtail import Driver
from gha_router.gateway.setup import Setup
from gha_router.gateway.upstream import MESSAGES_PATH
from gha_router.ledger import Ledger
from gha_router.records import Json, Receipt

REVOKE_S = 20.0  # for what is being answered to end: its money may be booked in a store that takes its time
MAX_BODY = 32 * 1024 * 1024  # Anthropic's own limit
CHAT_PATH = "/v1/chat/completions"
RESPONSES_PATH = "/v1/responses"
RECEIPT = re.compile(rb'\{"seq":\d+,"type":"receipt",')
MODEL = {
    "type": "model",
    "created_at": "1970-01-01T00:00:00Z",
    "object": "model",
    "created": 0,
    "owned_by": "gha-router",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Do = Callable[[Connections, web.Request, Exchange], Awaitable[web.StreamResponse]]


class Gateway:
    """One run's gateway: its keys, its budget, its ledger."""

    def __init__(
        self,
        setup: Setup,
        ledger: Ledger,
        *,
        on_receipt: Callable[[str], None] | None = None,
        watch: Callable[[Receipt], None] | None = None,
        clock: Clock | None = None,
        driver: Driver | None = None,
    ) -> None:
        """``on_receipt`` is told the ledger's new head after each receipt, and ``watch`` the receipt.

        ``clock`` is the machine's unless given.

        ``driver`` asks through LiteLLM in a worker that somebody else ends; without one the gateway has its own.
        """
        self.setup = setup
        self.ledger = ledger
        self.keys = Keyring()
        self._chooser = Chooser(setup)
        self._dispatcher = Dispatcher(setup, self._settle, clock or SystemClock(), driver)
        self.broken: str | None = None  # why nothing is served any more
        self._on_receipt = on_receipt or (lambda _head: None)
        self._watch = watch or (lambda _receipt: None)
        self._client: Connections | None = None

    def app(self) -> web.Application:
        """Return the web application."""
        app = web.Application(client_max_size=MAX_BODY, middlewares=[in_our_words])
        app.router.add_post(MESSAGES_PATH, self.messages)
        app.router.add_post(COUNT_TOKENS_PATH, self.count_tokens)
        app.router.add_post(CHAT_PATH, self.chat)
        app.router.add_post(RESPONSES_PATH, self.responses)
        app.router.add_get("/v1/models", self.models)
        app.router.add_get("/receipts", self.receipts)
        app.router.add_get("/healthz", self.healthz)
        app.cleanup_ctx.append(self._lifetime)
        return app

    async def messages(self, request: web.Request) -> web.StreamResponse:
        """Answer ``POST /v1/messages``, streamed or not."""
        return await self._serve(request, Messages(), self._dispatcher.answer)

    async def chat(self, request: web.Request) -> web.StreamResponse:
        """Answer ``POST /v1/chat/completions``, streamed or not."""
        return await self._serve(request, Chat(), self._dispatcher.answer)

    async def responses(self, request: web.Request) -> web.StreamResponse:
        """Answer ``POST /v1/responses``, streamed or not."""
        return await self._serve(request, Responses(), self._dispatcher.answer)

    async def count_tokens(self, request: web.Request) -> web.StreamResponse:
        """Answer ``POST /v1/messages/count_tokens``: the upstream's count, else an estimate that errs high."""
        return await self._serve(request, Messages(), self._dispatcher.count)

    async def _serve(self, request: web.Request, front: Front, do: Do) -> web.StreamResponse:
        """Answer one request, with one receipt whatever happens."""
        grant = self._grant(request)
        if grant is None:
            return _forbidden(front)
        if self.broken:
            return front.error(500, self.broken)
        task = asyncio.current_task()
        assert task is not None, "a request is answered in a task"  # noqa: S101  the server's own form
        grant.running.add(task)
        try:
            return await self._granted(request, grant, front, do)
        finally:
            grant.running.discard(task)

    async def _granted(self, request: web.Request, grant: Grant, front: Front, do: Do) -> web.StreamResponse:
        if request.headers.get("content-encoding", "identity").lower() != "identity":  # 300 kB may become 300 MB
            return front.error(415, "the request's body is compressed; send it as it is")
        try:
            exchange = Exchange.of(request, front.request(await request.read()), grant, front)
        except BadBody as bad:
            return front.error(400, str(bad))
        except web.RequestPayloadError:
            return front.error(400, "the request's body does not arrive as its length says")
        try:
            return await self._answered(request, exchange, do)
        except InfrastructureError as failure:
            # The ledger cannot be written, and nothing is served unrecorded.
            self.broken = str(failure)
            return front.error(500, self.broken)

    async def _answered(self, request: web.Request, exchange: Exchange, do: Do) -> web.StreamResponse:
        try:
            exchange.decision = self._chooser.decide(exchange)
            if exchange.decision is None:
                return self._unknown_model(exchange)
            return await do(self._session, request, exchange)
        except Exception:
            exchange.failed()
            raise
        finally:
            self._settle(exchange)

    async def models(self, request: web.Request) -> web.Response:
        """List what may be asked for by name, in a form that clients of both dialects read."""
        if self._grant(request) is None:
            return _forbidden(Messages())
        data = [MODEL | {"id": name, "display_name": name} for name in self.setup.names]
        ends = {"first_id": data[0]["id"], "last_id": data[-1]["id"]} if data else {"first_id": None, "last_id": None}
        return web.json_response({"object": "list", "data": data, "has_more": False, **ends})

    async def receipts(self, request: web.Request) -> web.Response:
        """Answer with all receipts so far and the ledger's head, to the run key only."""
        if _key(request) != self.keys.run_key:
            return _forbidden(Messages())
        lines = self.ledger.path.read_bytes().splitlines()
        receipts = b",".join(line for line in lines if RECEIPT.match(line))  # as they stand: a day's are many
        body = b'{"receipts":[%b],"head":"%b"}' % (receipts, self.ledger.head.encode())
        return web.Response(body=body, content_type="application/json")

    async def healthz(self, _request: web.Request) -> web.Response:
        """Say whether requests are served."""
        return web.json_response({"status": self.broken or "ok"}, status=500 if self.broken else 200)

    async def _lifetime(self, _app: web.Application):  # type: ignore[no-untyped-def]  # noqa: ANN202  aiohttp's own form
        async with Connections() as self._client, self._dispatcher.running():
            yield

    @property
    def _session(self) -> Connections:
        assert self._client is not None, "the application has not started"  # noqa: S101  a wiring mistake of ours
        return self._client

    def _grant(self, request: web.Request) -> Grant | None:
        return self.keys.find(_key(request))

    async def revoke(self, key: str) -> list[Json]:
        """End a virtual key, and what is being answered; return the receipts of all that was asked with it.

        Raises ``LedgerBroken``.
        """
        grant = self.keys.revoke(key)
        if grant is None:
            return []
        if running := set(grant.running):
            for task in running:
                task.cancel()
            await asyncio.wait(running, timeout=REVOKE_S)
        return self.ledger.read_back(zip(grant.places[::2], grant.places[1::2], strict=True))

    def _unknown_model(self, exchange: Exchange) -> web.Response:
        exchange.refused(404)
        names = ", ".join(self.setup.names) or "none"
        return exchange.front.error(404, f"the model {exchange.asked[:200]!r} is not configured; configured: {names}")

    def _settle(self, exchange: Exchange) -> None:
        """Write the receipt, once."""
        if exchange.settled:
            return
        exchange.settled = True
        receipt = exchange.receipt()
        start = self.ledger.size
        head = self.ledger.receipt(receipt)
        exchange.grant.places.extend((start, self.ledger.size))
        self._on_receipt(head)
        self._watch(receipt)


@web.middleware
async def in_our_words(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the server's refusals (no such path, too large) and our mistakes the form that clients of the API read."""
    try:
        return await handler(request)
    except web.HTTPException as refusal:
        return _front(request).error(refusal.status, refusal.reason)
    except Exception:  # noqa: BLE001  whatever it is, the agent must not be told to try again for minutes
        server_logger.exception("the gateway made a mistake")
        return _front(request).error(500, "the gateway made a mistake with this request; its log says more")


def _front(request: web.Request) -> Front:
    if request.path.startswith(RESPONSES_PATH):
        return Responses()
    return Chat() if request.path == CHAT_PATH else Messages()


def _key(request: web.Request) -> str | None:
    bearer = request.headers.get("Authorization", "")
    return request.headers.get("x-api-key") or bearer.removeprefix("Bearer ").strip() or None


def _forbidden(front: Front) -> web.Response:
    # 403 and not 401: Claude Code tries again for three minutes on a 401.
    return front.error(403, "this key is unknown, or was revoked when its attempt ended")
