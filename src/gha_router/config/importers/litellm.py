"""LiteLLM's ``config.yaml``, and a ``model_list`` as its Router takes it, read into a configuration of ours.

Source of the words: https://docs.litellm.ai/docs/proxy/config_settings and https://docs.litellm.ai/docs/routing.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gha_router.config.document import Document, Trail
from gha_router.config.importers.draft import Draft, Entry, Imported, Kind
from gha_router.config.importers.litellm_cache import read_cache
from gha_router.config.importers.litellm_deployment import PARAMETERS, Deployments
from gha_router.config.importers.litellm_fallbacks import FALLBACKS, Fallbacks
from gha_router.errors import ConfigError
from gha_router.variables import escape

_VARIABLE = re.compile(r"os\.environ/([A-Za-z_][A-Za-z0-9_]*)\Z")
_CARRIED = (
    "num_retries",
    "allowed_fails",
    "cooldown_time",
    "enable_pre_call_checks",
    "redis_url",
)  # words that are ours too
_ROUTER_SECTIONS = ("router_settings", "litellm_settings")  # the proxy takes some words in both; the first counts
_DONE_ANYWAY = {
    "drop_params": "what an upstream does not know is left out of a translated request anyway",
    "modify_params": "requests are mended for the upstream that they go to anyway",
    "set_verbose": "a level of LiteLLM's log",
    "json_logs": "a form of LiteLLM's log",
    "debug_level": "a level of LiteLLM's log",
}
_WHY = {
    "routing_strategy": "deployments of a model are tried by their `order`",
    "master_key": "the gateway makes keys of its own, one for each step",
    "database_url": "there is no database",
    "cache_responses": "kept replies are for all of its models: set `cache: {exact: true}`",
    "retry_policy": "transient failures are retried, others are not",
    "allowed_fails_policy": "`allowed_fails` counts all of them",
    "max_fallbacks": "the chain is walked to its end",
    "include": "only one file is read",
}
_PREFIXES = {"redis_": "say it as `redis_url`", "callback": "receipts are in the ledger"}


def import_litellm(source: Document, *, left: Mapping[Trail, str] | None = None) -> Imported:
    """Return the configuration that a file of LiteLLM's describes. Raises ``ConfigError`` where it cannot be one.

    ``left`` is what the reader of a program already knows not to be carried over.
    """
    draft = Draft(_with_variables(source), Kind.LITELLM)
    if left is not None:
        draft.tell((), "of a program its list of models and its Router are read, and nothing is run")
        for origin, what in left.items():
            draft.leave(origin, what)
    data = draft.source.data
    deployments = Deployments(draft, credentials=_credentials(draft), defaults=_defaults(data))
    groups: dict[str, list[Mapping[str, Entry]]] = {}
    for name, deployment in deployments.read(data.get("model_list")):
        groups.setdefault(name, []).append(deployment)
    for name, group in groups.items():
        draft.group(name, group)
    _aliases(draft, groups)
    cache = read_cache(draft, section_of(draft, "litellm_settings"), ("litellm_settings",))
    _router_settings(draft, done={("litellm_settings", key) for key in cache})
    Fallbacks(draft, groups).read(_ROUTER_SECTIONS)
    for section in data:
        if section not in {"model_list", "credential_list", *_ROUTER_SECTIONS}:
            _leave_section(draft, section)
    if len(groups) > 1:
        draft.tell((), "nothing says which model answers when none is named: set `default`")
    return draft.finished()


def _with_variables(source: Document) -> Document:
    """Return the file with ``os.environ/NAME`` in our form, and a literal ``${`` so that it stays one."""
    return Document(file=source.file, data=_ours(source.data), places=source.places, keys=source.keys)


def _ours(value: Any) -> Any:
    match value:
        case str() if variable := _VARIABLE.match(value.strip()):
            return f"${{{variable[1]}}}"
        case str():
            return escape(value)
        case dict():
            return {key: _ours(item) for key, item in value.items()}
        case list():
            return [_ours(item) for item in value]
    return value


def section_of(draft: Draft, name: str) -> dict[str, Any]:
    """Return a section that has to be a mapping; one that is empty is none."""
    section = draft.source.data.get(name)
    if section is None:
        return {}
    if not isinstance(section, dict):
        raise ConfigError(f"`{name}` must be a mapping", where=draft.source.place((name,)))
    return section


def _credentials(draft: Draft) -> dict[str, Mapping[str, Entry]]:
    """Return the named sets of credentials."""
    found: dict[str, Mapping[str, Entry]] = {}
    listed = draft.source.data.get("credential_list")
    for index, item in enumerate(listed if isinstance(listed, list) else ()):
        match item:
            case {"credential_name": str(name), "credential_values": dict(values)}:
                trail: Trail = ("credential_list", index, "credential_values")
                found[name] = {key: Entry(value=value, origin=(*trail, key)) for key, value in values.items()}
                draft.leave_keys(trail, f"credential `{name}`", values, PARAMETERS)
                read = ("credential_name", "credential_values")
                draft.leave_keys(("credential_list", index), f"credential `{name}`", item, read)
            case _:
                draft.leave(
                    ("credential_list", index), "a credential without `credential_name` and `credential_values`"
                )
    return found


def _defaults(data: Mapping[str, Any]) -> dict[str, Entry]:
    """Return the time-outs that hold where a deployment has none of its own."""
    places = (
        ("timeout", ("router_settings", "timeout")),
        ("timeout", ("litellm_settings", "request_timeout")),
        ("stream_timeout", ("router_settings", "stream_timeout")),
    )
    found: dict[str, Entry] = {}
    for name, (section, key) in places:
        settings = data.get(section)
        if isinstance(settings, dict) and settings.get(key) is not None:
            found.setdefault(name, Entry(value=settings[key], origin=(section, key)))
    return found


def _aliases(draft: Draft, groups: dict[str, list[Mapping[str, Entry]]]) -> None:
    """Add other names of models."""
    for section in _ROUTER_SECTIONS:
        aliases = section_of(draft, section).get("model_group_alias")
        for name, target in aliases.items() if isinstance(aliases, dict) else ():
            origin: Trail = (section, "model_group_alias", name)
            model = target.get("model") if isinstance(target, dict) else target
            if name in groups:
                continue
            if isinstance(target, dict):
                draft.leave_keys(origin, f"the alias `{name}`", target, ("model",))
            if isinstance(model, str) and model in groups:
                groups[name] = groups[model]
                draft.group(name, groups[model])
            else:
                draft.leave(origin, f"the alias `{name}` of a model that is not in `model_list`")


def _router_settings(draft: Draft, *, done: set[Trail]) -> None:
    read = {*FALLBACKS, "default_fallbacks", "model_group_alias"}
    seen: set[str] = set()
    for section in _ROUTER_SECTIONS:
        for key, value in section_of(draft, section).items():
            origin: Trail = (section, key)
            if origin in done:
                continue
            timeout = key == "request_timeout" or (
                key in {"timeout", "stream_timeout"} and section == "router_settings"
            )
            if key in _CARRIED and key not in seen and value is not None:
                seen.add(key)
                draft.put(("router_settings", key), value, origin)
            elif key in seen:
                draft.leave(origin, f"`{key}`: it stands in `router_settings` too, which counts")
            elif key not in read and not timeout and value is not None:
                _leave(draft, origin, key)


def _leave_section(draft: Draft, section: str) -> None:
    value = draft.source.data[section]
    if isinstance(value, dict) and value:
        for key in value:
            if section == "environment_variables":
                draft.leave((section, key), f"`{key}` of `{section}`: set it where gha-router runs")
            else:
                _leave(draft, (section, key), key)
    elif value is not None:
        _leave(draft, (section,), section)


def _leave(draft: Draft, origin: Trail, key: str) -> None:
    if key in _DONE_ANYWAY:
        draft.tell(origin, f"`{key}` is not needed: {_DONE_ANYWAY[key]}")
        return
    why = next(_reasons(key), None)
    draft.leave(origin, f"`{key}`" + (f": {why}" if why else ""))


def _reasons(key: str) -> Iterator[str]:
    if key in _WHY:
        yield _WHY[key]
    yield from (why for part, why in _PREFIXES.items() if part in key)
