"""From a file or a text to a ``Config``, or to the one error that stands first in it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from gha_router.config.beside import Beside, Folder
from gha_router.config.clouds import check_clouds
from gha_router.config.document import Document, Trail, Written
from gha_router.config.environment import available_providers, fill, texts, used_providers
from gha_router.config.importers import MAGIC, Imported, Kind, from_database, from_text, recognised
from gha_router.config.keyless import Keyless
from gha_router.config.models import Config, Origin
from gha_router.config.reading import read_document
from gha_router.config.references import check_references
from gha_router.config.shape import first, validate
from gha_router.errors import ConfigError, Position
from gha_router.variables import MAX_CHARACTERS, referenced_variables, variables_in

VERSION = "1"
_RAW = {("checks",), ("claims",), ("output_schema",)}  # of a step
_TEMPLATES = ("prompt", "when")  # of a step: what comes from elsewhere is filled in while it runs
_BOM = "\ufeff"  # what some editors begin a file with
_LONGEST = 4 * MAX_CHARACTERS + len(_BOM.encode())  # bytes: no character has more than four


def load(path: Path, env: Mapping[str, str]) -> Config:
    """Return the configuration in a file, ours or another program's. Raises ``ConfigError`` for whatever is wrong."""
    content = _read(path)
    if content.startswith(MAGIC):
        return of_imported(from_database(path), env)
    return parse(_decoded(content, path), name=str(path), env=env, beside=Folder(path.parent))


def read_imported(path: Path, kind: Kind) -> Imported:
    """Return another program's configuration as one of ours. Raises ``ConfigError``."""
    content = _read(path)
    if content.startswith(MAGIC) and kind is Kind.CCR:
        return from_database(path)
    text = _decoded(content, path)
    found = recognised(text) or kind
    if found is not kind:
        raise ConfigError(
            f"this is a configuration of {found.program}, not of {kind.program}",
            where=Position(str(path)),
            hint=f"gha-router import {found} {path}",
        )
    return from_text(text, kind, name=str(path))


def parse(text: str, *, name: str, env: Mapping[str, str], beside: Beside | None = None) -> Config:
    """Return the configuration in a text, ours or another program's; ``name`` is what errors call it.

    ``beside`` reads the files that it names; without it none may be named.

    Raises ``ConfigError`` with the position of the first mistake; ``MissingVariable`` when ``env`` lacks a variable,
    which a ``Keyless`` one does not for keys.
    """
    text = text.removeprefix(_BOM)
    kind = recognised(text)
    if kind is not None:
        return of_imported(from_text(text, kind, name=name), env)
    document = read_document(text, name=name, typed=_is_raw)
    _check_version(document)
    return _config(document, env, (), beside)


def of_imported(imported: Imported, env: Mapping[str, str]) -> Config:
    """Return the configuration that another program's file describes; its notes are warnings."""
    return _config(imported.document, env, imported.warnings, None)


def _config(document: Document, env: Mapping[str, str], notes: tuple[str, ...], beside: Beside | None) -> Config:
    if isinstance(env, Keyless):
        env = env.standing_in(document)
    templates = dict(_templates(document, env))
    document = fill(document, env)
    available = available_providers(env)
    origin = Origin(
        file=document.file,
        places=document.places,
        warnings=(*notes, *_warnings(document)),
        available=available,
        state_folder=_state_folder(env),
        beside=beside,
        templates=templates,
    )
    config = validate(document, origin)
    check_references(config, document)
    config = config.model_copy(update={"providers": used_providers(config, document, available)})
    if errors := list(check_clouds(config, document)):
        raise first(errors)
    return config


def _templates(document: Document, env: Mapping[str, str]) -> Iterator[tuple[Trail, Written]]:
    """Yield the texts that hold places for later values, with the values of the variables that stand in them.

    Apart from each other, because what a variable holds is data and no template.
    """
    for trail, text in texts(document.data):
        if trail[-1:] and trail[-1] in _TEMPLATES and trail[-3:-2] == ("steps",):
            values = {name: env[name] for name in variables_in(text) if name in env}
            where, block = document.place(trail), trail in document.blocks
            yield trail, Written(text=text, where=where, values=values, block=block)


