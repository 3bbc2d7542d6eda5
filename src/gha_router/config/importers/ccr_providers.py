"""The providers of claude-code-router's settings: addresses with the endpoint in them, keys, models, transformers."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from gha_router.config.document import Trail
from gha_router.config.importers.accounts import Accounts, base_of, is_default, known_at, slug
from gha_router.config.importers.ccr_transformers import Transformers
from gha_router.config.importers.draft import Draft, Entry
from gha_router.config.words import KNOWN_PROVIDERS
from gha_router.errors import ConfigError
from gha_router.variables import variables_in

_READ = {
    *("name", "id", "api_base_url", "baseUrl", "baseurl", "api_key", "apiKey", "apikey", "models", "transformer"),
    *("type", "protocol", "protocolDetectionMode", "capabilities", "enabled", "icon", "provider", "model"),
}
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}", re.ASCII)
_NATIVE_GEMINI = "/v1beta/models"
_PROTOCOLS = {
    "anthropic_messages": "anthropic",
    "openai_chat_completions": "openai",
    "openai_responses": "responses",
}


@dataclass(kw_only=True)
class Account:
    """A provider of theirs under our name."""

    name: str
    models: dict[str, Entry] = field(default_factory=dict)  # as the provider knows them
    max_output: dict[str | None, Entry] = field(default_factory=dict)  # of a model, or of all


class Providers:
    """Reads them, and knows afterwards what a name in the rest of the file means."""

    def __init__(self, draft: Draft, *, timeout: Entry | None) -> None:
        self._draft = draft
        self._timeout = timeout
        self._accounts = Accounts(draft)
        self._known: dict[str, Account | None] = {}  # by their name in lower case; None: not carried over

    def read(self, key: str) -> None:
        """Read a list of providers."""
        listed = self._draft.source.data.get(key)
        if listed is None:
            return
        if not isinstance(listed, list):
            raise ConfigError(f"`{key}` must be a list", where=self._draft.source.place((key,)))
        for index, item in enumerate(listed):
            trail: Trail = (key, index)
            if not isinstance(item, dict) or not isinstance(item.get("name"), str):
                raise ConfigError("a provider needs a `name`", where=self._draft.source.place(trail))
            self.add(item["name"], trail, item)

    def add(self, name: str, trail: Trail, item: Mapping[str, Any]) -> str:
        """Add one provider, or the models of an entry to the one that it is; return what references call it."""
        if str(item.get("enabled", "true")).lower() == "false":
            self._known.setdefault(name.lower(), None)
            self._draft.leave(trail, f"provider `{name}`: it is switched off")
            return name
        account = self._account(name, trail, item)
        if account is None:
            return name
        models = item.get("models")
        for index, model in enumerate(models if isinstance(models, list) else ()):
            if isinstance(model, str) and model.strip():
                account.models.setdefault(model.strip(), Entry(value=model.strip(), origin=(*trail, "models", index)))
        for key, value in item.items():
            if key not in _READ and value not in (None, "", [], {}):
                self._draft.leave((*trail, key), f"`{key}` of provider `{name}`")
        for index, capability in enumerate(_listed(item.get("capabilities"))):
            self._draft.leave_keys(
                (*trail, "capabilities", index), f"provider `{name}`", capability, ("type", "baseUrl")
            )
        return next(reference for reference, known in self._known.items() if known is account)

    def _account(self, name: str, trail: Trail, item: Mapping[str, Any]) -> Account | None:
        settings = self._settings(name, trail, item)
        if settings is None:
            self._known.setdefault(name.lower(), None)
            return None
        kind, own = settings
        ours = self._accounts.name(name, own, trail, kind=kind)
        if ours != name:
            self._draft.tell(trail, f"provider `{name}` is called `{ours}`")
        account = next((one for one in self._accounts_known() if one.name == ours), None)
        if account is None:
            account = Account(name=ours)
            free = name.lower() not in self._known
            self._known[name.lower() if free else ours.lower()] = account
        transformers = Transformers(self._draft, name, kind or ours)
        account.max_output |= transformers.read((*trail, "transformer"), item.get("transformer"))
        return account

    def _settings(self, name: str, trail: Trail, item: Mapping[str, Any]) -> tuple[str | None, dict[str, Entry]] | None:
        """Return the well-known provider that it is, and its settings; ``None`` when it cannot be asked."""
        address = _first(item, trail, "api_base_url", "baseUrl", "baseurl") or _capability(item, trail)
        key = _first(item, trail, "api_key", "apiKey", "apikey")
        settings = {"api_key": key} if key else {}
        if address is None:
            if name.lower() in KNOWN_PROVIDERS:
                return name.lower(), settings
            raise ConfigError(
                f"provider `{name}` needs `api_base_url`",
                where=self._draft.source.place(trail),
                hint="Its address in full: https://host/path.",
            )
        url = str(address.value)
        kind = known_at(url)
        if kind == "ollama":
            own = {} if is_default(url, "ollama") else {"base_url": _changed(address, _root(url))}
            return "ollama", own  # it needs no key
        if kind is not None:
            return kind, settings
        if _NATIVE_GEMINI in url or "streamGenerateContent" in url:
            self._draft.leave(trail, f"provider `{name}`: Gemini's own interface at an address that is not Google's")
            return None
        speaks = _PROTOCOLS.get(str(item.get("type") or item.get("protocol"))) or _spoken(url)
        if not variables_in(url) and urlsplit(url).scheme not in {"http", "https"}:
            self._draft.tell(trail, f"provider `{name}`: its address is not written in full")
        base = {"base_url": _changed(address, base_of(url)), "format": Entry(value=speaks, origin=address.origin)}
        return None, base | settings

    def target(self, reference: str, origin: Trail) -> str | None:
        """Return what ``provider,model`` or ``provider/model`` is called here, ``None`` when it is not carried over."""
        comma, slash = reference.partition(","), reference.partition("/")
        provider, _, model = (part.strip() for part in (comma if comma[1] else slash))
        if not model:
            return self._alone(provider, origin)
        if provider.lower() not in self._known:
            if provider.lower() in KNOWN_PROVIDERS:
                provider = provider.lower()
                self._draft.tell(origin, f"`{provider}` is not among the providers: the well-known one is taken")
            else:
                self._draft.tell(origin, f"`{provider}` is not among the providers")
            return f"{slug(provider)}/{model}"
        account = self._known[provider.lower()]
        if account is None:
            self._draft.leave(origin, f"`{reference}`: its provider is not carried over")
            return None
        if model not in account.models:
            taken = f"taken as the deployment `{account.name}/{model}`{self._nearest(account, model)}"
            self._draft.tell(origin, f"`{reference}` is not among the models of `{provider}`: {taken}")
            return f"{account.name}/{model}"
        return self._key(account, model)

    def _nearest(self, account: Account, model: str) -> str:
        """Return a hint at a model of the provider with the same last part: ``openai/gpt-oss`` for ``gpt-oss``."""
        near = next((one for one in account.models if one.rpartition("/")[2] == model.rpartition("/")[2]), None)
        return f"; is it `{account.name}/{near}`?" if near else ""

    def _alone(self, model: str, origin: Trail) -> str | None:
        having = [account for account in self._accounts_known() if model in account.models]
        if len(having) == 1:
            return self._key(having[0], model)
        self._draft.leave(origin, f"`{model}`: write `provider,model`")
        return None

    def finish(self) -> None:
        """Add every model that a provider lists under the name that it has here."""
        for account in self._accounts_known():
            for model, entry in account.models.items():
                deployment = {"model": Entry(value=f"{account.name}/{model}", origin=entry.origin)}
                limit = account.max_output.get(model) or account.max_output.get(None)
                if limit is not None:
                    deployment["max_output"] = limit
                if self._timeout is not None:
                    deployment["timeout"] = self._timeout
                self._draft.group(self._key(account, model), [deployment])

    def _key(self, account: Account, model: str) -> str:
        """Return the model's own name where nobody else has it and it does not read as another provider's.

        A variable in it stands there by its name: what is a key in a configuration has no variables.
        """
        having = [one for one in self._accounts_known() if model in one.models]
        own = len(having) == 1 and "/" not in model and "tier-" not in model
        if not variables_in(model):
            return model if own else f"{account.name}/{model}"
        plain = _VARIABLE.sub(r"\1", model)
        taken = any(plain in one.models for one in self._accounts_known())
        return plain if own and not taken else f"{account.name}/{plain}{'-variable' if taken else ''}"

    def _accounts_known(self) -> Iterator[Account]:
        return (account for account in self._known.values() if account is not None)


def _first(item: Mapping[str, Any], trail: Trail, *keys: str) -> Entry | None:
    found = (Entry(value=item[key], origin=(*trail, key)) for key in keys if item.get(key) not in (None, ""))
    return next(found, None)


def _capability(item: Mapping[str, Any], trail: Trail) -> Entry | None:
    """Return an address as version 3 keeps it: one for each interface, the one that we speak best first."""
    found = [
        (str(one.get("type")) != "anthropic_messages", index, one["baseUrl"])
        for index, one in enumerate(_listed(item.get("capabilities")))
        if one.get("baseUrl")
    ]
    if not found:
        return None
    _, index, url = min(found, key=lambda one: one[:2])
    return Entry(value=url, origin=(*trail, "capabilities", index))


def _listed(capabilities: Any) -> list[Mapping[str, Any]]:
    return [one if isinstance(one, dict) else {} for one in capabilities] if isinstance(capabilities, list) else []


def _changed(entry: Entry, value: str) -> Entry:
    return Entry(value=value, origin=entry.origin)


def _spoken(url: str) -> str:
    path = url.rstrip("/")
    if path.endswith("/responses"):
        return "responses"
    return "anthropic" if path.endswith(("/v1/messages", "/anthropic")) else "openai"


def _root(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
