"""Ask the decided deployments in their order until one answers, within the budget."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING

from aiohttp import web

from gha_router.gateway.admission import Admission
from gha_router.gateway.affinity import in_turn
from gha_router.gateway.answer import Answer, Failure, Refused, Resting, Unaffordable, Unavailable, Whole
from gha_router.gateway.body import Body
from gha_router.gateway.clock import Clock
from gha_router.gateway.connections import Connections
from gha_router.gateway.cooldown import TOO_MANY
from gha_router.gateway.dialect import JSON_FINAL, error_body, is_content_policy, is_too_long
from gha_router.gateway.exchange import Exchange
from gha_router.gateway.fits import estimate, unfit
from gha_router.gateway.gather import gathered
from gha_router.gateway.longtail import Driver, longtail
from gha_router.gateway.longtail.target import speaks_messages
from gha_router.gateway.ollama import OllamaServers, is_ollama
from gha_router.gateway.patience import Patience, pause
from gha_router.gateway.relay import relay
from gha_router.gateway.reply import Settle, write_stream, write_whole
from gha_router.gateway.sessions import Sessions, without_sealed, without_thinking
from gha_router.gateway.setup import ANTHROPIC, LITELLM, Setup, Upstream
from gha_router.gateway.translated import TRANSLATED, translated
from gha_router.gateway.upstream import MESSAGES_PATH, RETRY_AFTER, capped_retry_after

if TYPE_CHECKING:
    from gha_router.gateway.caching import Cache

NO_COUNT = frozenset({404, 405, 501})  # an upstream that has no count_tokens
COUNT_TOKENS_PATH = "/v1/messages/count_tokens"


class Dispatcher:
    """The way of requests through the deployments."""

    def __init__(self, setup: Setup, settle: Settle, clock: Clock, driver: Driver | None = None) -> None:
        """``settle`` writes a receipt, once; a ``driver`` that is given serves others too and is not ended here."""
        self._setup = setup
        self._settle = settle
        self._sessions = Sessions()
        self._clock = clock
        self._admission = Admission(setup, clock)
        self._cache = _cache_for(setup, clock)
        self._upstreams: dict[tuple[str, int | None, tuple[str, ...]], list[Upstream]] = {}  # by what was decided
        self._ollamas = OllamaServers()
        self._driver = driver or Driver()  # starts nothing by itself
        self._own_driver = driver is None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Have what is shared open as long as the context lasts, and LiteLLM imported when a deployment needs it."""
        needed = any(upstream.format == LITELLM for upstream in self._setup.upstreams.values())
        warming = asyncio.create_task(self._driver.warm_up()) if needed else None
        try:
            async with self._admission.shared:
                if self._cache:
                    self._cache.open()
                yield
        finally:
            if self._cache:
                await self._cache.close()
            if warming:
                await warming
            if self._own_driver:
                await self._driver.close()

    async def answer(self, client: Connections, request: web.Request, exchange: Exchange) -> web.StreamResponse:
        """Return a reply that is here already, or that of the first deployment that answers, else an error.

        Of the errors it is the most telling one.
        """
        if self._cache:
            await self._cache.look(request, exchange)
            if exchange.slip and exchange.slip.entry:
                return await self._cache.tell(request, exchange, exchange.slip.entry, self._served)
        queue, patience, told = self._deployments(exchange), Patience(), Told()
        while True:
            response = await self._walk(client, request, exchange, queue, patience, told)
            if response is not None:
                return response
            if told.asked or not told.resting:
                return self._give_up(exchange, told)
            seconds = max(0.0, min(ready for ready, _ in told.resting) - self._clock.now())
            if not patience.wait_for(seconds):
                return self._all_rest(exchange, seconds)
            await self._clock.sleep(seconds)
            queue, told.resting = [upstream for _, upstream in told.resting], []

    async def _walk(
        self,
        client: Connections,
        request: web.Request,
        exchange: Exchange,
        queue: list[Upstream],
        patience: Patience,
        told: "Told",
    ) -> web.StreamResponse | None:
        """Ask one deployment after the other; ``None`` when nobody answers, and ``told`` knows why."""
        for upstream in queue:  # it grows while it is walked
            if misfit := unfit(exchange, upstream, checks=self._setup.policy.pre_call_checks):
                exchange.passed_over(upstream, misfit.cause)
                told.unasked(upstream, misfit)
                self._add(queue, exchange, self._fallbacks_for(misfit.failure))
                continue
            if (ready := self._admission.ready_at(exchange, upstream)) > (now := self._clock.now()):
                exchange.passed_over(upstream, f"rests for another {ready - now:.0f} s")
                told.resting.append((ready, upstream))
                continue
            try:
                return await self._persist(
                    client, request, exchange, upstream, patience, sibling=_next(queue, upstream)
                )
            except Refused as refused:
                if not self._add(queue, exchange, self._fallbacks_for(refused.failure)):
                    return exchange.front.failure(refused.failure)
                told.failure(upstream, Unavailable(str(refused), refused.failure))
            except Unaffordable as dear:
                exchange.passed_over(upstream, dear.cause)
                told.unasked(upstream, dear)
            except Resting as rests:
                exchange.passed_over(upstream, rests.cause)
                told.resting.append((self._clock.now() + rests.seconds, upstream))
            except Unavailable as unavailable:
                told.failure(upstream, unavailable)
        return None

    def _all_rest(self, exchange: Exchange, seconds: float) -> web.Response:
        exchange.refused(TOO_MANY)
        message = f"every deployment rests after failures or a full quota; the first is ready in {seconds:.0f} s"
        headers = JSON_FINAL | {RETRY_AFTER: capped_retry_after(str(seconds)), "x-should-retry": "true"}
        return exchange.front.failure(Failure(status=TOO_MANY, body=error_body(TOO_MANY, message), headers=headers))

    def _give_up(self, exchange: Exchange, told: "Told") -> web.Response:
        if told.shown is None:
            exchange.refused(502)
            return exchange.front.error(502, f"no deployment answered; the last: {told.cause}")
        exchange.refused(told.shown.status)
        return exchange.front.failure(told.shown)

    def _fallbacks_for(self, failure: Failure | None) -> Mapping[str, Sequence[str]]:
        """Return who may do better with a request that was refused for its length or its content."""
        policy = self._setup.policy
        if failure is None:
            return {}
        if is_too_long(failure.status, failure.body):
            return policy.context_window_fallbacks
        return policy.content_policy_fallbacks if is_content_policy(failure.status, failure.body) else {}

    def _add(self, queue: list[Upstream], exchange: Exchange, fallbacks: Mapping[str, Sequence[str]]) -> bool:
        """Queue the fallbacks of the decided model; return whether any is new."""
        assert exchange.decision is not None, "decided before it is dispatched"  # noqa: S101  a wiring mistake of ours
        names = fallbacks.get(exchange.decision.model, ())
        new = [self._setup.upstreams[name] for name in names if name not in {one.name for one in queue}]
        queue += new
        return bool(new)

    async def _persist(
        self,
        client: Connections,
        request: web.Request,
        exchange: Exchange,
        upstream: Upstream,
        patience: Patience,
        *,
        sibling: bool,
    ) -> web.StreamResponse:
        """Ask one deployment, and again after a pause unless a ``sibling`` of its group can be asked instead.

        Raises ``Unavailable`` or ``Refused``.
        """
        for attempt in itertools.count():
            try:
                response = await self._ask(client, request, exchange, upstream)
            except (Unaffordable, Resting):
                raise
            except Unavailable as unavailable:
                seconds = pause(unavailable, attempt)
                last = sibling or not unavailable.again or attempt >= self._setup.policy.num_retries
                if last or not patience.wait_for(seconds):
                    await self._admission.failed(upstream, unavailable)
                    raise
                await self._clock.sleep(seconds)
            else:
                self._admission.answered(upstream)
                return response
        raise AssertionError("the loop ends by returning or raising")

    async def count(self, client: Connections, request: web.Request, exchange: Exchange) -> web.StreamResponse:
        """Return the first deployment's count of a request's tokens, else an estimate that errs high."""
        exchange.free = True  # counting is, everywhere
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
        decision = exchange.decision
        found = self._upstreams.get(named := (decision.model, decision.tier, decision.deployments))
        if found is None:
            found = self._upstreams[named] = self._setup.upstreams_of(decision)
        served = self._sessions.by(exchange.conversation)
        return in_turn(found, exchange.session, served, self._clock.now())

    async def _ask(
        self, client: Connections, request: web.Request, exchange: Exchange, upstream: Upstream
    ) -> web.StreamResponse:
        """Ask one deployment with its worst case reserved. Raises ``Unavailable`` or ``Refused``."""
        async with self._admission.asking(exchange, upstream):
            asked, exchange.body = exchange.body, self._fitting(exchange, upstream)
            try:
                async with self._back(client, request, exchange, upstream) as answer:
                    return await self._write(request, exchange, upstream, answer, self._served)
            except asyncio.CancelledError:
                exchange.abandoned(upstream)
                raise
            finally:
                exchange.body = asked  # the next deployment may know the thinking that this one does not

    def _fitting(self, exchange: Exchange, upstream: Upstream) -> Body:
        """Return the body with the thinking that this deployment may be sent."""
        if self._sessions.switched(exchange.conversation, upstream.name):
            return without_thinking(exchange.body)
        relayed = upstream.format == ANTHROPIC or (upstream.format == LITELLM and speaks_messages(upstream))
        return without_sealed(exchange.body) if relayed else exchange.body

    def _served(self, exchange: Exchange) -> None:
        """Book a reply before its last byte: the session's next request may come before this one has been left."""
        told_again = exchange.slip.entry if exchange.slip else None
        name = told_again.served if told_again else exchange.upstream.name if exchange.upstream else None
        if name is not None:
            self._sessions.served(exchange.conversation, name, self._clock.now())
        if self._cache and not exchange.settled:
            self._cache.keep(exchange)
        self._settle(exchange)

    def _back(
        self, client: Connections, request: web.Request, exchange: Exchange, upstream: Upstream
    ) -> AbstractAsyncContextManager[Answer]:
        if upstream.format in TRANSLATED:
            return translated(client, exchange, upstream)
        if upstream.format == LITELLM:
            return longtail(self._driver, request.headers, exchange, upstream)
        if is_ollama(upstream):
            return self._ollamas.ask(client, request.headers, exchange, upstream)
        return relay(client, request.headers, exchange, upstream, MESSAGES_PATH)

    async def _write(
        self, request: web.Request, exchange: Exchange, upstream: Upstream, answer: Answer, settle: Settle
    ) -> web.StreamResponse:
        if not isinstance(answer, Whole) and not exchange.body.stream:
            answer = await gathered(exchange, upstream, answer)
        if isinstance(answer, Whole):
            response = write_whole(exchange, upstream, answer)  # what cannot be written is not booked as a reply
            settle(exchange)
            return response
        return await write_stream(request, exchange, upstream, answer, settle, self._setup.ping_s)


