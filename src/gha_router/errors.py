"""Every error that ends a command, each with its exit code.

    GhaRouterError
     +-- ConfigError            2   the configuration, with file, line and the nearest valid name
     |    +-- MissingVariable   2   a ``${VAR}`` that the environment does not have
     +-- UsageError             2   the command line, or a file that it names
     |    +-- TaskError         2   a task folder that cannot be run
     +-- InfrastructureError    3   not the model's fault: provider, gateway, disk
     |    +-- GatewayError      3   our own gateway did not start, or died
     |    +-- AgentError        3   Claude Code did not start, or ended without a result
     |    +-- WorkspaceError    3   the workspace could not be copied, read or written
     +-- NotVerified            1   it ran, and the result did not hold
     |    +-- LedgerBroken      1   a ledger that was cut or rewritten
     +-- BudgetRefused          4   the next request could pass the cap
     +-- NotPermitted           5   who asked may not
     +-- Cancelled            130   somebody stopped it

They are raised where the mistake is found and become a message and an exit code once, in ``cli``.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a file that a person wrote; lines and columns count from 1."""

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """Return ``file:line:column`` as editors and terminals understand it."""
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)


class GhaRouterError(Exception):
    """Base of all. ``what`` went wrong, ``where``, and ``hint``: what to do about it."""

    exit_code: ClassVar[int] = 3

    def __init__(self, what: str, *, where: Position | None = None, hint: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        """Return the one message that a user sees."""
        place = f"{self.where}: " if self.where else ""
        hint = f"\n  {self.hint}" if self.hint else ""
        return f"{place}{self.what}{hint}"


class ConfigError(GhaRouterError):
    """The configuration cannot be used."""

    exit_code = 2


class MissingVariable(ConfigError):
    """The configuration reads a variable that the environment does not have."""


class UsageError(GhaRouterError):
    """The command line, or a file that it names, cannot be used."""

    exit_code = 2


class TaskError(UsageError):
    """A task folder cannot be run."""


class InfrastructureError(GhaRouterError):
    """Something that is not the model's fault."""

    exit_code = 3


class GatewayError(InfrastructureError):
    """Our gateway did not start, or died."""


class AgentError(InfrastructureError):
    """Claude Code did not start, or ended without a result."""


class WorkspaceError(InfrastructureError):
    """The workspace could not be copied, read or written."""


class NotVerified(GhaRouterError):
    """It ran, and the result did not hold."""

    exit_code = 1


class LedgerBroken(NotVerified):
    """A ledger that was cut or rewritten."""


class BudgetRefused(GhaRouterError):
    """The next request could pass the cap."""

    exit_code = 4


class NotPermitted(GhaRouterError):
    """Who asked may not."""

    exit_code = 5


class Cancelled(GhaRouterError):
    """Somebody stopped it."""

    exit_code = 130
