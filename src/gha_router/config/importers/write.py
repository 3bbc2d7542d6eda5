"""An imported configuration as a file of ours: YAML, its keys named by variables and never written."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import yaml

from gha_router.config.document import Trail
from gha_router.config.environment import texts
from gha_router.config.importers.draft import Imported
from gha_router.config.words import KNOWN_PROVIDERS
from gha_router.variables import variables_in

_ORDER = ("version", "providers", "models", "routes", "default", "fallbacks", "router_settings")
_WIDTH = 120
_VARIABLES = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}", re.ASCII)
_NAMES = re.compile(r"(?:^|&)[\w-]+=(?=&|\Z)")  # of a query whose values are variables
_ONE_VARIABLE = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}\Z", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file's text, and the variables that stand for what was written out in the other program's file."""

    text: str
    variables: Mapping[str, str]  # name -> where its value stands in the other file; the value itself is nowhere


def written(imported: Imported) -> Written:
    """Return the file."""
    variables: dict[str, str] = {}
    names: dict[str, str] = {}  # of the secrets
    taken = {name for _, text in texts(imported.document.data) for name in variables_in(text)}
    data = {"version": "1", **imported.document.data}
    for trail, secret, wanted in [*_secrets(data.get("providers", {})), *_shared(data)]:
        if secret not in names:
            names[secret] = _free(wanted, taken)
            taken.add(names[secret])
            variables[names[secret]] = str(imported.document.place(trail))
        _put(data, trail, f"${{{names[secret]}}}")
    ordered = {key: data[key] for key in _ORDER if key in data} | {k: v for k, v in data.items() if k not in _ORDER}
    head = f"# Made from a configuration of {imported.kind.program} by `gha-router import {imported.kind}`.\n"
    dump = yaml.dump(ordered, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)
    return Written(text=head + dump, variables=variables)


class _Dumper(yaml.SafeDumper):
    """Writes texts plain where our reader reads the same text again: for it 30 and true are texts anyway."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML looks for it on the class

    def ignore_aliases(self, _data: Any) -> bool:
        """Write everything out."""
        return True


_Dumper.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:~|null|Null|NULL|)\Z"), ["~", "n", "N", ""])
_Dumper.add_implicit_resolver("tag:yaml.org,2002:merge", re.compile(r"<<\Z"), ["<"])


def _secrets(providers: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[Trail, str, str]]:
    """Yield each secret that is written out, where it stands, and a name for its variable."""
    for name, provider in providers.items():
        base = re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_") or "PROVIDER"
        known = KNOWN_PROVIDERS.get(name)
        # A key for an address of one's own must not be taken for the well-known provider's.
        key = known.variable if known and "base_url" not in provider else None
        named = {"api_key": key or f"{base}{'_OWN' if known else ''}_API_KEY", "base_url": f"{base}_BASE_URL"}
        for key, wanted in named.items():
            if _is_secret(key, provider.get(key)):
                yield ("providers", name, key), provider[key], wanted
        match provider.get("credentials"):
            case str() as text if not _ONE_VARIABLE.match(text):
                yield ("providers", name, "credentials"), text, f"{base}_CREDENTIALS"
            case dict() as keys:
                for key, value in keys.items():
                    if isinstance(value, str) and not _ONE_VARIABLE.match(value):
                        yield ("providers", name, "credentials", key), value, f"{base}_{key.upper()}"


def _shared(data: Mapping[str, Any]) -> Iterator[tuple[Trail, str, str]]:
    """Yield each address of a Redis, which has a password in it."""
    for section, key in (("router_settings", "redis_url"), ("cache", "store")):
        url = data.get(section, {}).get(key)
        if isinstance(url, str) and not _ONE_VARIABLE.match(url):
            yield (section, key), url, "REDIS_URL"


def _is_secret(key: str, value: Any) -> bool:
    """Return whether a value is a key, or an address with a password or a query in it."""
    if not isinstance(value, str) or _ONE_VARIABLE.match(value):
        return False
    if key == "api_key":
        return True
    try:
        parts = urlsplit(_VARIABLES.sub("", value))  # a variable is no secret; what is written beside it may be one
    except ValueError:
        return True
    if variables_in(value):
        return bool(parts.username or parts.password or _NAMES.sub("", parts.query) or parts.fragment)
    return bool(parts.username or parts.password or parts.query or parts.fragment)


def _free(wanted: str, taken: set[str]) -> str:
    wanted = wanted if wanted[0].isalpha() else f"KEY_{wanted}"
    names = (wanted if number == 1 else f"{wanted}_{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _put(data: dict[str, Any], trail: Trail, value: str) -> None:
    spot: Any = data
    for part in trail[:-1]:
        spot[part] = spot = dict(spot[part])  # the imported document keeps what it holds
    spot[trail[-1]] = value
