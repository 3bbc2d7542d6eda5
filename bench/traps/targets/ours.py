"""gha-router itself, by ``gha-router serve``."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import aiohttp

from bench.traps.case import PAIRS, SMALL_CONTEXT, Feature, Role, deployments, model_name, upstream_name
from bench.traps.cases.money import PRICE
from bench.traps.runner import PATIENCE_S, Gateway
from bench.traps.targets.target import IDLE_S, PROVIDER_KEY, Target, environment, process
from bench.traps.wire import Dialect, Json

FEATURES = frozenset(Feature)
_BRISK = (Role.BRISK, Role.BRISK_PAIR)
_VERSIONED = (Dialect.OPENAI, Dialect.RESPONSES)  # whose address holds the version
SPEAKS: dict[Dialect, Json] = {
    Dialect.OPENAI: {"format": "openai"},
    Dialect.ANTHROPIC: {"format": "anthropic"},
    Dialect.RESPONSES: {"format": "responses"},
    Dialect.GEMINI: {"format": "litellm", "litellm_provider": "gemini"},
    Dialect.OLLAMA: {"like": "ollama"},
    Dialect.OLLAMA_CHAT: {"like": "ollama"},
}


def configuration(upstream: str, *, idle_s: float = IDLE_S, litellm: bool = False) -> str:
    """Return a configuration, which is JSON and so YAML, with a model for each dialect and role.

    ``litellm``: OpenAI's dialect is asked for through LiteLLM, as the clouds are.
    """
    providers: Json = {}
    models: Json = {}
    for dialect in Dialect:
        for role in Role:
            group = []
            for order, deployment in enumerate(deployments(role), 1):
                name = f"{dialect}-{deployment}"
                address = upstream + f"/{deployment}" + ("/v1" if dialect in _VERSIONED else "")
                speaks = dict(SPEAKS[dialect])
                if litellm and dialect is Dialect.OPENAI:
                    speaks = {"format": "litellm", "litellm_provider": "openai"}
                providers[name] = {"base_url": address, "api_key": "${TRAP_KEY}", **speaks}
                limits: Json = {"stream_timeout": idle_s, "stream_idle_timeout": idle_s} if role in _BRISK else {}
                limits |= {"context": SMALL_CONTEXT} if role is Role.SMALL else {}
                group.append({"model": f"{name}/{upstream_name(deployment)}", "order": order, "price": PRICE, **limits})
            models[model_name(dialect, role)] = group
    assert {role for role in Role if len(deployments(role)) > 1} == set(PAIRS)
    # One gateway plays all cases: what one case breaks must not rest in the next.
    settings = {"num_retries": 0, "cooldown_time": 0}
    whole = {"version": 1, "providers": providers, "models": models, "router_settings": settings}
    return json.dumps(whole, indent=1)


@contextmanager
def started(upstream: str, folder: Path) -> Iterator[Gateway]:
    """Serve in a child process."""
    (folder / "config.yml").write_text(configuration(upstream))
    info = folder / "info.json"
    options = ("--config", "config.yml", "--port", "0", "--info-file", "info.json", "--ledger", "ledger.jsonl")
    command = (sys.executable, "-m", "gha_router", "serve", *options)
    with process(command, folder=folder, env=environment(TRAP_KEY=PROVIDER_KEY), ready=info.exists):
        told = json.loads(info.read_text())

        async def receipts() -> list[Json]:
            async with (
                aiohttp.ClientSession(headers={"x-api-key": told["run_key"]}) as client,
                client.get(f"{told['url']}/receipts") as answer,
            ):
                return list((await answer.json())["receipts"])

        yield Gateway(
            url=told["url"],
            key=told["keys"]["default"],
            features=FEATURES,
            pid=told["pid"],
            patience_s=PATIENCE_S,
            receipts=receipts,
        )


TARGET = Target(name="ours", version=lambda: version("gha-router"), started=started)
