"""One entry of LiteLLM's ``model_list`` as a deployment of ours, and the provider that it belongs to."""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from gha_router.config.document import Trail
from gha_router.config.importers.accounts import Accounts, base_of, host_name, is_default
from gha_router.config.importers.draft import Draft, Entry
from gha_router.config.importers.litellm_names import Named, named
from gha_router.config.words import KNOWN_PROVIDERS, Format
from gha_router.errors import ConfigError
from gha_router.variables import variables_in

Params = Mapping[str, Entry]
_SETTINGS = ("order", "timeout", "stream_timeout", "rpm", "tpm")
_RATES = {
    "input_cost_per_token": "input",
    "output_cost_per_token": "output",
    "cache_read_input_token_cost": "cache_read",
    "cache_creation_input_token_cost": "cache_write",
}
_SIZES = {"max_input_tokens": "context", "max_output_tokens": "max_output"}
_OF_ONE_MODEL = {*_SETTINGS, *_RATES, *_SIZES}
_CHAT = {"chat", "completion", "responses"}
# Our name of a provider's setting, LiteLLM's, and the variable that LiteLLM reads where the file says nothing.
_CLOUDS: Mapping[str, tuple[tuple[str, str, str | None], ...]] = {
    "azure": (
        ("base_url", "api_base", "AZURE_API_BASE"),
        ("api_key", "api_key", "AZURE_API_KEY"),
        ("api_version", "api_version", None),
    ),
    "bedrock": (
        ("region", "aws_region_name", "AWS_REGION_NAME"),
        ("credentials.access_key_id", "aws_access_key_id", "AWS_ACCESS_KEY_ID"),
        ("credentials.secret_access_key", "aws_secret_access_key", "AWS_SECRET_ACCESS_KEY"),
        ("credentials.session_token", "aws_session_token", None),
    ),
    "vertex_ai": (
        ("project", "vertex_project", "VERTEXAI_PROJECT"),
        ("region", "vertex_location", "VERTEXAI_LOCATION"),
        ("credentials", "vertex_credentials", "GOOGLE_CREDENTIALS"),
    ),
}
_OWN = ("model", "api_base", "base_url", "api_key", "custom_llm_provider", "litellm_credential_name")
_OF_CLOUDS = {theirs for settings in _CLOUDS.values() for _, theirs, _ in settings}
PARAMETERS = frozenset({*_OWN, *_SETTINGS, *_RATES, *_OF_CLOUDS})  # of ``litellm_params``, as far as they are read
_MILLION = 6  # digits: LiteLLM's prices are for one token, ours for a million


