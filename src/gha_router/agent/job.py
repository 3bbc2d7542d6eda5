"""What an agent is given, what comes of it, and what an agent has to be so that the rest of us need not know which."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from gha_router.agent.sandbox import Sandbox
from gha_router.records import AgentEnd, AgentKind, Json, ToolCall


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentJob:
    """What the agent is to do, and within which limits."""

    agent: AgentKind = AgentKind.CLAUDE
    prompt: str
    model: str  # the name that is asked for at the gateway
    gateway_url: str
    key: str = field(repr=False)  # the virtual key of this attempt
    time_limit_s: float
    turn_limit: int
    context: int | None = None  # the served model's window, in tokens
    small_model: str | None = None  # what is asked for in the background; None: ``model``
    gateway_socket: Path | None = None  # where the gateway is reached without a network
    json_schema: Mapping[str, Any] | None = None  # of the answer beside the prose; of type object, as a tool's input is


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRun:
    """How it went. ``claimed_cost_usd`` is the agent's own figure, wrong behind a gateway: shown, never used.

    ``structured`` is the answer to ``json_schema`` as the agent gave it: ``None`` where it gave none that the CLI took.
    The CLI ends in order without one, so whoever needs it asks for it, and reads it as a stranger's.
    """

    end: AgentEnd
    detail: str
    started_at: datetime
    ended_at: datetime
    wall_s: float
    turns: int
    final_message: str
    tool_calls: tuple[ToolCall, ...]
    claimed_cost_usd: Decimal | None
    entries: tuple[Json, ...]
    structured: Any | None = None


class Stopped(Exception):
    """The agent's program did not end in order; the message says how, in the words of whoever drove it."""


class Agent(Protocol):
    """One agent: where its program is, what it is told, and how its conversation is read."""

    program: str  # what its process is called
    pass_env: tuple[str, ...]  # variables that whoever drives the program adds

    def path(self) -> Path:
        """Return its program. Raises ``AgentError`` where it is not installed."""

    def version(self) -> str:
        """Return the program's version. Raises ``AgentError`` where it is not installed."""

    def warm(self) -> None:
        """Load what takes long, beforehand."""

    def environment(self, job: AgentJob, box: Sandbox, environ: Mapping[str, str]) -> dict[str, str]:
        """Return the program's whole environment."""

    def conversation(self, job: AgentJob, box: Sandbox, cli: Path, stderr: list[str]) -> AsyncIterator[Json]:
        """Yield the transcript's entries as they come (``transcript`` has their form).

        ``cli`` starts the program in the sandbox; standard error goes to ``stderr`` line by line. Raises ``Stopped``.
        """
