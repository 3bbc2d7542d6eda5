"""What is measured: a target, how it is started in front of an upstream, and how it is asked."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

PROVIDER_KEY = "sk-of-the-upstream-of-this-bench"
LOG = "log.txt"  # of a target, in its folder
RELAYED, TRANSLATED = "relayed", "translated"  # to an upstream that speaks Anthropic's dialect, or OpenAI's


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """How a kind of upstream is asked for at a target."""

    model: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """A target that runs."""

    url: str
    pid: int
    log: Path | None  # what it prints, in its folder
    ways: Mapping[str, Way]  # RELAYED, and TRANSLATED for those who can


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """A gateway or relay that can be started in front of an upstream."""

    name: str
    version: Callable[[], str | None]  # None: it is not installed
    started: Callable[[str, Path], AbstractContextManager[Server]]  # of the upstream's URL and a folder for files
