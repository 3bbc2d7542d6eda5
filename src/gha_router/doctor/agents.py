"""The agents: which are installed, and whether those that the configuration names are among them."""

from collections.abc import Iterator

from gha_router.agent.choice import AGENTS, agent_of, version_of
from gha_router.config import Config
from gha_router.doctor.findings import Finding, Health
from gha_router.errors import AgentError


def installed() -> dict[str, str]:
    """Return the version of each agent that is installed, by its name for people."""
    found = {kind.full_name: version_of(kind) for kind in AGENTS}
    return {name: version for name, version in found.items() if version is not None}


def missing_agents(config: Config) -> Iterator[Finding]:
    """Yield a mistake for each agent that steps are given to and that is not installed."""
    steps = [step for _, step in config.all_steps()]
    for kind in sorted({config.agent, *(step.agent for step in steps if step.agent)}):
        try:
            agent_of(kind).path()
        except AgentError as error:
            yield Finding(health=Health.MISTAKE, what=error.what, hint=error.hint)
