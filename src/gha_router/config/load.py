"""From a file or a text to a ``Config``, or to the one error that stands first in it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from gha_router.config.clouds import check_clouds
from gha_router.config.document import Document, Trail
from gha_router.config.environment import available_providers, fill, used_providers
from gha_router.config.keyless import Keyless
from gha_router.config.models import Config, Origin
from gha_router.config.reading import read_document
from gha_router.config.references import check_references
from gha_router.config.shape import first, validate
from gha_router.errors import ConfigError, Position

VERSION = "1"


def load(path: Path, env: Mapping[str, str]) -> Config:
    """Return the configuration in a file. Raises ``ConfigError`` for whatever is wrong with it."""
    return parse(_read(path), name=str(path), env=env)


def parse(text: str, *, name: str, env: Mapping[str, str]) -> Config:
    """Return the configuration in a text; ``name`` is what errors call it.

    Raises ``ConfigError`` with the position of the first mistake; ``MissingVariable`` when ``env`` lacks a variable,
    which a ``Keyless`` one does not for keys.
    """
    document = read_document(text, name=name, typed=_is_raw)
    _check_version(document)
    if isinstance(env, Keyless):
        env = env.standing_in(document)
    document = fill(document, env)
    available = available_providers(env)
    origin = Origin(file=name, places=document.places, warnings=tuple(_warnings(document)), available=available)
    config = validate(document, origin)
    check_references(config, document)
    config = config.model_copy(update={"providers": used_providers(config, document, available)})
    if errors := list(check_clouds(config, document)):
        raise first(errors)
    return config


def read_task_document(path: Path) -> Document:
    """Return a YAML file of a task, its scalars typed, as it was written. Raises ``ConfigError``."""
    return read_document(_read(path), name=str(path), typed=lambda _trail: True)


def _read(path: Path) -> str:
    where = Position(str(path))
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise ConfigError("there is no such file", where=where, hint="Is the name right?") from None
    except IsADirectoryError:
        raise ConfigError("this is a folder", where=where, hint="Name the file in it.") from None
    except (OSError, ValueError) as error:  # ValueError: a path that no system takes
        raise ConfigError(f"the file cannot be read: {error}", where=where) from None
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        before = content[: error.start]
        column = len(before[before.rfind(b"\n") + 1 :].decode()) + 1
        raise ConfigError(
            "the file is not UTF-8",
            where=Position(str(path), before.count(b"\n") + 1, column),
            hint="Save it as UTF-8.",
        ) from None


def _is_raw(trail: Trail) -> bool:
    """Return whether another room reads what is here: checks and expected claims."""
    return trail[:1] == ("checks",) or (trail[:1] == ("steps",) and trail[2:3] in {("checks",), ("claims",)})


def _check_version(document: Document) -> None:
    version = document.data.get("version", VERSION)
    if version != VERSION:
        raise ConfigError(
            "this version of gha-router reads configurations of version 1 only",
            where=document.place(("version",)),
            hint="Write `version: 1`, or use the gha-router that the file was written for.",
        )


def _warnings(document: Document) -> Iterator[str]:
    providers = document.data.get("providers")
    for name, provider in providers.items() if isinstance(providers, dict) else ():
        if not isinstance(provider, dict):
            continue
        for trail in _secrets(name, provider):
            if trail not in document.written:
                yield (
                    f"{document.place(trail)}: the key of provider `{name}` is written in the file; "
                    "use ${VAR} and a secret"
                )


def _secrets(name: str, provider: dict[str, Any]) -> Iterator[Trail]:
    """Yield where a provider's secrets stand; an AWS access key's id is none."""
    if provider.get("api_key"):
        yield ("providers", name, "api_key")
    match provider.get("credentials"):
        case dict() as keys:
            secret = ("secret_access_key", "session_token")
            yield from (("providers", name, "credentials", key) for key in secret if keys.get(key))
        case str():
            yield ("providers", name, "credentials")
