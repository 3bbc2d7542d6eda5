"""The two peers that run under node: claude-code-router and Portkey's gateway."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.speed.server import LOG, PROVIDER_KEY, RELAYED, TRANSLATED, Server, Target, Way
from bench.traps.targets.target import KEY, PEERS, environment, free_port, listens, process
from bench.traps.wire import Json

ROUTER = PEERS / "node" / "node_modules" / "@musistudio" / "claude-code-router"
PORTKEY = PEERS / "portkey" / "node_modules" / "@portkey-ai" / "gateway"


def version_in(package: Path) -> Callable[[], str | None]:
    """Return what reads a package's version; None: it is not installed."""
    file = package / "package.json"
    return lambda: str(json.loads(file.read_text())["version"]) if file.exists() else None


def configuration(upstream: str, port: int) -> Json:
    """Return claude-code-router's config.json with a provider for each dialect, its log off."""
    common = {"api_key": PROVIDER_KEY, "models": ["up-one"]}
    relayed = {"name": RELAYED, "api_base_url": f"{upstream}/v1/messages", "transformer": {"use": ["Anthropic"]}}
    translated = {"name": TRANSLATED, "api_base_url": f"{upstream}/v1/chat/completions"}
    return {
        "APIKEY": KEY,
        "HOST": "127.0.0.1",
        "PORT": port,
        "LOG": False,
        "NON_INTERACTIVE_MODE": True,
        "Providers": [{**relayed, **common}, {**translated, **common}],
        "Router": {"default": f"{RELAYED},up-one"},
    }


@contextmanager
def claude_code_router(upstream: str, folder: Path) -> Iterator[Server]:
    """Serve in a child process, under a home of its own; a model is asked for as ``provider,model``."""
    port = free_port()
    home = folder / ".claude-code-router"
    home.mkdir()
    (home / "config.json").write_text(json.dumps(configuration(upstream, port), indent=1))
    command = ("node", ROUTER / "dist" / "cli.js", "start")
    with process(command, folder=folder, env=environment(HOME=str(folder)), ready=lambda: listens(port)) as server:
        ways = {name: Way(model=f"{name},up-one", headers={"x-api-key": KEY}) for name in (RELAYED, TRANSLATED)}
        yield Server(url=f"http://127.0.0.1:{port}", pid=server.pid, log=folder / LOG, ways=ways)


@contextmanager
def portkey(upstream: str, folder: Path) -> Iterator[Server]:
    """Serve in a child process; each request names its upstream. It has no ``/v1/messages`` for OpenAI's dialect."""
    port = free_port()
    command = ("node", PORTKEY / "build" / "start-server.js", f"--port={port}", "--headless")
    headers = {
        "x-portkey-provider": "anthropic",
        "x-portkey-custom-host": f"{upstream}/v1",
        "x-api-key": PROVIDER_KEY,
        "authorization": f"Bearer {PROVIDER_KEY}",
    }
    env = environment(HOME=str(folder), NODE_ENV="production")
    with process(command, folder=folder, env=env, ready=lambda: listens(port)) as server:
        way = Way(model="up-one", headers=headers)
        yield Server(url=f"http://127.0.0.1:{port}", pid=server.pid, log=folder / LOG, ways={RELAYED: way})


CLAUDE_CODE_ROUTER = Target(name="claude-code-router", version=version_in(ROUTER), started=claude_code_router)
PORTKEY_GATEWAY = Target(name="portkey", version=version_in(PORTKEY), started=portkey)
