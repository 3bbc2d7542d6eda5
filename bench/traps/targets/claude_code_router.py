"""claude-code-router: a model is asked for as ``provider,model``; ``ccr start`` stays in the foreground."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.traps.case import Feature, Role, deployments, upstream_name
from bench.traps.runner import Gateway
from bench.traps.targets.target import (
    KEY,
    PEERS,
    PROVIDER_KEY,
    Target,
    environment,
    free_port,
    listens,
    process,
)
from bench.traps.wire import WRITTEN, Dialect, Json

PACKAGE = PEERS / "node" / "node_modules" / "@musistudio" / "claude-code-router"
# Its fallbacks are for kinds of requests ("default", "think"), not for a model: no pair beside other models.
FEATURES = frozenset({Feature.COUNT, Feature.KEYS, Feature.SERVER})


def configuration(upstream: str, port: int) -> Json:
    """Return its config.json with a provider for each dialect and role."""
    providers: list[Json] = []
    for dialect in WRITTEN:
        for role in Role:
            deployment = deployments(role)[0]
            path = "chat/completions" if dialect is Dialect.OPENAI else "messages"
            provider: Json = {
                "name": f"{dialect}-{role}",
                "api_base_url": f"{upstream}/{deployment}/v1/{path}",
                "api_key": PROVIDER_KEY,
                "models": [upstream_name(deployment)],
            }
            if dialect is Dialect.ANTHROPIC:
                provider["transformer"] = {"use": ["Anthropic"]}
            providers.append(provider)
    return {
        "APIKEY": KEY,
        "HOST": "127.0.0.1",
        "PORT": port,
        "LOG": False,
        "NON_INTERACTIVE_MODE": True,
        "Providers": providers,
        "Router": {"default": f"{providers[0]['name']},{providers[0]['models'][0]}"},
    }


def _name(dialect: Dialect, role: Role) -> str:
    return f"{dialect}-{role},up-one"


@contextmanager
def started(upstream: str, folder: Path) -> Iterator[Gateway]:
    """Serve in a child process, under a home of its own."""
    port = free_port()
    home = folder / ".claude-code-router"
    home.mkdir()
    (home / "config.json").write_text(json.dumps(configuration(upstream, port), indent=1))
    command = ("node", PACKAGE / "dist" / "cli.js", "start")
    with process(command, folder=folder, env=environment(HOME=str(folder)), ready=lambda: listens(port)) as server:
        yield Gateway(url=f"http://127.0.0.1:{port}", key=KEY, features=FEATURES, pid=server.pid, name=_name)


def _version() -> str | None:
    file = PACKAGE / "package.json"
    return str(json.loads(file.read_text())["version"]) if file.exists() else None


TARGET = Target(name="claude-code-router", version=_version, started=started)
