"""What is at work here: the versions that a result or a question about one depends on."""

import sys
from importlib.metadata import version

from gha_router.agent.runner import cli_version
from gha_router.errors import AgentError
from gha_router.pricing import Prices


def versions() -> str:
    """Return a line each: ours, the agent's, the price list's, Python's."""
    prices = Prices.load()
    return "\n".join(
        (
            f"gha-router {version('gha-router')}",
            f"Claude Code CLI {_cli()} (claude-agent-sdk {version('claude-agent-sdk')})",
            f"prices of {prices.source}, digest {prices.digest[:12]}",
            f"Python {sys.version.split()[0]}",
        )
    )


def _cli() -> str:
    try:
        return cli_version()
    except AgentError:
        return "is missing"
