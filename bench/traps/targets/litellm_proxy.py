"""LiteLLM's proxy: one worker, no telemetry, no look-ups, fallbacks as its documentation has them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.traps.case import PAIRS, SMALL_CONTEXT, Feature, Role, deployments, model_name, upstream_name
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

FEATURES = frozenset({Feature.FALLBACK, Feature.COUNT, Feature.KEYS, Feature.SERVER, Feature.CONTEXT, Feature.IDLE})
_BRISK = (Role.BRISK, Role.BRISK_PAIR)


def configuration(upstream: str) -> Json:
    """Return a configuration with a model for each dialect and role; a pair's second is a model of its own."""
    models: list[Json] = []
    fallbacks: list[Json] = []
    for dialect in WRITTEN:
        for role in Role:
            name = model_name(dialect, role)
            names = [name, f"{name}-second"]
            for deployment, called in zip(deployments(role), names, strict=False):
                models.append(_model(dialect, role, f"{upstream}/{deployment}", upstream_name(deployment), called))
            if role in PAIRS:
                fallbacks.append({names[0]: [names[1]]})
    return {
        "model_list": models,
        "litellm_settings": {
            "telemetry": False,
            "drop_params": True,
            "num_retries": 0,
            "use_chat_completions_url_for_anthropic_messages": True,  # else it asks by the Responses API
        },
        "router_settings": {
            "fallbacks": fallbacks,
            "num_retries": 0,
            "disable_cooldowns": True,
            "enable_pre_call_checks": True,
        },
        "general_settings": {"master_key": KEY},
    }


def _model(dialect: Dialect, role: Role, address: str, name: str, called: str) -> Json:
    params: Json = {
        "model": f"{dialect}/{name}",
        "api_base": f"{address}/v1" if dialect is Dialect.OPENAI else address,
        "api_key": PROVIDER_KEY,
    }
    if role in _BRISK:
        params |= {"timeout": IDLE_S, "stream_timeout": IDLE_S}
    model: Json = {"model_name": called, "litellm_params": params}
    if role is Role.SMALL:
        model["model_info"] = {"max_tokens": SMALL_CONTEXT, "max_input_tokens": SMALL_CONTEXT}
    return model


@contextmanager
def started(upstream: str, folder: Path) -> Iterator[Gateway]:
    """Serve in a child process."""
    (folder / "config.yaml").write_text(json.dumps(configuration(upstream), indent=1))
    port = free_port()
    program = PYTHON.parent / "litellm"
    command = (program, "--config", "config.yaml", "--host", "127.0.0.1", "--port", str(port), "--num_workers", "1")
    env = environment(
        LITELLM_LOCAL_MODEL_COST_MAP="True", LITELLM_TELEMETRY="False", DO_NOT_TRACK="1", HOME=str(folder)
    )
    with process((*command, "--telemetry", "False"), folder=folder, env=env, ready=lambda: listens(port)) as server:
        yield Gateway(url=f"http://127.0.0.1:{port}", key=KEY, features=FEATURES, pid=server.pid)


TARGET = Target(name="litellm-proxy", version=lambda: distribution("litellm"), started=started)