class Deployments:
    """Reads the list."""

    def __init__(self, draft: Draft, *, credentials: Mapping[str, Params], defaults: Params) -> None:
        self._draft = draft
        self._credentials = credentials
        self._defaults = defaults
        self._accounts = Accounts(draft)

    def read(self, model_list: Any) -> Iterator[tuple[str, Mapping[str, Entry]]]:
        """Yield the models' names, each with one deployment. Raises ``ConfigError`` for what is no list of them."""
        if model_list is None:
            raise ConfigError(
                "there is no `model_list`, which must be a list",
                where=self._draft.source.place(("model_list",)),
                hint="`include` is not read: name the file that has the list."
                if "include" in self._draft.source.data
                else "Each entry has `model_name` and `litellm_params`.",
            )
        if not isinstance(model_list, list):
            raise ConfigError(
                "`model_list` must be a list",
                where=self._draft.source.place(("model_list",)),
                hint="Each entry has `model_name` and `litellm_params`.",
            )
        for index, item in enumerate(model_list):
            trail: Trail = ("model_list", index)
            match item:
                case {"model_name": str(name), "litellm_params": {"model": str()} as params}:
                    info = item.get("model_info")
                    found = self._deployment(name, trail, params, info if isinstance(info, dict) else {})
                    self._leave_rest(trail, item)
                    if found is not None:
                        yield name, found
                case _:
                    raise ConfigError(
                        "an entry of `model_list` needs `model_name`, and `litellm_params` with `model`",
                        where=self._draft.source.place(trail),
                    )

    def _deployment(
        self, name: str, trail: Trail, written: Mapping[str, Any], info: Mapping[str, Any]
    ) -> dict[str, Entry] | None:
        params = self._params((*trail, "litellm_params"), written)
        where = params["model"].origin
        mode = info.get("mode")
        if isinstance(mode, str) and mode not in _CHAT:
            self._draft.leave(trail, f"`{name}`: it is for `{mode}`, and agents chat")
            return None
        base = self._text(params, "api_base") or self._text(params, "base_url")
        if "*" in name or "*" in params["model"].value:
            self._wildcard(name, params, base, where)
            self._draft.leave_keys((*trail, "model_info"), f"the pattern `{name}`", info, set(info) - _OF_ONE_MODEL)
            return None
        prefix = self._text(params, "custom_llm_provider")
        found = named(params["model"].value, prefix.value if prefix else None, has_address=base is not None)
        if found is None:
            owner = params["model"].value.partition("/")
            why = f"`{owner[0]}` is no provider that is known here" if owner[2] else "nothing says whose model it is"
            self._draft.leave(where, f"`{name}`: {why}; write `provider/model`")
            return None
        if found.guessed:
            taken = f"`{found.kind}`" if base is None else "a server that is asked in OpenAI's words"
            self._draft.tell(where, f"`{name}` names no provider: taken as {taken}")
        provider = self._provider(found, params, base, where)
        deployment = {"model": Entry(value=f"{provider}/{found.model}", origin=where)}
        return (
            deployment | self._settings(params) | self._known_of(trail, info) | self._price(name, params, trail, info)
        )

    def _params(self, trail: Trail, written: Mapping[str, Any]) -> dict[str, Entry]:
        """Return what the entry says, and what the credentials that it names say; null says nothing."""
        params = {key: Entry(value=value, origin=(*trail, key)) for key, value in written.items() if value is not None}
        if credential := params.get("litellm_credential_name"):
            if str(credential.value) in self._credentials:
                return {**self._credentials[str(credential.value)], **params}
            self._draft.leave(credential.origin, "a credential that is not in `credential_list`")
        return params

    def _text(self, params: Params, key: str) -> Entry | None:
        entry = params.get(key)
        if entry is not None and not isinstance(entry.value, str):
            raise ConfigError(f"`{key}` must be a text", where=self._draft.source.place(entry.origin))
        return entry

    def _wildcard(self, name: str, params: Params, base: Entry | None, where: Trail) -> None:
        """Read a pattern: ``provider/*`` is what may be asked for anyway; no other is carried over."""
        model = params["model"].value
        kind, _, rest = model.partition("/")
        if name in {model, "*"} and rest == "*" and kind in KNOWN_PROVIDERS:
            found = Named(kind=kind, model=rest, format=KNOWN_PROVIDERS[kind].format)
            provider = self._provider(found, params, base, where)  # at its own address, with its own key
            self._draft.tell(where, f"`{name}` is not needed: any `{provider}/MODEL` may be asked for by its name")
            own = {key: entry.value for key, entry in params.items()}
            self._draft.leave_keys(where, f"the pattern `{name}`", own, own.keys() - _OF_ONE_MODEL)
        else:
            self._draft.leave(where, f"the pattern `{name}`: models are asked for as `provider/model`, or listed")

    def _provider(self, found: Named, params: Params, base: Entry | None, where: Trail) -> str:
        if found.kind in _CLOUDS:
            return self._accounts.name(found.kind, self._cloud(found.kind, params, base, where), where, kind=found.kind)
        settings = {"api_key": params["api_key"]} if "api_key" in params else {}
        if found.format is Format.LITELLM:
            if "api_key" not in settings and found.variable and base is None:  # a key stays where it belongs
                settings["api_key"] = Entry(value=f"${{{found.variable}}}", origin=where)
            own = {"format": Entry(value="litellm", origin=where)} | _address(base)
            return self._accounts.name(found.kind, own | settings, where)
        if base is None or (found.kind in KNOWN_PROVIDERS and is_default(base.value, found.kind)):
            return self._accounts.name(found.kind, settings, where, kind=found.kind)
        speaks = {"anthropic": "anthropic", "ollama": "anthropic"}.get(found.kind, "openai")
        own = _address(base) | {"format": Entry(value=speaks, origin=where)}
        if found.kind == "ollama":
            return self._accounts.name("ollama", _address(base) | settings, where, kind="ollama")
        name = found.kind if found.kind in KNOWN_PROVIDERS and found.kind != "openai" else host_name(base.value)
        if variables_in(base.value):
            name = found.kind
        return self._accounts.name(name if name != "openai" else "openai-compatible", own | settings, where)

    def _cloud(self, kind: str, params: Params, base: Entry | None, where: Trail) -> dict[str, Entry]:
        """Return what a cloud needs, from the file or the variables that LiteLLM would have read."""
        found: dict[str, Entry] = {}
        with_key = kind == "bedrock" and "api_key" in params
        for ours, theirs, variable in _CLOUDS[kind]:
            given = base if ours == "base_url" else params.get(theirs)
            if with_key and ours.startswith("credentials"):
                continue
            if given is not None and not (ours == "credentials" and not _is_key_text(given.value)):
                found[ours] = given
            elif variable is not None:
                if given is not None:
                    self._draft.tell(
                        given.origin, f"the file of `{theirs}` is not read: put its text into `{variable}`"
                    )
                found[ours] = Entry(value=f"${{{variable}}}", origin=where)
        return found | ({"api_key": params["api_key"]} if with_key else {})

    def _settings(self, params: Params) -> dict[str, Entry]:
        return {
            key: params.get(key) or self._defaults[key] for key in _SETTINGS if key in params or key in self._defaults
        }

    def _known_of(self, trail: Trail, info: Mapping[str, Any]) -> dict[str, Entry]:
        return {
            ours: Entry(value=info[theirs], origin=(*trail, "model_info", theirs))
            for theirs, ours in _SIZES.items()
            if info.get(theirs) is not None
        }

    def _price(self, name: str, params: Params, trail: Trail, info: Mapping[str, Any]) -> dict[str, Entry]:
        """Return the price for a million tokens; both rates are needed."""
        said = {key: Entry(value=info[key], origin=(*trail, "model_info", key)) for key in _RATES if info.get(key)}
        said |= {key: entry for key, entry in params.items() if key in _RATES}
        rates = {ours: _per_million(said[theirs]) for theirs, ours in _RATES.items() if theirs in said}
        if {"input", "output"} <= rates.keys() and None not in rates.values():
            return {f"price.{kind}": rate for kind, rate in rates.items() if rate is not None}
        for entry in said.values():
            self._draft.leave(entry.origin, f"a price of `{name}`: input and output are needed, as numbers")
        return {}

    def _leave_rest(self, trail: Trail, item: Mapping[str, Any]) -> None:
        """Name what is not read: the settings one by one, of ``model_info`` in one line."""
        name = item["model_name"]
        for key, value in item["litellm_params"].items():
            if key not in PARAMETERS and value is not None:
                self._draft.leave((*trail, "litellm_params", key), f"`{key}` of `{name}`")
        info = item.get("model_info")
        if isinstance(info, dict):
            self._draft.leave_keys((*trail, "model_info"), f"`{name}`", info, {*_SIZES, *_RATES, "mode"})
        self._draft.leave_keys(trail, f"`{name}`", item, ("model_name", "litellm_params", "model_info"))


def _address(base: Entry | None) -> dict[str, Entry]:
    return {} if base is None else {"base_url": Entry(value=base_of(base.value), origin=base.origin)}


def _is_key_text(value: object) -> bool:
    """Return whether Google's credentials are the key itself, or a variable, and not the name of a file."""
    return isinstance(value, str) and (bool(variables_in(value)) or value.lstrip().startswith("{"))


def _per_million(rate: Entry) -> Entry | None:
    try:
        price = Decimal(str(rate.value)).scaleb(_MILLION)
    except InvalidOperation:
        return None
    if not price.is_finite() or price < 0:
        return None
    return Entry(value=f"{price.normalize():f}", origin=rate.origin)
