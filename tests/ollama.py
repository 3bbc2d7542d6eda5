"""An imitation of an Ollama server over real HTTP on loopback: it answers as https://docs.ollama.com/api says.

It holds no model. GET /api/version, /api/tags and /api/ps, POST /api/show, /v1/messages and /v1/chat/completions; a
model that is asked is loaded from then on.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

GB = 1_000_000_000


@dataclass(frozen=True, kw_only=True)
class Local:
    """An installed model."""

    name: str
    size: int
    context: int = 32_768
    capabilities: tuple[str, ...] = ("completion", "tools")

    def listed(self) -> dict[str, Any]:
        details = {"format": "gguf", "family": "qwen2", "parameter_size": "32.8B", "quantization_level": "Q8_0"}
        return {
            "name": self.name,
            "model": self.name,
            "modified_at": "2026-02-10T09:00:00Z",
            "size": self.size,
            "digest": "0" * 64,
            "details": details,
        }


# The models of the third seed's plan: 69.3 GB of 128.
PLAN = (
    Local(name="qwen2.5-coder:32b-instruct-q8_0", size=33 * GB),
    Local(name="qwen3-coder:30b", size=18 * GB, context=262_144),
    Local(name="glm-4.7:latest", size=3 * GB),
    Local(name="codestral:22b", size=15 * GB),
    Local(name="nomic-embed-text:latest", size=300_000_000, context=2048, capabilities=("embedding",)),
)


@dataclass
class Ollama:
    """A server: what is installed, what is loaded, what it was asked."""

    installed: dict[str, Local]
    version: str = "0.15.6"
    loaded_context: int = 4096
    loaded: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    most_at_once: int = 0
    url: str = ""
    _under_way: int = 0

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/api/version", self._version)
        app.router.add_get("/api/tags", self._tags)
        app.router.add_get("/api/ps", self._ps)
        app.router.add_post("/api/show", self._show)
        app.router.add_post("/v1/messages", self._messages)
        app.router.add_post("/v1/chat/completions", self._chat)
        return app

    def _find(self, name: str) -> Local | None:
        return self.installed.get(name if ":" in name else f"{name}:latest")

    async def _version(self, _request: web.Request) -> web.Response:
        return web.json_response({"version": self.version})

    async def _tags(self, _request: web.Request) -> web.Response:
        return web.json_response({"models": [model.listed() for model in self.installed.values()]})

    async def _ps(self, _request: web.Request) -> web.Response:
        models = [self.installed[name] for name in self.loaded]
        more = {"expires_at": "2026-02-10T09:05:00Z", "context_length": self.loaded_context}
        return web.json_response(
            {"models": [m.listed() | more | {"size": m.size + GB, "size_vram": m.size} for m in models]}
        )

    async def _show(self, request: web.Request) -> web.Response:
        model = self._find((await request.json())["model"])
        if model is None:
            return web.json_response({"error": "model not found"}, status=404)
        info = {"general.architecture": "qwen2", "qwen2.context_length": model.context}
        return web.json_response({"capabilities": list(model.capabilities), "model_info": info})

    async def _load(self, request: web.Request) -> Local | None:
        name = orjson.loads(await request.read())["model"]
        self.asked.append(name)
        model = self._find(name)
        if model is not None and model.name not in self.loaded:
            self.loaded.append(model.name)
        return model

    async def _messages(self, request: web.Request) -> web.Response:
        self._under_way += 1
        self.most_at_once = max(self.most_at_once, self._under_way)
        model = await self._load(request)
        self._under_way -= 1
        if model is None:
            error = {"type": "not_found_error", "message": f"model '{self.asked[-1]}' not found"}
            return web.json_response({"type": "error", "error": error}, status=404)
        return web.json_response(
            {
                "id": "msg_1",
                "type": "message",
                "role": "assistant",
                "model": self.asked[-1],
                "content": [{"type": "text", "text": "Hi"}],
                "stop_reason": "max_tokens",
                "usage": {"input_tokens": 12, "output_tokens": 1},
            }
        )

    async def _chat(self, request: web.Request) -> web.Response:
        model = await self._load(request)
        if model is None:
            error = {"message": f"model '{self.asked[-1]}' not found", "type": "api_error"}
            return web.json_response({"error": error}, status=404)
        choice = {"index": 0, "message": {"role": "assistant", "content": "Hi"}, "finish_reason": "length"}
        usage = {"prompt_tokens": 12, "completion_tokens": 1, "total_tokens": 13}
        return web.json_response(
            {"id": "1", "object": "chat.completion", "model": self.asked[-1], "choices": [choice], "usage": usage}
        )


@asynccontextmanager
async def ollama(models: Iterable[Local] = PLAN, *, version: str = "0.15.6") -> AsyncIterator[Ollama]:
    server = Ollama(installed={model.name: model for model in models}, version=version)
    runner = web.AppRunner(server.app(), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()
