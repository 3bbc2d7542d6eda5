"""Whether a deployment may be asked now: its rests, its quotas, and everybody's money."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

from gha_router.gateway.answer import Failure, Resting, Unaffordable, Unavailable, UsedUp
from gha_router.gateway.budget import Budget, Refusal, worst_case
from gha_router.gateway.clock import Clock
from gha_router.gateway.cooldown import Cooldowns
from gha_router.gateway.dialect import JSON_FINAL, error_body, is_used_up
from gha_router.gateway.exchange import Exchange
from gha_router.gateway.fits import estimate
from gha_router.gateway.quota import Quota
from gha_router.gateway.setup import ANTHROPIC, Setup, Upstream
from gha_router.gateway.shared.accounts import Hold
from gha_router.gateway.shared.sharing import NOBODY, Shared

NO_MONEY = 402  # what an account without money means, whatever the status that said so


class Admission:
    """Who may be asked, and what is set aside for it. Every request that is sent went through here."""

    def __init__(self, setup: Setup, clock: Clock) -> None:
        """Raise ``GhaRouterError`` where what is shared has no place."""
        self._budget = Budget(setup.run_usd, setup.step_usd, setup.spent)
        self._cooldowns = Cooldowns(setup.policy)
        self._quota = Quota()
        self._clock = clock
        self.shared = Shared(setup, clock)

    def ready_at(self, exchange: Exchange, upstream: Upstream) -> float:
        """Return from when on a deployment may be asked, as far as this gateway knows; not after now: at once."""
        now = self._clock.now()
        return max(
            self._cooldowns.ready_at(upstream, now), self._quota.ready_at(upstream, _tokens(exchange, upstream), now)
        )

    @asynccontextmanager
    async def asking(self, exchange: Exchange, upstream: Upstream) -> AsyncIterator[None]:
        """Have a request's worst case set aside while it is sent, and what it cost booked at the end.

        Raises ``Unaffordable`` and ``Resting`` instead of having it sent, ``UsedUp`` when its provider says that the
        deployment's credit is.
        """
        worst = self._worst_case(exchange, upstream)
        reserved = self._budget.reserve(exchange.grant, worst, upstream.name)
        if isinstance(reserved, Refusal):
            raise _unaffordable("could pass the budget", reserved.message)
        hold = await self._counted(exchange, upstream, worst, reserved)
        try:
            yield
        except Unavailable as unavailable:
            if used_up := await self._used_up(upstream, unavailable):
                raise used_up from unavailable
            raise
        finally:
            self._budget.settle(exchange.grant, reserved, exchange.spent)
            if hold is not NOBODY:
                await self.shared.settle(hold, exchange.spent)

    def answered(self, upstream: Upstream) -> None:
        """Forget a deployment's earlier failures."""
        self._cooldowns.answered(upstream)

    async def failed(self, upstream: Upstream, unavailable: Unavailable) -> None:
        """Book that a deployment failed for good; a refused request or an empty credit is no failure of its own."""
        if isinstance(unavailable, (Unaffordable, Resting, UsedUp)):
            return
        failure, now = unavailable.failure, self._clock.now()
        no_money = failure is not None and is_used_up(failure.status, failure.body)
        status = NO_MONEY if no_money else unavailable.status
        scope = self._cooldowns.failed(upstream, status, unavailable.retry_after_s, now)
        if scope and self.shared.active:
            await self.shared.rests(scope, self._cooldowns.until(scope) - now)

    def _worst_case(self, exchange: Exchange, upstream: Upstream) -> Decimal | None:
        """Return the most that a request can cost; looked for where somebody asks."""
        if not self._budget.caps(exchange.grant) and not self.shared.active:
            return None
        body, needs = exchange.body, exchange.body.needs
        worst = worst_case(len(body.raw), body.max_tokens, upstream, needs)
        if worst and upstream.format == ANTHROPIC:  # the other backs send listed fields only
            if unpriced := body.unpriced or ("tools: advisor" if needs.adviser else None):
                raise _unaffordable("has no known price as it is asked", f"{upstream.name}: `{unpriced}` {_UNPRICED}")
            worst *= 2 if body.compacts else 1
        return worst

    async def _counted(self, exchange: Exchange, upstream: Upstream, worst: Decimal | None, reserved: Decimal) -> Hold:
        """Count a request in the quota and in what is shared; nothing is counted when it must not be sent."""
        tokens, now = _tokens(exchange, upstream), self._clock.now()
        self._quota.asked(upstream, tokens, now)  # before anything is waited for: others ask at the same time
        if not self.shared.active:
            return NOBODY
        try:
            return await self.shared.take(upstream, worst, tokens)
        except BaseException as why:  # also a client that went away
            self._quota.not_asked(upstream, tokens, now)
            self._budget.settle(exchange.grant, reserved, Decimal(0))
            if isinstance(why, Resting) and why.scope:
                self._cooldowns.rest(why.scope, now + why.seconds)
            raise

    async def _used_up(self, upstream: Upstream, unavailable: Unavailable) -> UsedUp | None:
        """Return what an error means for the credit that the deployment draws on, if it means anything."""
        failure = unavailable.failure
        if upstream.pool is None or failure is None or not is_used_up(failure.status, failure.body):
            return None
        told = await self.shared.used_up(upstream, failure)
        return UsedUp(f"{unavailable.cause}: the credit `{upstream.pool}` is used up", told, again=False)


_UNPRICED = (
    "makes the request dearer than the model's price says, or has another model answer it, and there is a budget. Leave"
    " it out, or ask without a budget."
)


def _unaffordable(cause: str, message: str) -> Unaffordable:
    return Unaffordable(cause, Failure(status=402, body=error_body(402, message), headers=JSON_FINAL))


def _tokens(exchange: Exchange, upstream: Upstream) -> int:
    """Return a request's tokens where somebody counts them."""
    return estimate(exchange.body.raw) if upstream.tpm is not None else 0
