"""Put the environment into a document: its ``${NAME}``, and the keys of well-known providers."""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import SecretStr

from gha_router.config.document import Document, Trail
from gha_router.config.fields import is_deployment
from gha_router.config.models import Config, Provider
from gha_router.config.uses import Use, deployments, model_names, needed_by, targets
from gha_router.config.words import KNOWN_PROVIDERS
from gha_router.errors import ConfigError, MissingVariable
from gha_router.variables import is_well_formed, substitute, variables_in


def fill(document: Document, env: Mapping[str, str]) -> Document:
    """Return the document with its variables' values. Raises for the first that is missing or malformed."""
    written = {trail: text for trail, text in texts(document.data) if "${" in text}
    for trail, text in written.items():
        where = document.place(trail)
        if not is_well_formed(text):
            raise ConfigError(
                "`${` begins no variable here",
                where=where,
                hint="A variable is `${NAME}`: letters, digits and _. `$${` is a literal `${`. "
                "`${{ ... }}` works in workflow files only: pass it as an environment variable.",
            )
        for name in variables_in(text):
            if not env.get(name, "").strip():  # a secret that does not exist reaches a job as an empty text
                raise _missing(name, needed_by(trail, document), document, trail)
    return dataclasses.replace(document, data=_filled(document.data, env), written=written)


def available_providers(env: Mapping[str, str]) -> dict[str, Provider]:
    """Return the well-known providers that need no key, or whose key is in the environment."""
    return {
        name: Provider(
            base_url=known.base_url,
            format=known.format,
            api_key=SecretStr(key) if (key := known.key(env)) else None,
        )
        for name, known in KNOWN_PROVIDERS.items()
        if known.variable is None or known.key(env)
    }


def used_providers(config: Config, document: Document, available: Mapping[str, Provider]) -> dict[str, Provider]:
    """Return the listed providers, and the well-known ones that something uses, with their keys.

    A listed provider without ``api_key`` takes the well-known variable, unless it has an address of its own: a key is
    never sent where it does not belong. Raises ``MissingVariable`` for a provider in use whose key is not there.
    """
    providers = dict(config.providers)
    for use in _all_uses(config, document):
        name = use.name.partition("/")[0]
        if not _takes_default(name, document):
            continue
        if name not in available:
            variable = KNOWN_PROVIDERS[name].variable or ""
            needs = f"{needed_by(use.trail, document)} at provider `{name}`"
            raise _missing(variable, needs, document, use.trail)
        listed = config.providers.get(name)
        found = available[name]
        providers[name] = listed.model_copy(update={"api_key": found.api_key}) if listed else found
    return providers


def _takes_default(name: str, document: Document) -> bool:
    listed = document.data.get("providers", {}).get(name, {})
    return name in KNOWN_PROVIDERS and not {"api_key", "base_url"} & listed.keys()


def _all_uses(config: Config, document: Document) -> Iterator[Use]:
    yield from deployments(document.data)
    for use in (*model_names(config), *targets(config)):
        estimated = use.trail[0] == "estimate"  # which calls nobody, so it needs no key
        if not estimated and use.name not in config.models and is_deployment(use.name):
            yield use


def _missing(variable: str, needed: str, document: Document, trail: Trail) -> MissingVariable:
    return MissingVariable(
        f"`{variable}` is not set; {needed} needs it",
        where=document.place(trail),
        hint=f"In a workflow: `env: {{{variable}: ${{{{ secrets.{variable} }}}}}}`. "
        "A secret that does not exist arrives empty.",
    )


def texts(value: Any, trail: Trail = ()) -> Iterator[tuple[Trail, str]]:
    """Yield every text in plain data, and where it stands."""
    match value:
        case str():
            yield trail, value
        case dict():
            for key, item in value.items():
                yield from texts(item, (*trail, key))
        case list():
            for index, item in enumerate(value):
                yield from texts(item, (*trail, index))


def _filled(value: Any, env: Mapping[str, str]) -> Any:
    match value:
        case str():
            return substitute(value, env)
        case dict():
            return {key: _filled(item, env) for key, item in value.items()}
        case list():
            return [_filled(item, env) for item in value]
    return value
