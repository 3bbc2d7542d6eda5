"""Sums, rests and quotas in Redis, which every job of a repository can reach.

Whatever has to be one step is a script: Redis runs nothing else meanwhile (redis.io, "Scripting with Lua"). Rests are
kept as a time to live and quotas by Redis' own clock, so that the machines' clocks need not agree. All keys share a
hash tag: behind a proxy of a cluster they lie together. A cluster's own protocol is not spoken.
"""

import itertools
import secrets
from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import Any

from gha_router.gateway.shared.accounts import Account, Short
from gha_router.gateway.shared.store import EMPTY_S, Asking, Later, Limits, StoreDown
from gha_router.redis_client import RedisClient, RedisDown

PREFIX = "{gha-router}:"
KEPT_S = 24 * 3600  # an account outlives its period, for what is settled after it

# KEYS: account, its mark of emptiness, ...; rests of scopes; the quota.
# ARGV: amount, accounts, scopes, [cap, low, expiry]..., rpm or 0, tpm or 0, tokens, a name for this request.
# Numbers in Lua are exact up to 2^53 billionths, nine million dollars; INCRBY takes the text as it is.
TAKE = """
local amount, accounts, scopes = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local wait, whose = 0, 0
for i = 1, scopes do
  local left = redis.call('PTTL', KEYS[2 * accounts + i])
  if left > wait then wait, whose = left, i end
end
if wait > 0 then return {'rests', wait, whose} end
local quota, last = KEYS[2 * accounts + scopes + 1], 3 + 3 * accounts
local now
if quota then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
  local rpm, tpm, tokens = tonumber(ARGV[last + 1]), tonumber(ARGV[last + 2]), tonumber(ARGV[last + 3])
  redis.call('ZREMRANGEBYSCORE', quota, '-inf', now - 60000)
  local asked = redis.call('ZRANGE', quota, 0, -1, 'WITHSCORES')
  local count, total = #asked / 2, 0
  for i = 1, #asked, 2 do total = total + tonumber(string.match(asked[i], '^%d+')) end
  for i = 1, #asked, 2 do
    if (rpm == 0 or count < rpm) and (tpm == 0 or total == 0 or total + tokens <= tpm) then break end
    wait = asked[i + 1] + 60000 - now
    count, total = count - 1, total - tonumber(string.match(asked[i], '^%d+'))
  end
  if wait > 0 then return {'full', wait} end
end
for i = 1, accounts do
  local text = redis.call('GET', KEYS[2 * i - 1]) or '0'
  local used, cap, low = tonumber(text), tonumber(ARGV[3 * i + 1]), tonumber(ARGV[3 * i + 2])
  if redis.call('EXISTS', KEYS[2 * i]) == 1 then return {'empty', i, text} end
  if used + amount > cap or cap - used < low then return {'short', i, text} end
end
for i = 1, accounts do
  redis.call('INCRBY', KEYS[2 * i - 1], ARGV[1])
  redis.call('EXPIRE', KEYS[2 * i - 1], ARGV[3 * i + 3])
end
if quota then
  redis.call('ZADD', quota, now, ARGV[last + 3] .. ':' .. ARGV[last + 4])
  redis.call('PEXPIRE', quota, 60000)
end
return {'taken'}
"""
ADD = """
for _, key in ipairs(KEYS) do
  if redis.call('EXISTS', key) == 1 then redis.call('INCRBY', key, ARGV[1]) end
end
"""
REST = """
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], '1', 'PX', ARGV[1]) end
"""


class RedisStore:
    """The store of all who know the address."""

    shares_limits = True

    def __init__(self, url: str) -> None:
        """Raise ``GatewayError`` where the package is not installed, or the address cannot be read by it."""
        self._connected = RedisClient(url, setting="router_settings.redis_url")
        self._client = self._connected.redis
        self._take = self._client.register_script(TAKE)
        self._add = self._client.register_script(ADD)
        self._rest = self._client.register_script(REST)
        self._numbers = itertools.count()
        self._own = secrets.token_hex(8)  # requests of several gateways in one quota have different names

    async def open(self) -> None:
        """Ask whether it is there."""
        await self._asked(self._client.ping())

    async def take(self, asking: Asking) -> Short | Later | None:
        """Take the amount and count the request, or say why not."""
        keys = [key for account in asking.accounts for key in _keys(account)]
        keys += [f"{PREFIX}rest:{scope}" for scope in asking.scopes]
        arguments: list[int | str] = [asking.amount, len(asking.accounts), len(asking.scopes)]
        for account in asking.accounts:
            # From now on, not until a time: a gateway whose clock is days behind would have its sum deleted at once.
            left = int((account.until - asking.at).total_seconds())
            arguments += [account.cap, account.low, left + KEPT_S]
        if asking.limits:
            keys.append(f"{PREFIX}quota:{asking.limits.deployment}")
            arguments += self._quota(asking.limits)
        return _read(await self._asked(self._take(keys=keys, args=arguments)), asking)

    async def add(self, accounts: Sequence[Account], change: int) -> None:
        """Book a difference."""
        await self._asked(self._add(keys=[_keys(account)[0] for account in accounts], args=[change]))

    async def empty(self, account: Account, at: datetime) -> None:  # noqa: ARG002  Redis has a clock
        """Note that the provider says that there is nothing left."""
        await self._asked(self._client.set(_keys(account)[1], "1", ex=int(EMPTY_S)))

    async def rest(self, scope: str, seconds: float) -> None:
        """Let everybody know that a scope rests."""
        await self._asked(self._rest(keys=[f"{PREFIX}rest:{scope}"], args=[max(1, int(seconds * 1000))]))

    async def close(self) -> None:
        """Close the connections."""
        await self._connected.close()

    def _quota(self, limits: Limits) -> list[int | str]:
        return [limits.rpm or 0, limits.tpm or 0, limits.tokens, f"{self._own}-{next(self._numbers)}"]

    async def _asked(self, call: Awaitable[Any]) -> Any:
        try:
            return await self._connected.answer(call)
        except RedisDown as down:
            raise StoreDown(str(down)) from None


def _keys(account: Account) -> tuple[str, str]:
    return f"{PREFIX}{account.key}", f"{PREFIX}{account.key}:empty"


def _read(answer: list[Any], asking: Asking) -> Short | Later | None:
    kind, *rest = answer
    match kind:
        case b"rests":
            return Later(seconds=rest[0] / 1000, scope=asking.scopes[rest[1] - 1])
        case b"full":
            return Later(seconds=rest[0] / 1000)
        case b"short" | b"empty":
            account = asking.accounts[rest[0] - 1]
            return Short(account=account, used=int(rest[1]), told_empty=kind == b"empty")
    return None
