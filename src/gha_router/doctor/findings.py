"""What a checkup finds. Times are seconds, sizes bytes, money USD; ``None`` is unknown, or was not asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum

from gha_router.config import Deployment
from gha_router.records import Decision


class Health(IntEnum):
    """How bad a finding is, by the exit code that it ends the command with; a warning ends it with 0."""

    WELL = 0
    WARNING = 1
    MISTAKE = 2  # in the configuration or a key: who wrote it mends it
    DOWN = 3  # a provider, a server or a machine does not do what it should


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was found, in words for people, and what mends it."""

    health: Health
    what: str
    hint: str | None = None
    told: bool = False  # it follows from another finding, which says what mends both


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A deployment that the configuration may ask, under the names that lead to it."""

    names: tuple[str, ...]
    deployment: Deployment
    decision: Decision  # that asks this deployment and no other


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyState:
    """A provider in use, and whether it has what it authenticates with. The key itself is nowhere here."""

    provider: str
    format: str
    address: str | None  # scheme, host and port; None: LiteLLM knows it
    needed: bool
    missing: tuple[str, ...]  # the variables that are not set


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One deployment after its checkup."""

    entry: Entry
    finding: Finding | None  # None: it was only listed
    unasked: str = "listed, not asked"  # why there is no finding
    seconds: float | None = None  # of the whole request, as we measured it
    answered_by: str | None = None  # the model by the upstream's own account
    cost_usd: Decimal | None = None
    context: int | None = None  # tokens
    max_output: int | None = None
    supports: Mapping[str, bool]
    price_source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OllamaModel:
    """A configured model on an Ollama server."""

    name: str
    installed: bool
    size: int | None = None  # of its weights
    loaded: int | None = None  # what it takes in memory now; None: it is not loaded
    loaded_context: int | None = None  # tokens
    context: int | None = None  # tokens that the model could take
    capabilities: tuple[str, ...] = ()  # in Ollama's words: completion, tools, vision, embedding; empty: unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class OllamaServer:
    """An Ollama server and the configured models on it."""

    provider: str
    address: str
    version: str | None
    models: tuple[OllamaModel, ...]
    others: tuple[OllamaModel, ...]  # loaded, and not configured
    memory: int | None  # of the machine, where it is ours or was told
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """The whole: what was configured, what was asked, what was found."""

    configuration: str  # its file
    called: bool  # False: deployments were only listed
    keys: tuple[KeyState, ...]
    checked: tuple[Checked, ...]
    ollama: tuple[OllamaServer, ...]
    findings: tuple[Finding, ...]  # of the configuration, keys and agents
    agents: Mapping[str, str] = field(default_factory=dict)  # the version of each that is installed, by its name

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """Return every finding."""
        of_models = tuple(one.finding for one in self.checked if one.finding)
        of_servers = tuple(finding for server in self.ollama for finding in server.findings)
        return (*self.findings, *of_models, *of_servers)

    @property
    def cost_usd(self) -> Decimal | None:
        """Return what the checkup itself cost, ``None`` when a part of it is unknown or nothing was called."""
        costs = [one.cost_usd for one in self.checked if one.seconds is not None]
        known = [cost for cost in costs if cost is not None]
        return sum(known, Decimal(0)) if costs and len(known) == len(costs) else None


def exit_code(findings: tuple[Finding, ...], *, strict: bool) -> int:
    """Return 2 when somebody has to mend the configuration or a key, else 3 when something does not answer, else 0.

    Warnings count, as 1, only when ``strict``: a pipeline should not stop for what works.
    """
    found = {finding.health for finding in findings}
    for health in (Health.MISTAKE, Health.DOWN):
        if health in found:
            return int(health)
    return int(Health.WARNING) if strict and Health.WARNING in found else 0
