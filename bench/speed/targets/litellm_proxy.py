"""LiteLLM's proxy: one worker, a master key, no database, no telemetry."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.speed.server import LOG, PROVIDER_KEY, RELAYED, TRANSLATED, Server, Target, Way
from bench.traps.targets.target import KEY, PYTHON, distribution, environment, free_port, listens, process
from bench.traps.wire import Json

DIALECTS = {RELAYED: "anthropic", TRANSLATED: "openai"}


def configuration(upstream: str) -> Json:
    """Return a configuration with a model for each dialect."""
    models = [
        {
            "model_name": name,
            "litellm_params": {
                "model": f"{dialect}/up-one",
                "api_base": upstream if dialect == "anthropic" else f"{upstream}/v1",
                "api_key": PROVIDER_KEY,
            },
        }
        for name, dialect in DIALECTS.items()
    ]
    settings = {
        "telemetry": False,
        "num_retries": 0,
        "use_chat_completions_url_for_anthropic_messages": True,  # else it asks by the Responses API
    }
    return {"model_list": models, "litellm_settings": settings, "general_settings": {"master_key": KEY}}


@contextmanager
def started(upstream: str, folder: Path) -> Iterator[Server]:
    """Serve in a child process."""
    (folder / "config.yaml").write_text(json.dumps(configuration(upstream), indent=1))
    port = free_port()
    program = PYTHON.parent / "litellm"
    command = (program, "--config", "config.yaml", "--host", "127.0.0.1", "--port", str(port), "--num_workers", "1")
    env = environment(
        LITELLM_LOCAL_MODEL_COST_MAP="True",
        LITELLM_TELEMETRY="False",
        LITELLM_LOG="ERROR",
        DO_NOT_TRACK="1",
        HOME=str(folder),
    )
    with process((*command, "--telemetry", "False"), folder=folder, env=env, ready=lambda: listens(port)) as server:
        ways = {name: Way(model=name, headers={"x-api-key": KEY}) for name in DIALECTS}
        yield Server(url=f"http://127.0.0.1:{port}", pid=server.pid, log=folder / LOG, ways=ways)


TARGET = Target(name="litellm-proxy", version=lambda: distribution("litellm"), started=started)
