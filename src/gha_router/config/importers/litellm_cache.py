"""LiteLLM's cache: whether replies are kept, where, how long (docs.litellm.ai/docs/proxy/caching)."""

from collections.abc import Mapping
from typing import Any

from gha_router.config.caching import switch
from gha_router.config.document import Trail
from gha_router.config.importers.draft import Draft

IN_A_FILE = {"local", "disk"}
REDIS = "redis"
PORT = "6379"
_ADDRESS = ("url", "redis_url", "host", "port", "password", "username")
_READ = {"type", "ttl", "namespace", "mode", *_ADDRESS}
_WHY = {
    "supported_call_types": "whole messages are kept, whichever endpoint asks",
    "similarity_threshold": "it finds replies by their meaning",
}


def read_cache(draft: Draft, settings: Mapping[str, Any], at: Trail) -> frozenset[str]:
    """Carry over what a section says of kept replies; return the keys that were read."""
    on, params = settings.get("cache"), settings.get("cache_params")
    read = frozenset({"cache", "cache_params"} & settings.keys())
    if switch(on) is None or on is None:
        if params:
            draft.leave((*at, "cache_params"), "`cache_params`: `cache` is not on")
        return read
    found = params if isinstance(params, dict) else {}
    origin: Trail = (*at, "cache_params")
    kind = str(found.get("type", "local"))
    if found.get("mode") == "default_off":
        draft.leave(origin, "`cache`: it is off unless a request asks for it; here a request says `no-store`")
    elif kind == REDIS:
        _redis(draft, found, origin)
        _common(draft, found, (*at, "cache"), origin)
    elif kind in IN_A_FILE:
        _common(draft, found, (*at, "cache"), origin)
        draft.tell((*at, "cache"), "replies are kept in a file of this machine, from run to run")
    else:
        draft.leave(origin, f"`cache` of the type `{kind}`: replies are kept in a file, or in Redis")
    return read


def _common(draft: Draft, found: Mapping[str, Any], on: Trail, origin: Trail) -> None:
    ttl = found.get("ttl")
    if ttl is None:
        draft.put(("cache", "exact"), "true", on)
    else:
        draft.put(("cache", "exact", "ttl"), ttl, (*origin, "ttl"))
    if namespace := found.get("namespace"):
        draft.put(("cache", "scope"), namespace, (*origin, "namespace"))
    for key in found:
        if key not in _READ:
            why = _WHY.get(key)
            draft.leave((*origin, key), f"`{key}` of `cache_params`" + (f": {why}" if why else ""))


def _redis(draft: Draft, found: Mapping[str, Any], origin: Trail) -> None:
    address = found.get("url") or found.get("redis_url")
    if address:
        draft.put(("cache", "store"), address, origin)
    elif host := found.get("host"):
        password = f"{found.get('username') or ''}:{found['password']}@" if found.get("password") else ""
        draft.put(("cache", "store"), f"redis://{password}{host}:{found.get('port') or PORT}", origin)
    elif shared := _of_router(draft):
        draft.put(("cache", "store"), shared, ("router_settings", "redis_url"))
    else:
        draft.tell(origin, "where Redis is stands in variables that LiteLLM reads: set `cache.store`")


def _of_router(draft: Draft) -> Any:
    """Return the address of the Redis that rests and quotas are shared in."""
    settings = draft.source.data.get("router_settings")
    return settings.get("redis_url") if isinstance(settings, dict) else None
