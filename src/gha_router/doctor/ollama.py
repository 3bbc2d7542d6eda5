"""Ask an Ollama server what it has: GET /api/version, /api/tags and /api/ps, POST /api/show.

Fields: https://docs.ollama.com/api. ``size`` in /api/tags is of the model's file, in /api/ps what it takes in memory.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import orjson

from gha_router.doctor.entries import shown_address
from gha_router.doctor.findings import Finding, Health, OllamaModel, OllamaServer
from gha_router.records import Json
from gha_router.report.neutral import clean, shorten

ANSWER_S = 10.0
MAX_BYTES = 8 * 1024 * 1024
COMPLETION = "completion"
MANY = 20  # words for what a model can do


class NoOllama(Exception):
    """The server does not answer as Ollama does; the message says how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Local:
    """What is on a server: installed models with their size, loaded ones with what they take and their context."""

    version: str | None
    installed: dict[str, int | None]
    loaded: dict[str, tuple[int | None, int | None]] = field(default_factory=dict)
    shown: dict[str, Json] = field(default_factory=dict)


def canonical(name: str) -> str:
    """Return a model's name as Ollama lists it: without a tag it is the one called ``latest``."""
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"


async def look(base_url: str, names: Sequence[str]) -> Local:
    """Return what an Ollama server has, and details of the named models. Raises ``NoOllama``."""
    root = base_url.rstrip("/").removesuffix("/v1")
    local = "localhost" in root or "127.0.0.1" in root or "[::1]" in root
    async with httpx.AsyncClient(base_url=root, trust_env=not local, timeout=ANSWER_S) as client:
        tags = _sizes(await _json(client, "GET", "/api/tags"))
        wanted = [name for name in names if canonical(name) in tags]
        version, *shown = await asyncio.gather(
            _perhaps(client, "GET", "/api/version"),
            *(_perhaps(client, "POST", "/api/show", {"model": name}) for name in wanted),
        )
        named = version.get("version")
        return Local(
            version=_label(named) if isinstance(named, str) else None,
            installed=tags,
            loaded=_loaded(await _perhaps(client, "GET", "/api/ps")),
            shown={canonical(name): found for name, found in zip(wanted, shown, strict=True)},
        )


async def loaded_now(base_url: str, before: Local) -> Local:
    """Return the same with what is loaded now; as it was when the server does not say."""
    with suppress(NoOllama):
        return replace(before, loaded=(await look(base_url, ())).loaded)
    return before


async def _json(client: httpx.AsyncClient, method: str, path: str, body: Json | None = None) -> Json:
    content = bytearray()
    try:
        async with asyncio.timeout(ANSWER_S), client.stream(method, path, json=body) as response:
            if not response.is_success:
                raise NoOllama(f"{path} answers HTTP {response.status_code}, which is not Ollama's way")
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > MAX_BYTES:
                    raise NoOllama(f"{path} answers more than {MAX_BYTES:,} bytes")
    except (httpx.TransportError, TimeoutError) as error:
        kind = "no connection" if isinstance(error, httpx.ConnectError) else "no answer"
        raise NoOllama(f"{kind} ({type(error).__name__})") from None
    try:
        data = orjson.loads(bytes(content))
    except orjson.JSONDecodeError:
        data = None
    if not isinstance(data, dict):
        raise NoOllama(f"{path} answers no JSON object, which is not Ollama's way")
    return data


async def _perhaps(client: httpx.AsyncClient, method: str, path: str, body: Json | None = None) -> Json:
    """Return what the server says, nothing when it does not say it: details are worth no failure."""
    try:
        return await _json(client, method, path, body)
    except NoOllama:
        return {}


def _listed(data: Json) -> list[tuple[str, Json]]:
    models = data.get("models")
    found = [one for one in models if isinstance(one, dict)] if isinstance(models, list) else []
    return [(canonical(_label(one.get("name") or one.get("model"))), one) for one in found]


def _label(text: object) -> str:
    """Return a server's text as one bounded line."""
    return shorten(clean(str(text)))


def _sizes(data: Json) -> dict[str, int | None]:
    return {name: _count(one.get("size")) for name, one in _listed(data)}


def _loaded(data: Json) -> dict[str, tuple[int | None, int | None]]:
    return {name: (_count(one.get("size")), _count(one.get("context_length"))) for name, one in _listed(data)}


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and value > 0 else None


def model_of(name: str, local: Local) -> OllamaModel:
    """Return what is known of one configured model."""
    key = canonical(name)
    size, context = local.loaded.get(key, (None, None))
    shown = local.shown.get(key, {})
    capabilities, details = shown.get("capabilities"), shown.get("model_info")
    windows = (
        [value for key, value in details.items() if key.endswith(".context_length")]
        if isinstance(details, dict)
        else []
    )
    return OllamaModel(
        name=name,
        installed=key in local.installed,
        size=local.installed.get(key),
        loaded=size,
        loaded_context=context,
        context=_count(windows[0]) if windows else None,
        capabilities=tuple(map(_label, capabilities[:MANY])) if isinstance(capabilities, list) else (),
    )


def server_of(provider: str, base_url: str, names: Sequence[str], local: Local, memory: int | None) -> OllamaServer:
    """Return a server with its configured models, and what else is loaded there."""
    configured = {canonical(name) for name in names}
    others = (name for name in local.loaded if name not in configured)
    return OllamaServer(
        provider=provider,
        address=shown_address(base_url) or "",
        version=local.version,
        models=tuple(model_of(name, local) for name in names),
        others=tuple(model_of(name, local) for name in others),
        memory=memory,
    )


def no_server(provider: str, base_url: str, names: Sequence[str], why: str, memory: int | None) -> OllamaServer:
    """Return a server that does not answer."""
    address = shown_address(base_url) or ""
    return OllamaServer(
        provider=provider,
        address=address,
        version=None,
        models=(),
        others=(),
        memory=memory,
        findings=(
            Finding(
                health=Health.DOWN,
                what=f"no Ollama at {address} (provider `{provider}`): {why}; it is to serve {', '.join(names)}",
                hint="Start it: `ollama serve`; another address is `base_url` of the provider.",
            ),
        ),
    )


def takes_messages(model: OllamaModel | None) -> bool:
    """Return whether a model can be asked anything: an embedding model cannot. Unknown is not unable."""
    return model is None or not model.capabilities or COMPLETION in model.capabilities
