"""The section ``cache``, and what a route says of it: which replies are kept, where, how long, and for whom."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator

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


Cosine = Annotated[float, Field(gt=0, le=1)]
MINILM = "minilm"


class Semantic(Record):
    """Replies to requests of one turn without tools that mean the same: what says so, and how near they have to be.

    ``embedder`` is a model of a configured provider, or ``minilm`` with the folder of its files; ``timeout`` is how
    many seconds a request waits for it at most, ``max_entries`` how many are found by their meaning.
    """

    threshold: Cosine = 0.85
    ttl: Seconds = DAY_S
    embedder: Text = "ollama/nomic-embed-text"
    encoder_folder: Folder | None = None
    timeout: Seconds = 2.0
    max_entries: Annotated[Count, Field(le=100_000)] = 10_000

    @model_validator(mode="after")
    def _has_its_files(self) -> "Semantic":
        if (self.embedder == MINILM) != (self.encoder_folder is not None):
            raise mistake(
                "`embedder: minilm` and `encoder_folder` go together",
                "The folder holds config.json, tokenizer.json and model.safetensors of all-MiniLM-L6-v2.",
            )
        return self


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
SwitchedNear = BeforeValidator(switch, json_schema_input_type=bool | Semantic)
StoreName = Annotated[Key, AfterValidator(_store), pattern_of(rf"^({SQLITE}$|(rediss?|unix)://)")]


class Cache(Record):
    """What is kept of replies. Nothing unless it says so.

    ``path`` is the folder of the file ``cache.sqlite``; ``scope`` takes the place of the repository and its commit.
    """

    exact: Annotated[Exact | None, Switched] = None
    semantic: Annotated[Semantic | None, SwitchedNear] = None
    store: StoreName = SecretStr(SQLITE)
    path: Folder | None = None
    scope: Text | None = None

    @property
    def on(self) -> bool:
        """Return whether anything is kept."""
        return self.exact is not None or self.semantic is not None

    @property
    def redis_url(self) -> str | None:
        """Return the address of the Redis that is the store; may hold a password."""
        named = self.store.get_secret_value()
        return None if named == SQLITE else named


class RouteCache(Record):
    """What a route says in the place of the section's own: nothing is kept (``no-store``), or for how many seconds.

    ``threshold`` is how near a request has to be that means the same.
    """

    no_store: bool = False
    ttl: Seconds | None = None
    threshold: Cosine | None = None


def _as_route(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if value != NO_STORE:
        raise mistake(f"this is not `{NO_STORE}`", f"Write `cache: {NO_STORE}`, or `cache: {{ttl: 3600}}`.")
    return {"no_store": True}


OfRoute = Annotated[RouteCache, BeforeValidator(_as_route, json_schema_input_type=Literal["no-store"] | RouteCache)]
