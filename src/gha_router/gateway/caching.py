"""Between what a request was decided to and whom it is sent to: a reply that is here already, and the new one kept.

A reply is told again only where nothing that changes it is another (``cache.canonical``, ``cache.partition``), and kept
only when it is whole and a model's own: no error, no refusal, nothing cut short, no fallback's word in the place of
the model that was decided on, and nothing that holds a key.
"""

import asyncio
from collections.abc import Coroutine, Iterable
from contextlib import suppress
from typing import Any

import orjson
from aiohttp import web

from gha_router import keyshapes
from gha_router.cache import (
    MAX_ENTRY,
    Canonical,
    Entry,
    Ground,
    Kept,
    Model,
    Question,
    Similar,
    Store,
    Unfit,
    canonical,
    digest_of,
    exact_partition,
)
from gha_router.cache.canonical import HEADERS
from gha_router.errors import GatewayError
from gha_router.gateway import sse
from gha_router.gateway.clock import Clock
from gha_router.gateway.exchange import Exchange
from gha_router.gateway.gather import Gathering
from gha_router.gateway.longtail.target import secrets_of
from gha_router.gateway.model_name import replace as renamed
from gha_router.gateway.playback import events_of
from gha_router.gateway.reply import Settle
from gha_router.gateway.setup import Caching, Setup, Upstream
from gha_router.gateway.slip import HEADER, Slip, Word
from gha_router.gateway.translate.reading import encoded
from gha_router.gateway.upstream import MODEL, served_by
from gha_router.records import Json, stamp

RETRIES = "x-stainless-retry-count"  # of Anthropic's and OpenAI's own clients: how often this was sent before
WHOLE = frozenset({"end_turn", "stop_sequence", "tool_use"})  # stop reasons of a reply that came to its own end
OWN = frozenset({"text", "thinking", "redacted_thinking", "tool_use"})  # a provider's own tools looked at the world
OK = 200


def store_for(caching: Caching) -> Store:
    """Return where replies are kept. Raises ``GatewayError``; what nobody configured is not imported."""
    if caching.redis_url:
        from gha_router.cache.redis import RedisStore  # noqa: PLC0415

        return RedisStore(caching.redis_url, caching.max_bytes)
    if caching.folder is None:
        raise GatewayError("there is no folder to keep replies in", hint="Set `cache.path`: an absolute path.")
    from gha_router.cache.sqlite import SqliteStore  # noqa: PLC0415

    return SqliteStore(caching.folder, caching.max_bytes)


