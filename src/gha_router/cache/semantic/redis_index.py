"""Vectors in Redis, beside the entries: in a vector set where it has them (Redis 8), else compared in here.

Of a partition there are, under ``{gha-router}:near1:PARTITION``: ``:order`` (names by the number of their adding),
``:until`` (names by the end of their time), ``:notes``, ``:number``, and ``:set`` (the vector set) or ``:rows`` (the
vectors themselves). ``{gha-router}:near1`` lists the partitions. What is over is left out by its time and taken away
by the next who adds; all of a partition ends with its last row.
"""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from gha_router.cache.redis import NEAR, OF_NEAR, RedisStore, near_key
from gha_router.cache.semantic.matrix import Matrix
from gha_router.cache.store import Near

PARTITIONS = 8  # in memory, where Redis cannot compare
EFFORT = 200  # how many candidates VSIM looks at; of 10,000 it finds the nearest with (Redis' own default is 100)
BATCH = 500
# KEYS: order, until, notes, number, vectors, list of partitions.
# ARGV: name, vector, note, at, until, most, kind, partition.
ADD = """
local order, ends, notes, number, vectors, list = unpack(KEYS)
local name, vector, note, at, till, most, kind = unpack(ARGV)
local function forget(one)
  redis.call('ZREM', order, one)
  redis.call('ZREM', ends, one)
  redis.call('HDEL', notes, one)
  if kind == 'set' then redis.call('VREM', vectors, one) else redis.call('HDEL', vectors, one) end
end
for _, one in ipairs(redis.call('ZRANGEBYSCORE', ends, '-inf', at, 'LIMIT', 0, 100)) do forget(one) end
if redis.call('ZSCORE', order, name) then forget(name) end
if kind == 'set' then
  redis.call('VADD', vectors, 'FP32', vector, name, 'NOQUANT', 'SETATTR', '{"until":' .. till .. '}')
else
  redis.call('HSET', vectors, name, vector)
end
redis.call('ZADD', order, redis.call('INCR', number), name)
redis.call('ZADD', ends, till, name)
redis.call('HSET', notes, name, note)
redis.call('SADD', list, ARGV[8])
while redis.call('ZCARD', order) > tonumber(most) do forget(redis.call('ZRANGE', order, 0, 0)[1]) end
local last = redis.call('ZRANGE', ends, -1, -1, 'WITHSCORES')[2]
local left = math.ceil(tonumber(last) - tonumber(at)) + 60
for i = 1, 5 do redis.call('EXPIRE', KEYS[i], left) end
"""
# A Lua script may ask for what is not there without a fault of the connection.
COMPARES = """
local answer = redis.pcall('VCARD', KEYS[1])
return (type(answer) == 'table' and answer.err) and 0 or 1
"""
PARTS = OF_NEAR[:4]


class RedisIndex:
    """What is near, in the Redis of a store that somebody else opens and closes."""

    def __init__(self, store: RedisStore, max_rows: int) -> None:
        self._store = store
        self._redis: Any = store.client.redis
        self._max_rows = max_rows
        self._add = self._redis.register_script(ADD)
        self._ask = self._redis.register_script(COMPARES)
        self._compares: bool | None = None
        self._matrices: OrderedDict[str, Matrix] = OrderedDict()

    async def open(self) -> None:
        """Ask what this Redis can do."""
        await self.compares()

    async def compares(self) -> bool:
        """Return whether Redis compares vectors itself; it is asked once it answers."""
        if self._compares is None:
            self._compares = bool(await self._store.asked(self._ask(keys=[f"{NEAR}:none"])))
        return self._compares

    async def add(self, partition: str, name: str, vector: bytes, note: bytes, *, at: float, until: float) -> None:
        """Have the entry of this name found by its meaning."""
        kind = "set" if await self.compares() else "rows"
        keys = [*(near_key(partition, part) for part in PARTS), near_key(partition, kind), NEAR]
        arguments: list[str | bytes | int] = [
            name,
            vector,
            note,
            repr(at),
            repr(until),
            self._max_rows,
            kind,
            partition,
        ]
        await self._store.asked(self._add(keys=keys, args=arguments))

    async def near(self, partition: str, vector: bytes, *, limit: int, at: float) -> Sequence[Near]:
        """Return the nearest that are not over yet, the nearest first."""
        if await self.compares():
            return await self._asked_near(partition, vector, limit, at)
        matrix = await self._brought(partition, len(vector) // 4)
        return matrix.near(vector, limit=limit, at=at)

    async def _asked_near(self, partition: str, vector: bytes, limit: int, at: float) -> Sequence[Near]:
        """Have Redis compare. VSIM's score is ``(1 + cosine) / 2``."""
        words = ("VSIM", near_key(partition, "set"), "FP32", vector, "WITHSCORES", "COUNT", limit, "EF", EFFORT)
        found = await self._store.asked(self._redis.execute_command(*words, "FILTER", f".until > {at!r}"))
        pairs = list(found.items()) if isinstance(found, dict) else list(zip(found[::2], found[1::2], strict=True))
        if not pairs:
            return ()
        notes = await self._store.asked(self._redis.hmget(near_key(partition, "notes"), [name for name, _ in pairs]))
        return tuple(
            Near(name=name.decode(), similarity=2 * float(score) - 1, note=note)
            for (name, score), note in zip(pairs, notes, strict=True)
            if note is not None
        )

    async def _brought(self, partition: str, width: int) -> Matrix:
        """Return a partition's matrix with all that Redis has by now: one call where nothing is new."""
        matrix = self._matrices.get(partition)
        if matrix is None or matrix.width != width or len(matrix) > 2 * self._max_rows:
            matrix = Matrix(width)
        news = await self._news(partition, matrix)
        if news is None:  # forgotten meanwhile, by a bound or by hand
            matrix = Matrix(width)
            news = await self._news(partition, matrix) or []
        self._matrices[partition] = matrix
        self._matrices.move_to_end(partition)
        while len(self._matrices) > PARTITIONS:
            self._matrices.popitem(last=False)
        for start in range(0, len(news), BATCH):
            await self._take_in(matrix, partition, news[start : start + BATCH])
        return matrix

    async def _news(self, partition: str, matrix: Matrix) -> list[tuple[bytes, float]] | None:
        """Return the names and numbers that the matrix has not; ``None`` where the numbers began again."""
        pipe = self._redis.pipeline(transaction=False)
        pipe.get(near_key(partition, "number"))
        pipe.zrangebyscore(near_key(partition, "order"), f"({matrix.last}", "+inf", withscores=True)
        number, news = await self._store.asked(pipe.execute())
        return None if int(number or 0) < matrix.last else list(news)

    async def _take_in(self, matrix: Matrix, partition: str, news: list[tuple[bytes, float]]) -> None:
        names = [name for name, _ in news]
        pipe = self._redis.pipeline(transaction=False)
        pipe.hmget(near_key(partition, "rows"), names)
        pipe.hmget(near_key(partition, "notes"), names)
        pipe.execute_command("ZMSCORE", near_key(partition, "until"), *names)
        rows, notes, ends = await self._store.asked(pipe.execute())
        for name, row, note, until in zip(names, rows, notes, ends, strict=True):
            if row is not None and note is not None and until is not None:
                matrix.add(name.decode(), row, note, float(until))
        matrix.last = int(news[-1][1])
