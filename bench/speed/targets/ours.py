"""gha-router itself, by ``gha-router serve``: a virtual key, a routed name, a budget and a receipt for each request."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from bench.speed.server import LOG, PROVIDER_KEY, RELAYED, TRANSLATED, Server, Target, Way
from bench.traps.targets.target import environment, process

SERVE = ("serve", "--config", "config.yml", "--port", "0", "--info-file", "info.json", "--ledger", "ledger.jsonl")
PRICE = {"input": "3", "output": "15", "cache_read": "0.3", "cache_write": "3.75"}
PLAIN = (sys.executable, "-m", "gha_router")


def configuration(upstream: str) -> str:
    """Return a configuration, which is JSON and so YAML: groups of two, and caps that are never met."""
    key = "${BENCH_KEY}"
    providers = {
        RELAYED: {"base_url": upstream, "api_key": key, "format": "anthropic"},
        TRANSLATED: {"base_url": f"{upstream}/v1", "api_key": key, "format": "openai"},
    }
    models = {
        name: [
            {"model": f"{name}/up-{order}", "order": order, "price": PRICE, "context": 1_000_000} for order in (1, 2)
        ]
        for name in providers
    }
    budget = {"run_usd": 1_000_000, "step_usd": 1_000_000}
    return json.dumps({"version": 1, "providers": providers, "models": models, "budget": budget}, indent=1)


@contextmanager
def started(upstream: str, folder: Path, program: Sequence[str | Path] = PLAIN) -> Iterator[Server]:
    """Serve in a child process; ``program`` is what the command ``gha-router`` is."""
    (folder / "config.yml").write_text(configuration(upstream))
    info = folder / "info.json"
    command = (*program, *SERVE)
    with process(command, folder=folder, env=environment(BENCH_KEY=PROVIDER_KEY), ready=info.exists):
        told = json.loads(info.read_text())
        headers = {"x-api-key": told["keys"]["default"]}
        ways = {name: Way(model=name, headers=headers) for name in (RELAYED, TRANSLATED)}
        yield Server(url=told["url"], pid=told["pid"], log=folder / LOG, ways=ways)


TARGET = Target(name="ours", version=lambda: version("gha-router"), started=started)
