"""Which agents there are."""

from collections.abc import Mapping

from gha_router.agent.claude import ClaudeCode
from gha_router.agent.codex.agent import CodexCli
from gha_router.agent.job import Agent
from gha_router.errors import AgentError
from gha_router.records import AgentKind

AGENTS: Mapping[AgentKind, Agent] = {AgentKind.CLAUDE: ClaudeCode(), AgentKind.CODEX: CodexCli()}


def agent_of(kind: AgentKind) -> Agent:
    """Return the agent of a kind."""
    return AGENTS[kind]


def version_of(kind: AgentKind) -> str | None:
    """Return the version of an agent's program; ``None`` where it is not installed."""
    try:
        return AGENTS[kind].version()
    except AgentError:
        return None
