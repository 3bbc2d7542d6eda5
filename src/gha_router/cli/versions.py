"""What is at work here: the versions that a result or a question about one depends on."""

import sys
from collections.abc import Iterator
from importlib.metadata import version

from gha_router.agent.choice import AGENTS, version_of
from gha_router.pricing import Prices
from gha_router.records import AgentKind


def versions() -> str:
    """Return a line each: ours, the agents', the price list's, Python's."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    prices = Prices.load()
    yield f"gha-router {version('gha-router')}"
    for kind in AGENTS:
        through = f" (claude-agent-sdk {version('claude-agent-sdk')})" if kind is AgentKind.CLAUDE else ""
        yield f"{kind.full_name} {version_of(kind) or 'not installed'}{through}"
    yield f"prices of {prices.source}, digest {prices.digest[:12]}"
    yield f"Python {sys.version.split()[0]}"
