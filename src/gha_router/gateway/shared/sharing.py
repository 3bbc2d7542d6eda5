"""One gateway's part in what several keep together: whom to ask, what to say, and what to do when nobody answers.

Without a day's budget, a credit or Redis there is no store, and nothing here is waited for.
"""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from decimal import Decimal
from types import TracebackType
from typing import Self

from gha_router.errors import GatewayError
from gha_router.gateway.answer import Failure, Resting, Unaffordable
from gha_router.gateway.clock import Clock
from gha_router.gateway.cooldown import TOO_MANY, scopes_of
from gha_router.gateway.dialect import JSON_FINAL, error_body
from gha_router.gateway.setup import Setup, Sharing, Upstream
from gha_router.gateway.shared.accounts import Account, Hold, Short, credit, day, nano, usd
from gha_router.gateway.shared.store import Asking, Later, Limits, Store, StoreDown, Told
from gha_router.gateway.upstream import RETRY_AFTER, capped_retry_after

NOBODY = Hold(accounts=(), amount=0)
AGAIN_S = 5.0  # a store that did not answer is not waited for again so soon
PLACE = "Set `budget.state_folder`, or `router_settings.redis_url`."
log = logging.getLogger("gha_router.gateway")


def store_for(sharing: Sharing) -> Store | None:
    """Return where things are kept together, ``None`` where nothing is. Raises ``GatewayError``.

    What nobody configured is not imported either: it would make every start slower.
    """
    if sharing.redis_url:
        from gha_router.gateway.shared.redis import RedisStore  # noqa: PLC0415

        return RedisStore(sharing.redis_url)
    if not sharing.money:
        return None
    if sharing.folder is None:
        raise GatewayError("a budget of a day, or a credit, has no place to be counted in", hint=PLACE)
    from gha_router.gateway.shared.local import LocalStore  # noqa: PLC0415

    return LocalStore(sharing.folder)


