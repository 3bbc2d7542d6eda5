"""What Codex is told: its ``config.toml`` and its arguments.

Names: Codex 0.169, ``codex exec --help`` and its configuration schema. Its own sandbox is off, because the agent is in
ours, and nobody is there to approve anything. What talks to OpenAI beside the model, or keeps what the next run could
find, is off; so are tools that only OpenAI's servers have.
"""

import json
from pathlib import Path

from gha_router.agent.job import AgentJob

KEY = "GHA_ROUTER_KEY"  # the variable with the virtual key; hidden from the commands that the agent runs
PROVIDER = "gateway"
FEATURES_OFF = ("apps", "goals", "hooks", "image_generation", "memories", "plugins")


def arguments(schema: Path | None) -> tuple[str, ...]:
    """Return the arguments; the prompt comes by standard input. ``schema``: of the answer that is asked for."""
    asked = ("--output-schema", str(schema)) if schema else ()
    return ("exec", "--json", "--ephemeral", "--skip-git-repo-check", "--color", "never", *asked, "-")


def config_toml(job: AgentJob, work: Path) -> str:
    """Return ``config.toml`` for an attempt in the folder ``work``."""
    top: dict[str, object] = {
        "model": job.model,
        "model_provider": PROVIDER,
        "approval_policy": "never",
        "sandbox_mode": "danger-full-access",
        "web_search": "disabled",
        "check_for_update_on_startup": False,
        "allow_login_shell": False,  # a profile would set another PATH
        **({"model_context_window": job.context} if job.context else {}),
    }
    provider: dict[str, object] = {
        "name": "gha-router",
        "base_url": f"{job.gateway_url}/v1",
        "wire_api": "responses",
        "env_key": KEY,
        "request_max_retries": 2,  # retries are the gateway's: what reaches the agent is final
        "stream_max_retries": 2,
        "stream_idle_timeout_ms": int(job.time_limit_s * 1000),  # the gateway looks after a silent upstream
        "supports_websockets": False,
    }
    tables: dict[str, dict[str, object]] = {
        "": top,
        f"model_providers.{PROVIDER}": provider,
        "analytics": {"enabled": False},
        "agents": {"enabled": False},
        "features": dict.fromkeys(FEATURES_OFF, False),
        "history": {"persistence": "none"},
        "shell_environment_policy": {"exclude": [KEY]},
        # The repository's own `.codex` would start programs of its own. Then AGENTS.md is not read: we hand it over.
        f"projects.{json.dumps(str(work))}": {"trust_level": "untrusted"},
    }
    return "\n".join(_table(name, values) for name, values in tables.items())


def _table(name: str, values: dict[str, object]) -> str:
    # Texts, numbers, booleans and lists of texts stand in JSON as in TOML.
    lines = (f"{key} = {json.dumps(value)}" for key, value in values.items())
    return "\n".join((*((f"[{name}]",) if name else ()), *lines)) + "\n"
