"""The kinds of values that the configuration's models are made of, and what is said of a wrong one."""

import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, WithJsonSchema
from pydantic_core import PydanticCustomError

from gha_router.config.words import KNOWN_PROVIDERS, bot_name, suggest
from gha_router.paths import mistake_in

MISTAKE = "mistake"  # the type of the errors that are worded here
TIERS = (*range(5), *"01234")  # as a program and as a file write them


def mistake(what: str, hint: str) -> PydanticCustomError:
    """Return a validation error with a message of our own."""
    return PydanticCustomError(MISTAKE, "{what}", {"what": what, "hint": hint})


def _address(value: str) -> str:
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and not re.search(r"\s", value)
        usable = usable and parts.port != 0  # reading a port that is none raises ValueError
    except ValueError:
        usable = False
    if not usable:
        raise mistake("this is no address", "Write it in full: https://host or http://host:port/path.")
    return value.rstrip("/")


def is_deployment(name: str) -> bool:
    """Return whether a name is written ``provider/model``; the model's own name may hold more slashes."""
    return re.fullmatch(r"[^\s/]+/\S+", name) is not None


def _deployment(value: str) -> str:
    if not is_deployment(value):
        raise mistake("a deployment is written `provider/model`", "For example `anthropic/claude-sonnet-4-5`.")
    return value


def _stripped(value: Any) -> Any:
    """Return a secret without the line end it was pasted with, which would break the header that carries it."""
    return value.strip() if isinstance(value, str) else value


def _google_key(value: SecretStr) -> SecretStr:
    try:
        usable = isinstance(json.loads(value.get_secret_value()), dict)
    except ValueError:
        usable = False
    if not usable:
        raise mistake(
            "this is no Google key", "Put the text of the key's JSON file into a secret, and name it here: `${NAME}`."
        )
    return value


def is_redis_url(value: str) -> bool:
    """Return whether a text is the address of a Redis: over TCP, over TLS, or a socket of this machine."""
    try:
        parts = urlsplit(value)
        over_tcp = parts.scheme in {"redis", "rediss"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return over_tcp or (parts.scheme == "unix" and parts.path.startswith("/"))


def _redis_url(value: SecretStr) -> SecretStr:
    if not is_redis_url(value.get_secret_value()):
        raise mistake(
            "this is no address of a Redis",
            "Put redis://[user:password@]host:port/database (rediss:// for TLS) into a secret, and name it: `${NAME}`.",
        )
    return value


def _folder(value: Any) -> Path:
    path = Path(value).expanduser() if isinstance(value, str) and value else None
    if path is None or not path.is_absolute() or "\0" in str(path):
        raise mistake("this is no folder that is the same for every run", "Write an absolute path, or one from `~`.")
    return path


def _relative_path(value: str) -> str:
    if value.startswith(("/", "~")) or "\0" in value or "\\" in value or value.endswith("/"):
        raise mistake(
            "this is no path from the configuration's folder",
            "Such as `policy.yml`: for a pull request it comes from the base commit, as the configuration does.",
        )
    return value


def _paths(value: str) -> str:
    if why := mistake_in(value):
        raise mistake(f"this {why}", "As in a workflow's `paths`: `tests/**`, `**/*.toml`, `scripts/check.sh`.")
    return value


def _not_empty(items: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the items. ``min_length`` would count only the valid ones and so speak of the wrong mistake."""
    if not items:
        raise mistake("at least one is needed", "Fill the list, or remove it.")
    return items


def _tier(value: Any) -> Any:
    if value not in TIERS:
        raise mistake("a tier is a number from 0 to 4", "0 is the strongest, 4 the cheapest.")
    return int(value)


def pattern_of(pattern: str) -> WithJsonSchema:
    """Return how a text is described to editors that a validator of ours looks at."""
    return WithJsonSchema({"type": "string", "pattern": rf"{pattern}|\$\{{"})


def _words(words: Iterable[str | int]) -> WithJsonSchema:
    """Return how editors are told of words that a validator of ours looks at."""
    return WithJsonSchema({"anyOf": [{"enum": list(words)}, {"type": "string", "pattern": r"\$\{"}]})


def _well_known(value: str) -> str:
    if value not in KNOWN_PROVIDERS:
        raise mistake("this is no well-known provider", suggest(value, KNOWN_PROVIDERS))
    return value


def _bot(value: str) -> str:
    name = bot_name(value)
    if not re.fullmatch(r"[a-z0-9_-]+", name):
        raise mistake("this is no bot's name", "As GitHub writes it, one by one: `renovate` or `renovate[bot]`.")
    return name


Address = Annotated[str, AfterValidator(_address), pattern_of(r"^https?://[^\s]+$")]
Key = Annotated[SecretStr, BeforeValidator(_stripped)]
GoogleKey = Annotated[Key, AfterValidator(_google_key)]
Place = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,100}$")]  # of an address that it becomes a part of
WellKnown = Annotated[str, AfterValidator(_well_known), _words(KNOWN_PROVIDERS)]
DeploymentName = Annotated[str, AfterValidator(_deployment), pattern_of(r"^[^\s/]+/\S+$")]
NotEmpty = AfterValidator(_not_empty)
AtLeastOne = Field(json_schema_extra={"minItems": 1})  # the same, for editors
Text = Annotated[str, Field(min_length=1)]
PathPattern = Annotated[Text, AfterValidator(_paths)]
Tier = Annotated[int, BeforeValidator(_tier), _words(TIERS)]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Count = Annotated[int, Field(gt=0)]
Usd = Annotated[Decimal, Field(ge=0, le=1_000_000_000)]
# What is counted with others is counted exactly: Redis' scripts hold nine million dollars in billionths.
SharedUsd = Annotated[Decimal, Field(gt=0, le=1_000_000)]
RedisUrl = Annotated[Key, AfterValidator(_redis_url), pattern_of(r"^(rediss?|unix)://")]
Folder = Annotated[Path, BeforeValidator(_folder), pattern_of(r"^[/~]")]
RelativePath = Annotated[str, Field(min_length=1), AfterValidator(_relative_path), pattern_of(r"^[^/~\\]")]
BotName = Annotated[str, AfterValidator(_bot), pattern_of(r"^[A-Za-z0-9_-]+(\[[bB][oO][tT]\])?$")]
CreditName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,100}$")]
Raw = tuple[Mapping[str, Any], ...]  # read by another room, which asks ``Config.position`` where it stands
