"""Entries in Redis (version 5 or newer, not a cluster), where every job that knows the address finds them.

``{gha-router}:cache:NAME`` holds an entry for its time to live; ``{gha-router}:cache`` has the names by the time when
they were kept (a sorted set), ``{gha-router}:cache-sizes`` what each takes and until when, ``{gha-router}:cache-size``
the sum. All share a hash tag with what gateways keep there beside.
"""

from collections.abc import Awaitable
from typing import Any

from gha_router.cache.store import FORMAT, Stats, StoreDown
from gha_router.redis_client import RedisClient, RedisDown

PREFIX = f"{{gha-router}}:cache{FORMAT}"
BOOKS = (PREFIX, f"{PREFIX}-sizes", f"{PREFIX}-size")
NEAR = "{gha-router}:near1"  # lists the partitions of what is near: semantic.redis_index
OF_NEAR = ("order", "until", "notes", "number", "set", "rows")  # the keys of one
BATCH = 500
# KEYS: the books, the entry. ARGV: name, value, at and until in ms, size, most bytes.
# What is over goes first, then the oldest. Names of entries are made in here: they lie together by their hash tag.
_FORGET = """
local function forget(name)
  local size, over = string.match(redis.call('HGET', KEYS[2], name) or '0:0', '^(%d+):(%d+)$')
  redis.call('ZREM', KEYS[1], name)
  redis.call('HDEL', KEYS[2], name)
  redis.call('DECRBY', KEYS[3], size)
  redis.call('DEL', KEYS[1] .. ':' .. name)
end
"""
PUT = (
    _FORGET
    + """
local at, most = tonumber(ARGV[3]), tonumber(ARGV[6])
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then forget(ARGV[1]) end
redis.call('SET', KEYS[4], ARGV[2], 'PX', math.max(1, tonumber(ARGV[4]) - at))
redis.call('ZADD', KEYS[1], at, ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[5] .. ':' .. ARGV[4])
redis.call('INCRBY', KEYS[3], ARGV[5])
for _, name in ipairs(redis.call('ZRANGE', KEYS[1], 0, 20)) do
  local over = tonumber(string.match(redis.call('HGET', KEYS[2], name) or '0:0', ':(%d+)$'))
  if over <= at then forget(name) end
end
while tonumber(redis.call('GET', KEYS[3])) > most do
  local oldest = redis.call('ZRANGE', KEYS[1], 0, 0)[1]
  if not oldest then break end
  forget(oldest)
end
"""
)
CLEAR = (
    _FORGET
    + """
local names = redis.call('ZRANGE', KEYS[1], 0, tonumber(ARGV[1]) - 1)
for _, name in ipairs(names) do forget(name) end
if #names == 0 then redis.call('DEL', KEYS[1], KEYS[2], KEYS[3]) end
return #names
"""
)


class RedisStore:
    """The store of all who know the address. Its own clock decides when an entry is over."""

    def __init__(self, url: str, max_bytes: int) -> None:
        """Raise ``GatewayError`` where the package is not installed, or the address cannot be read by it."""
        self.client = RedisClient(url, setting="cache.store")
        self.where = self.client.where
        self._max_bytes = max_bytes
        self._put = self.client.redis.register_script(PUT)
        self._clear = self.client.redis.register_script(CLEAR)

    async def open(self) -> None:
        """Ask whether it is there."""
        await self.asked(self.client.redis.ping())

    async def get(self, name: str, at: float) -> bytes | None:  # noqa: ARG002  Redis has a clock
        """Return what is kept under a name and not over yet."""
        value = await self.asked(self.client.redis.get(_key(name)))
        return bytes(value) if value is not None else None

    async def put(self, name: str, value: bytes, *, at: float, until: float) -> None:
        """Keep a value until a time, in the place of what is there; the oldest go when it is full."""
        if len(value) > self._max_bytes:
            return
        arguments: list[str | bytes | int] = [
            name,
            value,
            int(at * 1000),
            int(until * 1000),
            len(value),
            self._max_bytes,
        ]
        await self.asked(self._put(keys=[*BOOKS, _key(name)], args=arguments))

    async def stats(self, at: float) -> Stats:
        """Return what is kept and not over yet."""
        books: Any = await self.asked(self.client.redis.hgetall(BOOKS[1]))
        ages: Any = await self.asked(self.client.redis.zrange(BOOKS[0], 0, -1, withscores=True))
        sizes = {name: tuple(map(int, book.split(b":"))) for name, book in books.items()}
        found = [(sizes[name][0], kept / 1000) for name, kept in ages if sizes.get(name, (0, 0))[1] > at * 1000]
        kept = [when for _, when in found]
        return Stats(
            entries=len(found),
            bytes=sum(size for size, _ in found),
            oldest=min(kept, default=None),
            newest=max(kept, default=None),
            near=await self._near(at),
        )

    async def clear(self) -> int:
        """Forget everything; what other keys hold is left alone."""
        total = 0
        while count := int(await self.asked(self._clear(keys=list(BOOKS), args=[BATCH]))):
            total += count
        await self._clear_near()
        return total

    async def _near(self, at: float) -> int:
        ends = [near_key(one.decode(), "until") for one in await self.asked(self.client.redis.smembers(NEAR))]
        counts = [await self.asked(self.client.redis.zcount(key, f"({at!r}", "+inf")) for key in ends]
        return sum(map(int, counts))

    async def _clear_near(self) -> None:
        for one in await self.asked(self.client.redis.smembers(NEAR)):
            await self.asked(self.client.redis.unlink(*(near_key(one.decode(), part) for part in OF_NEAR)))
        await self.asked(self.client.redis.unlink(NEAR))

    async def close(self) -> None:
        """Close the connections."""
        await self.client.close()

    async def asked(self, call: Awaitable[Any]) -> Any:
        """Wait for an answer. Raises ``StoreDown``."""
        try:
            return await self.client.answer(call)
        except RedisDown as down:
            raise StoreDown(str(down)) from None


def near_key(partition: str, part: str) -> str:
    """Return the key of a part of what is near in a partition."""
    return f"{NEAR}:{partition}:{part}"


def _key(name: str) -> str:
    return f"{PREFIX}:{name}"
