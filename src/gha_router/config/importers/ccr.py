"""claude-code-router's settings, read into a configuration of ours.

Three forms of them: ``Providers`` and ``Router`` of its versions 1 and 2 (a JSON file), the same with rules, profiles
and the app's settings of its version 3 (a database, see ``ccr_sqlite``), and ``routerConfig``, which articles show.
Sources: the project's README, its ``config.example.json`` and, for version 3, ``packages/core/src/contracts/app.ts``.
"""

import re
from collections.abc import Mapping
from typing import Any

from gha_router.config.document import Document, Trail
from gha_router.config.importers.ccr_providers import Providers
from gha_router.config.importers.ccr_router import Router
from gha_router.config.importers.draft import Draft, Entry, Imported, Kind
from gha_router.errors import ConfigError, Position
from gha_router.variables import escape

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$([A-Z_][A-Z0-9_]*)")
_READ = {
    *("Providers", "providers", "Router", "router", "routerConfig", "fallback", "fallbackChain", "API_TIMEOUT_MS"),
    "profile",
}
_WHY = {
    "APIKEY": "the gateway makes keys of its own, one for each step",
    "APIKEYS": "the gateway makes keys of its own, one for each step",
    "CUSTOM_ROUTER_PATH": "its code is not run; say in `routes` what it decides",
    "transformers": "their code is not run",
    "plugins": "their code is not run",
    "providerPlugins": "their code is not run",
    "PROXY_URL": "set HTTPS_PROXY where gha-router runs",
    "HOST": "the gateway listens on this machine alone",
    "PORT": "the gateway picks a free port; `serve --port` names one",
    "cache": "kept replies are configured in `cache`",
    "REWRITE_SYSTEM_PROMPT": "a prompt is passed on as the agent wrote it",
    "forceUseImageAgent": "images go to the model of `routes.image`",
    "virtualModelProfiles": "a model is what its deployments are",
}
# What version 3 keeps of its own window, menu bar and helpers; it is told of in one line.
_OF_THE_APP = {
    *("agent", "autoStart", "botConfigs", "botGateway", "contextArchive", "gateway", "launchAtLogin", "mediaTools"),
    *("observability", "onboardingFinishedAt", "overviewWidgets", "proxy", "routerEndpoint", "theme", "toolHub"),
    *("trayBalanceProgress", "trayComponentVariants", "trayIcon", "trayProgressTargetTokens", "trayShowTokenRate"),
    *("trayWidgets", "trayWindowModules", "LOG", "LOG_LEVEL", "StatusLine", "NON_INTERACTIVE_MODE", "CLAUDE_PATH"),
    *("HOT_RELOAD", "configRevision"),
}
_MS = 1000


def import_ccr(source: Document) -> Imported:
    """Return the configuration that these settings describe. Raises ``ConfigError`` where they cannot be one."""
    if not _READ & source.data.keys():
        raise ConfigError(
            "there is nothing of claude-code-router's in it",
            where=Position(source.file, 1, 1),
            hint="Its settings have `Providers` and `Router`.",
        )
    draft = Draft(_with_variables(source), Kind.CCR)
    data = draft.source.data
    providers = Providers(draft, timeout=_timeout(draft))
    for key in ("Providers", "providers"):
        providers.read(key)
    router = Router(draft, providers)
    router.article("routerConfig")
    for key in ("Router", "router"):
        router.read(key)
    router.fallbacks("fallback")
    router.chain("fallbackChain")
    _profiles(draft, router)
    router.finish()
    providers.finish()
    _leave_rest(draft, data)
    return draft.finished()


def _with_variables(source: Document) -> Document:
    return Document(file=source.file, data=_ours(source.data), places=source.places, keys=source.keys)


def _ours(value: Any) -> Any:
    """Return the settings with ``$NAME`` and ``${NAME}`` in our form; every other ``${`` stays what it is."""
    match value:
        case str():
            parts, end = [], 0
            for found in _VARIABLE.finditer(value):
                parts += [escape(value[end : found.start()]), f"${{{found[1] or found[2]}}}"]
                end = found.end()
            return "".join([*parts, escape(value[end:])])
        case dict():
            return {key: _ours(item) for key, item in value.items()}
        case list():
            return [_ours(item) for item in value]
    return value


def _timeout(draft: Draft) -> Entry | None:
    """Return the time for a whole reply, in seconds."""
    written = draft.source.data.get("API_TIMEOUT_MS")
    if written is None:
        return None
    try:
        seconds = float(written) / _MS
    except (TypeError, ValueError):
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        draft.leave(("API_TIMEOUT_MS",), "`API_TIMEOUT_MS`: it is no number of milliseconds")
        return None
    return Entry(value=f"{seconds:g}", origin=("API_TIMEOUT_MS",))


def _profiles(draft: Draft, router: Router) -> None:
    """Read what version 3 sets for Claude Code: its models; what else it sets is the agent's own business."""
    profile = draft.source.data.get("profile")
    profiles = profile.get("profiles") if isinstance(profile, dict) else None
    for index, item in enumerate(profiles if isinstance(profiles, list) else ()):
        origin: Trail = ("profile", "profiles", index)
        if not isinstance(item, dict) or str(item.get("enabled", "true")).lower() == "false":
            continue
        if item.get("agent") == "claude-code":
            router.profile(origin, item)
        else:
            draft.leave(origin, f"the profile of `{item.get('agent')}`: the agent is Claude Code")
    if isinstance(profile, dict):
        if isinstance(profile.get("claudeCode"), dict):
            router.profile(("profile", "claudeCode"), profile["claudeCode"])
        draft.leave_keys(("profile",), "`profile`", profile, ("enabled", "profiles", "claudeCode"))


def _leave_rest(draft: Draft, data: Mapping[str, Any]) -> None:
    app = [key for key in data if key in _OF_THE_APP]
    if app:
        shown = ", ".join(f"`{key}`" for key in app)
        draft.leave((app[0],), f"settings of the program's own: {shown}")
    for key, value in data.items():
        if key in _READ | _OF_THE_APP or value in (None, "", [], {}):
            continue
        draft.leave((key,), f"`{key}`" + (f": {_WHY[key]}" if key in _WHY else ""))
