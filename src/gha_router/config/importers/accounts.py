"""Providers of an imported file: where other programs name a key and an address at each model, we name a provider."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from gha_router.config.document import Trail
from gha_router.config.importers.draft import Draft, Entry
from gha_router.config.words import KNOWN_PROVIDERS

OLLAMA_PORT = 11434
_NO_KEY = {"", "none", "null", "dummy", "empty", "not-needed", "no-key", "na", "n/a"}  # what people write for "no key"
_ENDPOINTS = ("/chat/completions", "/completions", "/responses", "/v1/messages")

Settings = Mapping[str, Entry]  # of a provider, by our names; credentials as ``credentials.access_key_id``


class Accounts:
    """Gives each address with its key one name."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._names: dict[tuple[str | None, tuple[tuple[str, str], ...]], str] = {}
        self._taken: set[str] = set()

    def name(self, wanted: str, settings: Settings, origin: Trail, *, kind: str | None = None) -> str:
        """Return the name of the provider with these settings, ``wanted`` where that is free.

        ``kind`` is the well-known provider whose format, address and ways hold where nothing else is said.
        """
        settings = {key: entry for key, entry in settings.items() if not _says_nothing(key, entry.value)}
        known = (kind or wanted, tuple(sorted((key, str(entry.value)) for key, entry in settings.items())))
        if known not in self._names:
            self._names[known] = name = self._free(slug(wanted))
            if kind is not None and name != kind:
                settings = {"like": Entry(value=kind, origin=origin), **self._with_key(kind, settings, origin)}
            for key, entry in settings.items():
                self._draft.put(("providers", name, *key.split(".")), entry.value, entry.origin)
        return self._names[known]

    def _with_key(self, kind: str, settings: Settings, origin: Trail) -> dict[str, Entry]:
        """Return the settings with the variable that a provider of the well-known name would have read."""
        variable = KNOWN_PROVIDERS[kind].variable
        if variable is None or "api_key" in settings or "base_url" in settings:
            return dict(settings)
        return {**settings, "api_key": Entry(value=f"${{{variable}}}", origin=origin)}

    def _free(self, wanted: str) -> str:
        candidates = (wanted if number == 1 else f"{wanted}-{number}" for number in range(1, len(self._taken) + 2))
        name = next(name for name in candidates if name not in self._taken)
        self._taken.add(name)
        return name


def _says_nothing(key: str, value: object) -> bool:
    return value is None or (key == "api_key" and str(value).strip().lower() in _NO_KEY)


def slug(name: str) -> str:
    """Return a provider's name as it can stand before the slash of ``provider/model``."""
    return re.sub(r"[\s/]+", "-", name.strip()) or "provider"


def known_at(address: str) -> str | None:
    """Return the well-known provider that is at an address."""
    parts = _split(address)
    if parts is None or parts.hostname is None:
        return None
    if parts.port == OLLAMA_PORT:
        return "ollama"
    return _HOSTS.get(parts.hostname)


def is_default(address: str, kind: str) -> bool:
    """Return whether an address is where a well-known provider is anyway; the version in its path does not matter."""
    known, parts = KNOWN_PROVIDERS[kind].base_url, _split(address)
    if known is None or parts is None:
        return False
    here = urlsplit(known)
    return (parts.hostname, parts.port) == (here.hostname, here.port)


def base_of(address: str) -> str:
    """Return an address without the endpoint that some programs want in it."""
    address = address.rstrip("/")
    return next((address.removesuffix(end) for end in _ENDPOINTS if address.endswith(end)), address)


def host_name(address: str) -> str:
    """Return a name for a provider of which nothing but the address is known: ``localhost-8000``."""
    parts = _split(address)
    if parts is None or not parts.hostname:
        return "provider"
    return slug(parts.hostname.removeprefix("api.") + (f"-{parts.port}" if parts.port else ""))


def _split(address: str) -> "_Parts | None":
    try:
        parts = urlsplit(address)
        return _Parts(parts.hostname, parts.port)
    except ValueError:
        return None


class _Parts:
    """Host and port of an address, which ``urlsplit`` finds wrong only when they are read."""

    def __init__(self, hostname: str | None, port: int | None) -> None:
        self.hostname = hostname
        self.port = port


_HOSTS = {
    urlsplit(known.base_url).hostname: name
    for name, known in KNOWN_PROVIDERS.items()
    if known.base_url and name != "ollama"
}