class Shared:
    """The accounts, rests and quotas that other gateways count on too."""

    def __init__(self, setup: Setup, clock: Clock) -> None:
        self._sharing = setup.sharing
        self._clock = clock
        self._store: Store | None = None  # as long as the context lasts
        self._told = Told()
        self._again_at = 0.0
        self._settling: set[asyncio.Task[None]] = set()

    @property
    def active(self) -> bool:
        """Return whether there is anything to ask anybody."""
        return self._store is not None

    async def __aenter__(self) -> Self:
        """Open the store. Raises ``GatewayError`` where money is counted in it and it is not there."""
        self._store = store_for(self._sharing)
        if self._store:
            try:
                await self._store.open()
            except StoreDown as down:
                if self._sharing.money:
                    await self._store.close()
                    raise GatewayError(str(down), hint=f"{_WHY}\n  {_MEND}") from None
                self._lost(down)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for what is being booked, and close the store."""
        if self._settling:
            await asyncio.wait(self._settling)
        if self._store:
            await self._store.close()

    async def take(self, upstream: Upstream, worst: Decimal | None, tokens: int) -> Hold:
        """Take a request's worst case from all accounts, and count it among the deployment's requests.

        Raises ``Unaffordable`` and ``Resting``. While nobody answers nothing is sent that costs money of an account,
        and rests and quotas are what this gateway knows itself.
        """
        accounts = self._accounts(upstream)
        if accounts and worst is None:
            raise _unaffordable("no known price", f"{upstream.name} has no known price, and {_UNPRICED}")
        amount = nano(worst or Decimal(0))
        asking = self._asking(upstream, accounts if amount else (), amount, tokens)
        if self._store is None or not (asking.accounts or asking.scopes):
            return NOBODY
        try:
            answer = await self._asked(self._store, asking)
        except StoreDown as down:
            if asking.accounts:
                raise _unaffordable("its budget cannot be counted", f"{down}. {_WHY} {_MEND}") from None
            return NOBODY
        match answer:
            case Short():
                raise self._refusal(answer, amount)
            case Later():
                raise _resting(answer)
        return Hold(accounts=asking.accounts, amount=amount)

    async def settle(self, hold: Hold, spent: Decimal | None) -> None:
        """Put what was spent in the place of what was taken; an unknown cost, or a store that is down, keeps it.

        The booking goes on when the request is cancelled meanwhile.
        """
        if self._store is None or not hold.accounts or spent is None or nano(spent) == hold.amount:
            return
        await asyncio.shield(self._booked(self._add(self._store, hold.accounts, nano(spent) - hold.amount)))

    async def rests(self, scope: str, seconds: float) -> None:
        """Tell the others that a scope rests."""
        if self._store and self._store.shares_limits:
            try:
                await self._store.rest(scope, seconds)
            except StoreDown as down:
                self._lost(down)

    async def used_up(self, upstream: Upstream, failure: Failure) -> Failure | None:
        """Note that a provider says that a credit is used up; return what the client is told, ``None`` without one."""
        pool = self._sharing.pools.get(upstream.pool or "")
        if pool is None or self._store is None:
            return None
        at = self._clock.utc()
        account = credit(pool, at)
        try:
            await self._store.empty(account, at)
        except StoreDown as down:
            self._lost(down)
        return _failure(f"{_empty(account)} {upstream.provider} answered HTTP {failure.status}.")

    def _accounts(self, upstream: Upstream) -> tuple[Account, ...]:
        if not self._sharing.money:
            return ()
        at = self._clock.utc()
        cap, pool = self._sharing.day_usd, self._sharing.pools.get(upstream.pool or "")
        return (*((day(cap, at),) if cap is not None else ()), *((credit(pool, at),) if pool else ()))

    def _asking(self, upstream: Upstream, accounts: Sequence[Account], amount: int, tokens: int) -> Asking:
        at = self._clock.utc()
        if self._store is None or not self._store.shares_limits:
            return Asking(at=at, accounts=accounts, amount=amount)
        limits = Limits(deployment=upstream.name, rpm=upstream.rpm, tpm=upstream.tpm, tokens=tokens)
        limited = upstream.rpm is not None or upstream.tpm is not None
        scopes = scopes_of(upstream)
        return Asking(at=at, accounts=accounts, amount=amount, scopes=scopes, limits=limits if limited else None)

    async def _asked(self, store: Store, asking: Asking) -> Short | Later | None:
        if self._clock.now() < self._again_at:
            raise StoreDown("what budgets are counted in did not answer a moment ago")
        if self._told.down:  # one request finds out whether it is back; the others do not queue behind it
            self._again_at = self._clock.now() + AGAIN_S
        taking = asyncio.create_task(store.take(asking))
        try:
            answer = await asyncio.shield(taking)
        except asyncio.CancelledError:  # the client went away: what may be taken by now is given back
            self._booked(self._give_back(store, asking, taking))
            raise
        except StoreDown as down:
            self._lost(down)
            raise
        if self._told.changed(down=False):
            self._again_at = 0.0
            log.warning("gha-router: budgets, rests and quotas are shared again")
        return answer

    def _booked(self, booking: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Have something booked whatever becomes of the request; the store is not closed before."""
        task = asyncio.create_task(booking)
        self._settling.add(task)
        task.add_done_callback(self._settling.discard)
        return task

    async def _add(self, store: Store, accounts: Sequence[Account], change: int) -> None:
        try:
            await store.add(accounts, change)
        except StoreDown as down:
            self._lost(down)

    async def _give_back(self, store: Store, asking: Asking, taking: asyncio.Task[Short | Later | None]) -> None:
        with suppress(StoreDown):
            if await taking is None and asking.accounts:
                await self._add(store, asking.accounts, -asking.amount)

    def _lost(self, down: StoreDown) -> None:
        self._again_at = self._clock.now() + AGAIN_S
        if self._told.changed(down=True):
            what = _WHY if self._sharing.money else "Rests and quotas are this gateway's own until it is back."
            log.warning("gha-router: %s. %s", down, what)

    def _refusal(self, short: Short, amount: int) -> Unaffordable:
        account = short.account
        pool = self._sharing.pools.get(account.pool or "")
        if pool is None:
            return _unaffordable(
                "could pass the day's budget",
                f"the day's budget of {_dollars(account.cap)} could be passed: ${usd(short.used):.4f} is spent or"
                f" reserved by all runs that share it, and this request can cost up to ${usd(amount):.4f}. It begins"
                f" afresh at {account.until:%Y-%m-%d %H:%M} UTC. Raise `budget.day_usd`, or ask a cheaper model.",
            )
        if short.told_empty:
            return _unaffordable(f"the credit `{pool.name}` is used up", _empty(account))
        left = f"${usd(max(0, account.cap - short.used)):.4f} of {_dollars(account.cap)} left"
        kept = f", of which `low_at` keeps ${usd(account.low):.4f}," if account.low else ""
        return _unaffordable(
            f"the credit `{pool.name}` runs low",
            f"the credit `{pool.name}` has {left}{kept} and this request can cost up to ${usd(amount):.4f}."
            f" {_refills(account)}",
        )


_UNPRICED = "there is a budget of a day, or a credit. Give it a `price` (or `price: free`) in the configuration."
_WHY = "Nothing that costs money is sent while `budget.day_usd` and `budget.credits` cannot be counted."
_MEND = "Mend it, or take those out of the configuration: `run_usd` and `step_usd` need no store."


def _dollars(amount: int) -> str:
    return f"${usd(amount).normalize():f}"


def _refills(account: Account) -> str:
    return (
        f"It refills on {account.until:%Y-%m-%d} (UTC). Until then name a fallback that does not draw on it, or raise"
        f" `budget.credits.{account.pool}.usd` if the plan holds more."
    )


def _empty(account: Account) -> str:
    return f"the credit `{account.pool}` is used up, says its provider. {_refills(account)}"


def _failure(message: str) -> Failure:
    return Failure(status=402, body=error_body(402, message), headers=JSON_FINAL)


def _unaffordable(cause: str, message: str) -> Unaffordable:
    return Unaffordable(cause, _failure(message))


def _resting(later: Later) -> Resting:
    why = f"{later.scope} rests" if later.scope else "its quota is full"
    message = f"{why}, as another gateway knows; it is ready in {later.seconds:.0f} s"
    headers = JSON_FINAL | {RETRY_AFTER: capped_retry_after(str(later.seconds)), "x-should-retry": "true"}
    failure = Failure(status=TOO_MANY, body=error_body(TOO_MANY, message), headers=headers)
    return Resting(later.seconds, later.scope, failure)