def variables_of_file(path: Path) -> frozenset[str]:
    """Return the names of all variables that a file's configuration reads; never fails, whatever the file."""
    try:
        content = _read(path)
        if content.startswith(MAGIC):
            return _variables(from_database(path))
    except ConfigError:
        return frozenset()
    return variables_of_text(content.decode("utf-8", "replace"))


def variables_of_text(text: str) -> frozenset[str]:
    """Return the names of all variables that a configuration reads; never fails, whatever the text."""
    text = text.removeprefix(_BOM)
    kind = recognised(text)
    if kind is not None:
        try:
            return _variables(from_text(text, kind, name=""))
        except ConfigError:  # then what is in it will not be used
            pass
    return referenced_variables(text)


def _variables(imported: Imported) -> frozenset[str]:
    return frozenset(name for _, text in texts(imported.document.data) for name in variables_in(text))


def read_task_document(path: Path) -> Document:
    """Return a YAML file of a task, its scalars typed, as it was written. Raises ``ConfigError``."""
    return read_document(_decoded(_read(path), path), name=str(path), typed=lambda _trail: True)


def _read(path: Path) -> bytes:
    where = Position(str(path))
    try:
        with path.open("rb") as file:
            content = file.read(_LONGEST + 1)
    except FileNotFoundError:
        raise ConfigError("there is no such file", where=where, hint="Is the name right?") from None
    except IsADirectoryError:
        raise ConfigError("this is a folder", where=where, hint="Name the file in it.") from None
    except (OSError, ValueError) as error:  # ValueError: a path that no system takes
        raise ConfigError(f"the file cannot be read: {error}", where=where) from None
    if len(content) > _LONGEST and not content.startswith(MAGIC):  # a database is read where it is
        raise ConfigError(f"longer than {MAX_CHARACTERS:,} characters", where=where)
    return content


def _decoded(content: bytes, path: Path) -> str:
    try:
        return content.decode().removeprefix(_BOM)
    except UnicodeDecodeError as error:
        before = content[: error.start]
        column = len(before[before.rfind(b"\n") + 1 :].decode()) + 1
        raise ConfigError(
            "the file is not UTF-8",
            where=Position(str(path), before.count(b"\n") + 1, column),
            hint="Save it as UTF-8.",
        ) from None


def _is_raw(trail: Trail) -> bool:
    """Return whether another room reads what is here: checks, expected claims, and the schemas of answers."""
    if trail[:1] == ("pipelines",):
        trail = trail[2:]
    return trail[:1] == ("checks",) or (trail[:1] == ("steps",) and trail[2:3] in _RAW)


def _check_version(document: Document) -> None:
    version = document.data.get("version", VERSION)
    if version != VERSION:
        raise ConfigError(
            "this version of gha-router reads configurations of version 1 only",
            where=document.place(("version",)),
            hint="Write `version: 1`, or use the gha-router that the file was written for.",
        )


def _state_folder(env: Mapping[str, str]) -> Path | None:
    """Return where programs keep what outlives them (XDG Base Directory Specification, ``XDG_STATE_HOME``)."""
    state, home = Path(env.get("XDG_STATE_HOME", "")), Path(env.get("HOME", ""))
    if state.is_absolute():  # one that is not has to be ignored, says the specification
        return state / "gha-router"
    return home / ".local/state/gha-router" if home.is_absolute() else None


def _warnings(document: Document) -> Iterator[str]:
    for redis in (("router_settings", "redis_url"), ("cache", "store")):
        match document.data.get(redis[0]):
            case {**settings} if "@" in str(settings.get(redis[1])) and redis not in document.written:
                what = "the password of Redis is written in the file"
                yield f"{document.place(redis)}: {what}; use ${{VAR}} and a secret"
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
