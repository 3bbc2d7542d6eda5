"""What steps run on: the gateway, our environment, the output folder, and the word to stop."""

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import TypeVar, cast

from gha_router.agent.egress import Egress
from gha_router.cache import Ground
from gha_router.pipeline.gateway_process import GatewayProcess
from gha_router.pipeline.seal import Origin
from gha_router.records import Decision, Json
from gha_router.telemetry import SILENT, Telemetry

REDACTED = "[redacted]"
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What was done to a fresh copy before the agent got it: notes for people, and the paths that are not as before.

    Paths are spelled as in snapshots.
    """

    notes: tuple[str, ...] = ()
    restored: frozenset[str] = frozenset()


Prepare = Callable[[Path], Prepared]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What a run takes care of beyond the configuration: each copy, what no file may hold, where agents may send to."""

    prepare: Prepare | None = None
    secrets: Sequence[str] = field(default=(), repr=False)  # beside the providers' keys
    egress: Egress = Egress.OPEN
    origin: Origin | None = None  # of what is sealed; None: the workspace as it is
    ground: Ground | None = None  # whose kept replies it may be told; None: every request is asked


UNGUARDED = Guard()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Effects that every step shares. ``secrets`` are what no file may hold."""

    gateway: GatewayProcess
    ledger: Path
    environ: Mapping[str, str]
    out: Path
    secrets: Sequence[str] = field(default=(), repr=False)
    judges: Mapping[str, Decision] = field(default_factory=dict)  # who is asked for an opinion, see `judges`
    prepare: Prepare | None = None  # done to each fresh copy before the agent gets it
    egress: Egress = Egress.OPEN
    gateway_socket: Path | None = None  # where the gateway listens for agents that have no network
    small_model: str | None = None  # what agents ask for in the background; None: the step's own
    telemetry: Telemetry = SILENT
    interrupt: asyncio.Event = field(default_factory=asyncio.Event)  # set: every agent ends now

    def __post_init__(self) -> None:
        """Let agents end when the gateway dies: they would only try again and again."""
        self.gateway.died.add_done_callback(lambda _died: self.interrupt.set())

    def stopped(self) -> bool:
        """Return whether somebody said stop. The gateway's end is nobody's word, and shows by itself."""
        return self.interrupt.is_set() and not self.gateway.died.done()

    def clean(self, text: str, *more: str) -> str:
        """Return a text without the provider keys, and without the further secrets."""
        for secret in (*self.secrets, *more):
            if secret:
                text = text.replace(secret, REDACTED)
        return text

    def cleaned(self, value: T, *more: str) -> T:
        """Return a record in which no text holds a provider key or one of the further secrets."""
        return cast("T", self._cleaned(value, more))

    def _cleaned(self, value: object, more: tuple[str, ...]) -> object:
        match value:
            case Enum():
                return value
            case str():
                return self.clean(value, *more)
            case tuple() | list():
                return type(value)(self._cleaned(item, more) for item in value)
            case dict():
                # An agent chooses the keys of its answer, too; two that become one are no reason to keep a secret.
                return {self._cleaned(key, more): self._cleaned(item, more) for key, item in value.items()}
            case _ if is_dataclass(value) and not isinstance(value, type):
                return replace(value, **{f.name: self._cleaned(getattr(value, f.name), more) for f in fields(value)})
        return value

    def write_transcript(self, name: str, entries: Iterable[Json], *secrets: str) -> str:
        """Write a transcript below the output folder; return its path relative to it."""
        relative = f"transcripts/{name}.jsonl"
        file = self.out / relative
        file.parent.mkdir(parents=True, exist_ok=True)
        lines = (self.clean(_line(entry), *secrets) + "\n" for entry in entries)
        file.write_text("".join(lines), encoding="utf-8", errors="backslashreplace")
        return relative


def _line(entry: Json) -> str:
    """Return an entry of a transcript in one line; what is nested deeper than it can be written is left out."""
    try:
        return json.dumps(entry, ensure_ascii=False)
    except RecursionError:
        return json.dumps({"type": str(entry.get("type")), "left_out": "nested too deeply"})
