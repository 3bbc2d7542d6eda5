"""What a check is, what it is given, and what it answers."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from gha_router.checks.say import plain
from gha_router.checks.spec import Params
from gha_router.checks.workspace import Unreadable
from gha_router.records import CheckResult, CheckStatus, Evidence, OwnRun


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSpec:
    """A shell command line, and the seconds after which it is stopped."""

    command: str
    time_limit_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandOutcome:
    """How a command ended. ``exit_code`` is ``None`` when it was stopped or never started; ``note`` says why."""

    exit_code: int | None
    stdout: str
    stderr: str
    timed_out: bool
    seconds: float
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """The effects that checks may have: a runner that works on a clean copy, as another uid, without keys."""

    run: Callable[[CommandSpec], Awaitable[CommandOutcome]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a check saw."""

    status: CheckStatus
    found: str
    tests: OwnRun | None = None  # where it ran tests: what became of them


def sight(*, holds: bool, found: str) -> Sight:
    """Return what was seen as passed or failed."""
    return Sight(status=CheckStatus.PASSED if holds else CheckStatus.FAILED, found=found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(ABC):
    """One expectation. The class variables are its entry in the catalogue."""

    kind: ClassVar[str]
    summary: ClassVar[str]  # one line
    parameters: ClassVar[Mapping[str, str]]  # name -> what it is
    example: ClassVar[str]  # one line of YAML
    short: ClassVar[str | None] = None  # the parameter that a bare string stands for

    name: str
    required: bool
    weight: float
    gate: bool = False  # one that a pipeline could have, too: its errors are measured against all the others

    @classmethod
    @abstractmethod
    def read(cls, params: Params) -> Self:
        """Return the check that ``params`` describe; raises ``ConfigError``."""

    @property
    @abstractmethod
    def expected(self) -> str:
        """What must hold, for people."""

    @property
    @abstractmethod
    def where(self) -> str | None:
        """The file that it speaks of."""

    @abstractmethod
    async def run(self, evidence: Evidence, tools: Tools) -> CheckResult:
        """Return what was found; raises ``OSError`` or ``InfrastructureError`` when an effect fails."""

    def result(self, seen: Sight) -> CheckResult:
        """Return ``seen`` as the record that leaves this room."""
        return CheckResult(
            name=self.name,
            kind=self.kind,
            status=seen.status,
            expected=plain(self.expected),
            found=plain(seen.found),
            where=None if self.where is None else plain(self.where),
            required=self.required,
            weight=self.weight,
            tests=seen.tests,
            gate=self.gate,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PureCheck(Check):
    """A check that only looks at what there is."""

    @abstractmethod
    def look(self, evidence: Evidence) -> Sight:
        """Return what it saw; ``Unreadable`` means failed."""

    async def run(self, evidence: Evidence, tools: Tools) -> CheckResult:  # noqa: ARG002 - a pure check has no effect
        """Look, and write down what was seen."""
        try:
            seen = self.look(evidence)
        except Unreadable as obstacle:
            seen = sight(holds=False, found=str(obstacle))
        return self.result(seen)
