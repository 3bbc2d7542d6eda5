"""LiteLLM and any-llm as libraries, each behind a thin server that calls its public Messages function."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from bench.traps.case import Feature, Role, deployments, model_name, upstream_name
from bench.traps.runner import Gateway
from bench.traps.targets.target import (
    IDLE_S,
    KEY,
    PROVIDER_KEY,
    PYTHON,
    Target,
    distribution,
    environment,
    free_port,
    listens,
    process,
)
from bench.traps.wire import WRITTEN, Dialect, Json

SERVER = Path(__file__).parents[1] / "library_server.py"
FEATURES = frozenset({Feature.IDLE})


def models(upstream: str) -> Json:
    """Return for each model's name what a library is called with. A library has no second deployment."""
    return {
        model_name(dialect, role): {
            "provider": dialect.value,
            "model": upstream_name(deployments(role)[0]),
            "api_base": f"{upstream}/{deployments(role)[0]}" + ("/v1" if dialect is Dialect.OPENAI else ""),
            "api_key": PROVIDER_KEY,
            "timeout": IDLE_S if role is Role.BRISK else None,
        }
        for dialect in WRITTEN
        for role in Role
    }


def started(library: str) -> Callable[[str, Path], AbstractContextManager[Gateway]]:
    """Return what starts the server around a library, or around ``none``."""

    @contextmanager
    def serving(upstream: str, folder: Path) -> Iterator[Gateway]:
        (folder / "models.json").write_text(json.dumps(models(upstream), indent=1))
        port = free_port()
        command = (PYTHON, SERVER, library, "models.json", str(port))
        env = environment(LITELLM_LOCAL_MODEL_COST_MAP="True", LITELLM_TELEMETRY="False")
        with process(command, folder=folder, env=env, ready=lambda: listens(port)) as server:
            yield Gateway(url=f"http://127.0.0.1:{port}", key=KEY, features=FEATURES, pid=server.pid)

    return serving


TARGETS = (
    Target(name="litellm-library", version=lambda: distribution("litellm"), started=started("litellm")),
    Target(name="any-llm-library", version=lambda: distribution("any-llm-sdk"), started=started("any_llm")),
)
