"""The Ollama servers in use: looked at before the calls, for what is installed, and after them, for what is loaded."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gha_router.config import Config, Format
from gha_router.doctor.entries import is_ollama
from gha_router.doctor.findings import Checked, Entry, Finding, Health, OllamaServer
from gha_router.doctor.memory import findings_of, machine_memory
from gha_router.doctor.ollama import (
    Local,
    NoOllama,
    canonical,
    loaded_now,
    look,
    model_of,
    no_server,
    server_of,
    takes_messages,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """An Ollama server in use, and the deployments that it is to serve. ``state``: a text says why there is none."""

    provider: str
    base_url: str
    entries: tuple[Entry, ...]
    messages: bool  # it is asked in Anthropic's words
    state: Local | str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Return the models as Ollama knows them, each once."""
        return tuple(dict.fromkeys(entry.deployment.name for entry in self.entries))

    def not_asked(self, entry: Entry) -> Finding | None:
        """Return why a deployment is not worth a call, ``None`` when it is."""
        name = entry.deployment.name
        if isinstance(self.state, str):
            return Finding(health=Health.DOWN, what=f"not asked: there is no Ollama: {self.state}", told=True)
        if canonical(name) not in self.state.installed:
            return Finding(health=Health.DOWN, what=f"`{name}` is not installed", hint=f"Run `ollama pull {name}`.")
        if not takes_messages(model_of(name, self.state)):
            return Finding(health=Health.WELL, what="installed; it takes no messages, so it was not asked")
        return None


async def servers_of(config: Config, entries: Sequence[Entry]) -> dict[str, Server]:
    """Return the servers by provider, each asked what it has."""
    by_provider: dict[str, list[Entry]] = {}
    for entry in entries:
        by_provider.setdefault(entry.deployment.provider, []).append(entry)
    found = [
        Server(
            provider=name,
            base_url=provider.base_url,
            entries=tuple(own),
            messages=provider.format is Format.ANTHROPIC,
        )
        for name, own in by_provider.items()
        if (provider := config.provider(name)) is not None and provider.base_url and is_ollama(name, provider)
    ]
    return {server.provider: server for server in await asyncio.gather(*map(_looked, found))}


async def _looked(server: Server) -> Server:
    try:
        return replace(server, state=await look(server.base_url, server.names))
    except NoOllama as error:
        return replace(server, state=str(error))


async def states_of(servers: Mapping[str, Server], memory_gb: float | None) -> list[OllamaServer]:
    """Return what is to be told of each server, with what it has loaded now."""
    return list(await asyncio.gather(*(_state(server, memory_gb) for server in servers.values())))


async def _state(server: Server, memory_gb: float | None) -> OllamaServer:
    memory = machine_memory(server.base_url, memory_gb)
    if isinstance(server.state, str):
        return no_server(server.provider, server.base_url, server.names, server.state, memory)
    now = await loaded_now(server.base_url, server.state)
    state = server_of(server.provider, server.base_url, server.names, now, memory)
    deployments = {entry.deployment.name: entry.deployment for entry in server.entries}
    return replace(state, findings=tuple(findings_of(state, deployments, messages=server.messages)))


def with_ollamas_word(one: Checked, servers: Sequence[OllamaServer]) -> Checked:
    """Return a deployment with what its Ollama server says of it, where neither file nor price list does."""
    models = {
        (server.provider, model.name): model for server in servers for model in server.models if model.capabilities
    }
    model = models.get((one.entry.deployment.provider, one.entry.deployment.name))
    if model is None:
        return one
    able = {word: word in model.capabilities for word in ("tools", "vision")}
    return replace(one, context=one.context or model.loaded_context or model.context, supports={**able, **one.supports})
