"""A connection to a Redis, and how its faults are told: without any part of its address that may be a secret.

The package is imported only when an address is configured.
"""

import importlib
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from gha_router.errors import GatewayError

if TYPE_CHECKING:
    from redis.asyncio import Redis

ANSWER_S = 2.0  # for one call, and to connect
CONNECTIONS = 8  # of one gateway: small plans allow thirty in all, and a call takes a millisecond
QUEUE_S = 10.0  # for one of them to be free


class RedisDown(Exception):
    """A Redis that cannot be used; the message says which and why, for people, without any secret."""


class RedisClient:
    """The connections of one gateway to one Redis. No call is repeated: what was sent may have been done."""

    def __init__(self, url: str, *, setting: str) -> None:
        """Raise ``GatewayError`` where the package is not installed, or the address cannot be read by it.

        ``setting`` is what the address is called in the configuration.
        """
        self.where = place_of(url)
        try:
            package = importlib.import_module("redis")
            asynchronous = importlib.import_module("redis.asyncio")
            retry = importlib.import_module("redis.asyncio.retry")
            backoff = importlib.import_module("redis.backoff")
        except ImportError:
            raise GatewayError(
                f"`{setting}` is set, and the Python package `redis` is not installed",
                hint="Install it: pip install 'gha-router[redis]'. The action's image has it.",
            ) from None
        try:
            pool = asynchronous.BlockingConnectionPool.from_url(
                url,
                max_connections=CONNECTIONS,
                timeout=QUEUE_S,
                socket_timeout=ANSWER_S,
                socket_connect_timeout=ANSWER_S,
                retry=retry.Retry(backoff.NoBackoff(), 0),
            )
        except ValueError:
            raise GatewayError(
                f"`{setting}` ({self.where}) is no address of a Redis",
                hint="Write it as redis://[user:password@]host:port/database, or rediss:// for TLS.",
            ) from None
        self.redis: Redis = asynchronous.Redis.from_pool(pool)
        self._faults = (package.RedisError, OSError, TimeoutError)

    async def answer(self, call: Awaitable[Any]) -> Any:
        """Wait for an answer. Raises ``RedisDown``, which names a fault by its kind: its text may hold the address."""
        try:
            return await call
        except self._faults as error:
            raise RedisDown(f"the Redis at {self.where} cannot be used ({type(error).__name__})") from None

    async def close(self) -> None:
        """Close the connections."""
        await self.redis.aclose()


def place_of(url: str) -> str:
    """Return an address without its user and password."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    return f"{host}{port}{parts.path}"