def _cache_for(setup: Setup, clock: Clock) -> "Cache | None":
    if setup.caching is None:
        return None
    from gha_router.gateway.caching import Cache  # noqa: PLC0415  what nobody configured is not imported

    return Cache(setup, setup.caching, clock)


class Told:
    """What the client is told when nobody answers: by preference by somebody who was asked."""

    def __init__(self) -> None:
        self.asked = False
        self.shown: Failure | None = None
        self.cause = "nothing was tried"
        self.resting: list[tuple[float, Upstream]] = []  # who was passed over, and when it is ready

    def failure(self, upstream: Upstream, unavailable: Unavailable) -> None:
        """Take the error of a deployment that was asked; the last one in words counts."""
        if unavailable.failure or not self.asked:  # who said something is told rather than who said nothing
            self.shown = unavailable.failure
        self.asked, self.cause = True, f"{upstream.name}: {unavailable.cause}"

    def unasked(self, upstream: Upstream, misfit: Unavailable) -> None:
        """Take the reason why a deployment was not asked."""
        if not self.asked:
            self.shown, self.cause = self.shown or misfit.failure, f"{upstream.name}: {misfit.cause}"


def _next(queue: Sequence[Upstream], upstream: Upstream) -> bool:
    """Return whether another deployment of the same group comes next."""
    following = queue[queue.index(upstream) + 1 :]
    return bool(following) and following[0].group is not None and following[0].group == upstream.group