class Cache:
    """One gateway's replies."""

    def __init__(self, setup: Setup, caching: Caching, clock: Clock) -> None:
        """Raise ``GatewayError`` where there is no place to keep anything in."""
        self._setup = setup
        self._caching = caching
        self._clock = clock
        store = store_for(caching)
        self._kept = Kept(store, seal=bytes.fromhex(caching.seal), trust=caching.ground.trust, clock=clock.now)
        self._similar: Similar | None = None
        if caching.near:
            from gha_router.gateway.nearness import similar_for  # noqa: PLC0415  numpy, where it is asked for

            self._similar = similar_for(caching, caching.near, store, clock)
        self._tasks: set[asyncio.Task[None]] = set()
        self._opening: asyncio.Task[None] | None = None
        self._secrets = tuple({key.encode() for one in setup.upstreams.values() for key in secrets_of(one)})

    def open(self) -> None:
        """Begin to open what replies are kept in: the gateway listens meanwhile."""
        self._opening = asyncio.create_task(self._open())

    async def _open(self) -> None:
        await self._kept.open()
        if self._similar:
            await self._similar.open()

    async def close(self) -> None:
        """Write what is not written yet."""
        if self._opening:
            await self._opening
        if self._tasks:
            await asyncio.wait(self._tasks)
        if self._similar:
            await self._similar.close()
        await self._kept.close()

    async def look(self, request: web.Request, exchange: Exchange) -> None:
        """Give an exchange its slip, with the entry that answers it where there is one."""
        exchange.slip = slip = self._slip(request, exchange)
        if slip.name is None or slip.question is None:
            return
        if self._opening and not self._opening.done():
            await asyncio.shield(self._opening)
        at = slip.question.at
        if self._caching.exact_ttl_s is not None and (entry := await self._kept.find(slip.name, at)):
            slip.word, slip.entry = Word.HIT, entry
        elif (
            self._similar
            and (match := await self._similar.find(slip.question))
            and (entry := await self._kept.find(match.name, at))
        ):
            slip.word, slip.entry, slip.similarity = Word.HIT, entry, match.similarity
        if slip.entry is None and not self._kept.usable:
            slip.word, slip.name = Word.BYPASS, None

    @staticmethod
    async def tell(request: web.Request, exchange: Exchange, entry: Entry, settle: Settle) -> web.StreamResponse:
        """Answer with an entry, as a message or as a stream, under the name that was asked for."""
        body = renamed(entry.message, ("model",), exchange.asked)
        message = orjson.loads(body)
        exchange.told_again(message)
        settle(exchange)
        headers = {**served_by(entry.served, exchange.id), HEADER: Word.HIT.value}
        if entry.answered_by:
            headers[MODEL] = entry.answered_by
        if not exchange.body.stream:
            whole = exchange.front.whole(body)
            return web.Response(body=whole, headers={**headers, "content-type": "application/json"})
        down = web.StreamResponse(headers={**headers, "content-type": "text/event-stream"})
        await down.prepare(request)
        with suppress(ConnectionResetError):  # the client has read all it wants
            await down.write(exchange.front.stream().encode(events_of(message)))
            await down.write_eof()
        return down

    def keep(self, exchange: Exchange) -> None:
        """Keep the reply of an exchange that has ended, if it may be."""
        slip, upstream = exchange.slip, exchange.upstream
        if slip is None or slip.name is None or slip.entry or slip.question is None or upstream is None:
            return
        if exchange.broken or exchange.status != OK or not self._is_decided(exchange, upstream):
            return
        message = _message(slip)
        if message is None or self._holds_key(message) or self._holds_key(exchange.body.raw):
            return
        price = upstream.price
        entry = Entry(
            message=message,
            trust=self._caching.ground.trust,
            receipt=exchange.id,
            at=stamp(exchange.at),
            served=upstream.name,
            answered_by=exchange.meter.model,
            usage=exchange.meter.usage,
            cost_usd=exchange.cost,
            price_source=price.source if price else None,
            price_digest=price.digest if price else None,
        )
        self._kept.keep(slip.name, entry, at=slip.question.at, ttl_s=slip.ttl_s)
        if self._similar:
            self._beside(self._similar.keep(slip.question, slip.name))

    def _beside(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _slip(self, request: web.Request, exchange: Exchange) -> Slip:
        decision, ground = exchange.decision, self._caching.ground
        assert decision is not None, "decided before it is looked for"  # noqa: S101  a wiring mistake of ours
        route = self._caching.routes.get(decision.task_type or "", {})
        if route.get("no_store") or _refuses(request):
            return Slip(word=Word.NO_STORE)
        if exchange.grant.attempt > 1 or request.headers.get(RETRIES, "0") != "0":
            return Slip(word=Word.BYPASS)
        try:
            asked = canonical(exchange.body.raw, _headers(request))
        except Unfit:
            return Slip(word=Word.BYPASS)
        model = Model(name=decision.model, tier=decision.tier, deployments=decision.deployments)
        at = self._clock.utc().timestamp()
        return Slip(
            word=Word.MISS,
            name=name_of(ground, model, asked),
            question=Question(asked=asked, ground=ground, model=model, at=at, route=route),
            ttl_s=route.get("ttl") or self._ttl_s,
        )

    @property
    def _ttl_s(self) -> float:
        """Return how long a reply is kept; what means the same is found as long at most."""
        near = self._caching.near.ttl_s if self._caching.near else 0.0
        return self._caching.exact_ttl_s or near

    def _is_decided(self, exchange: Exchange, upstream: Upstream) -> bool:
        """Return whether who answered is of the model that was decided on, and not one of its fallbacks."""
        assert exchange.decision is not None, "decided before it is answered"  # noqa: S101  a wiring mistake of ours
        first = self._setup.upstreams_of(exchange.decision)[0]
        return upstream.name == first.name or (upstream.group is not None and upstream.group == first.group)

    def _holds_key(self, text: bytes) -> bool:
        return any(key in text for key in self._secrets) or next(_keys_in(text), None) is not None


def name_of(ground: Ground, model: Model, asked: Canonical) -> str:
    """Return what the reply to a request is kept under."""
    return digest_of([exact_partition(ground, model), asked.digest])


def _headers(request: web.Request) -> dict[str, str]:
    """Return the headers that count, each with all of its lines: the upstream is sent all of them."""
    return {name: ",".join(request.headers.getall(name, ())) for name in HEADERS}


def _refuses(request: web.Request) -> bool:
    words = {word.strip().lower() for word in ",".join(request.headers.getall(HEADER, ())).split(",")}
    return Word.NO_STORE in words


def _keys_in(text: bytes) -> Any:
    return keyshapes.keys_in(text.decode(errors="replace"))


def _message(slip: Slip) -> bytes | None:
    """Return the whole message that was passed on, ``None`` for one that is not kept."""
    try:
        message = orjson.loads(slip.whole) if slip.whole is not None else _gathered(slip.events)
        body = slip.whole if slip.whole is not None else encoded(message)
        body.decode()
    except (ValueError, LookupError, TypeError):
        return None
    return body if _is_worth(message) and len(body) <= MAX_ENTRY else None


def _gathered(events: Iterable[bytes]) -> Json:
    gathering = Gathering()
    for event in events:
        if data := sse.data_of(event):
            gathering.event(data)
    return gathering.message()


def _is_worth(message: Any) -> bool:
    content = message.get("content") if isinstance(message, dict) else None
    if not isinstance(content, list) or not content or message.get("stop_reason") not in WHOLE:
        return False
    return all(isinstance(block, dict) and block.get("type") in OWN for block in content)
