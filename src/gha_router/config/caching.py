"""The section ``cache``, and what a route says of it: which replies are kept, where, how long, and for whom."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from gha_router.config.fields import Count, Folder, Key, Seconds, Text, is_redis_url, mistake, pattern_of
from gha_router.config.record import Record

DAY_S = 86_400.0
SQLITE = "sqlite"
NO_STORE = "no-store"
_OFF = {"false", "off", "no"}
_ON = {"true", "on", "yes"}


class Exact(Record):
    """Replies to the very same request: for how many seconds, and how many megabytes of them the file holds."""

    ttl: Seconds = DAY_S
    max_mb: Annotated[Count, Field(le=100_000)] = 200


def switch(value: Any) -> Any:
    """Return ``true`` as a section without settings and ``false`` as none, as a program and as a file write them."""
    word = str(value).strip().lower() if isinstance(value, str | bool) else None
    if word in _ON:
        return {}
    return None if word in _OFF else value


def _store(value: SecretStr) -> SecretStr:
    if value.get_secret_value() != SQLITE and not is_redis_url(value.get_secret_value()):
        raise mistake(
            "this is no store",
            "`sqlite`, or the address of a Redis from a secret: `${REDIS_URL}`, as redis://[user:password@]host:port.",
        )
    return value


Switched = BeforeValidator(switch, json_schema_input_type=bool | Exact)
StoreName = Annotated[Key, AfterValidator(_store), pattern_of(rf"^({SQLITE}$|(rediss?|unix)://)")]


class Cache(Record):
    """What is kept of replies. Nothing unless it says so.

    ``path`` is the folder of the file ``cache.sqlite``; ``scope`` takes the place of the repository and its commit.
    """

    exact: Annotated[Exact | None, Switched] = None
    store: StoreName = SecretStr(SQLITE)
    path: Folder | None = None
    scope: Text | None = None

    @property
    def on(self) -> bool:
        """Return whether anything is kept."""
        return self.exact is not None

    @property
    def redis_url(self) -> str | None:
        """Return the address of the Redis that is the store; may hold a password."""
        named = self.store.get_secret_value()
        return None if named == SQLITE else named


class RouteCache(Record):
    """What a route says in the place of the section's own: nothing is kept (``no-store``), or for how many seconds."""

    no_store: bool = False
    ttl: Seconds | None = None


def _as_route(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if value != NO_STORE:
        raise mistake(f"this is not `{NO_STORE}`", f"Write `cache: {NO_STORE}`, or `cache: {{ttl: 3600}}`.")
    return {"no_store": True}


OfRoute = Annotated[RouteCache, BeforeValidator(_as_route, json_schema_input_type=Literal["no-store"] | RouteCache)]
