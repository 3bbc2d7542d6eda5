"""Claude Code: the CLI that comes with the official SDK, and what it is told."""

import os
from collections.abc import AsyncIterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from gha_router.agent.job import AgentJob
from gha_router.agent.sandbox import Sandbox
from gha_router.errors import AgentError
from gha_router.records import Json

# What the SDK tells the CLI through the environment.
SDK_VARIABLES = ("CLAUDE_CODE_ENTRYPOINT", "CLAUDE_AGENT_SDK_VERSION", "CLAUDE_CODE_SDK_READS_SESSION_STATE")


def cli_path() -> Path:
    """Return the Claude Code CLI that comes with the SDK. Raises ``AgentError`` when this platform's wheel has none."""
    package = find_spec("claude_agent_sdk")  # found, not imported
    path = Path(package.origin if package and package.origin else "").parent / "_bundled" / "claude"
    if not path.is_file():
        raise AgentError(
            "the installed claude-agent-sdk carries no Claude Code CLI for this platform",
            hint="Install it from a wheel for Linux (x86-64 or arm64), not from source.",
        )
    return path


def cli_version() -> str:
    """Return the version that stands beside the CLI in the SDK's wheel, or ``unknown``."""
    file = cli_path().with_name("claude.version")
    return file.read_text(encoding="utf-8").split()[0] if file.is_file() else "unknown"


def environment(job: AgentJob, box: Sandbox, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the agent's whole environment: an allow-list, the gateway, and the virtual key for a provider's."""
    extra = {
        "SHELL": "/bin/bash",
        "ANTHROPIC_BASE_URL": job.gateway_url,
        "ANTHROPIC_API_KEY": job.key,
        "ANTHROPIC_DEFAULT_OPUS_MODEL": job.model,
        "ANTHROPIC_DEFAULT_SONNET_MODEL": job.model,
        "ANTHROPIC_DEFAULT_HAIKU_MODEL": job.small_model or job.model,
        "CLAUDE_CODE_SUBAGENT_MODEL": job.model,
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "CLAUDE_CODE_MAX_RETRIES": "2",  # retries are the gateway's: what reaches the agent is final
        "DISABLE_AUTOUPDATER": "1",
        "NO_PROXY": "127.0.0.1,localhost",
    }
    if job.context:
        extra["CLAUDE_CODE_MAX_CONTEXT_TOKENS"] = str(job.context)
    if job.gateway_socket:
        extra["ANTHROPIC_UNIX_SOCKET"] = str(job.gateway_socket)  # the CLI's own word, found in its program
    if box.identity.uid is None and os.geteuid() == 0:
        extra["IS_SANDBOX"] = "1"  # the CLI refuses to skip permissions as root otherwise
    return box.environment(environ, extra)


def imported_sdk() -> ModuleType:
    """Return the module that drives the CLI. The first call takes half a second."""
    return import_module("gha_router.agent.sdk")


class ClaudeCode:
    """Claude Code, through the SDK."""

    program = "claude"
    pass_env: tuple[str, ...] = SDK_VARIABLES

    def path(self) -> Path:
        """Return the CLI."""
        return cli_path()

    def version(self) -> str:
        """Return its version."""
        return cli_version()

    def warm(self) -> None:
        """Import the SDK."""
        imported_sdk()

    def environment(self, job: AgentJob, box: Sandbox, environ: Mapping[str, str]) -> dict[str, str]:
        """Return the CLI's environment."""
        return environment(job, box, environ)

    def conversation(self, job: AgentJob, box: Sandbox, cli: Path, stderr: list[str]) -> AsyncIterator[Json]:
        """Yield the entries of the SDK's messages."""
        found: AsyncIterator[Json] = imported_sdk().entries(
            job.prompt,
            cli=cli,
            cwd=box.work,
            model=job.model,
            turn_limit=job.turn_limit,
            json_schema=job.json_schema,
            stderr=stderr,
        )
        return found
