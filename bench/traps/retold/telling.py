"""How a case that was written in one dialect is told in another: its replies before it is played, its requests after.

What an upstream is scripted to say is taken apart and said again in the other dialect's published format. What it was
sent is put into the words that the case's check reads; what is not known there keeps its name, so that a leak is seen.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from bench.traps.case import Case, Exchange, Feature, Pause, Reply
from bench.traps.cases import CASES
from bench.traps.seen import Seen, Sent, Turn
from bench.traps.wire import WRITTEN, Dialect, Json, one_by_one

SUFFIXES = ("-translated", "-relayed")
_NAMES = frozenset(case.name for case in CASES)


class Teller(Protocol):
    """Tells one reply."""

    def chunk(self, data: Json) -> Iterable[bytes]:
        """Return one event of the stream as this dialect's."""

    def end(self) -> Iterable[bytes]:
        """Return what takes the place of the stream's last mark."""

    def whole(self, data: Json, status: int) -> tuple[Json, int]:
        """Return a body that is not streamed, and its status."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Telling:
    """One dialect that cases are told in again."""

    dialect: Dialect
    source: Dialect
    feature: Feature  # that a target needs for it
    teller: Callable[[], Teller]
    sent: Callable[[Sent], Json]  # a request's body in the source's words
    unknown: Mapping[str, str]  # a case's name, or its beginning -> why there is no such thing in this dialect
    broken: Mapping[str, str] = field(default_factory=dict)  # a case's stem -> why ours fails it

    def missing(self, case: Case) -> str | None:
        """Return why a case cannot be told."""
        return next((why for name, why in self.unknown.items() if case.name.startswith(name)), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Retold(Sent):
    """A request whose JSON is told in the words of the case; its bytes are as they came."""

    told: Json

    @property
    def json(self) -> Json:
        """Return the body as the case's dialect would have it."""
        return dict(self.told)


def stem_of(case: Case) -> str:
    """Return a case's name without its dialect; some names end with such a word, and are one case only."""
    if case.dialect not in WRITTEN:
        return case.name.removesuffix(f"-{case.dialect}")
    stem = next((case.name.removesuffix(one) for one in SUFFIXES if case.name.endswith(one)), case.name)
    return stem if all(f"{stem}{one}" in _NAMES for one in SUFFIXES) else case.name


def retold(case: Case, telling: Telling) -> Case:
    """Return a case in another dialect."""

    def check(seen: Seen) -> None:
        case.check(replace(seen, turns=tuple(_turn(turn, telling) for turn in seen.turns)))

    return replace(
        case,
        name=f"{stem_of(case)}-{telling.dialect}",
        dialect=telling.dialect,
        exchanges=tuple(_exchange(exchange, telling) for exchange in case.exchanges),
        check=check,
        needs=case.needs | {telling.feature},
    )


def _turn(turn: Turn, telling: Telling) -> Turn:
    return replace(turn, sent=tuple(_sent(one, telling) for one in turn.sent))


def _sent(sent: Sent, telling: Telling) -> Sent:
    return Retold(
        deployment=sent.deployment,
        path=sent.path,
        headers=sent.headers,
        body=sent.body,
        cancelled=sent.cancelled,
        told=telling.sent(sent),
    )


def _exchange(exchange: Exchange, telling: Telling) -> Exchange:
    return replace(exchange, script={name: reply_by(telling.teller(), one) for name, one in exchange.script.items()})


def reply_by(teller: Teller, reply: Reply) -> Reply:
    """Return a reply as this teller says it."""
    if reply.body is not None:
        data, status = teller.whole(json.loads(reply.body), reply.status)
        return replace(reply, body=json.dumps(data).encode(), status=status)
    if reply.chunks is None:
        return reply
    parts = [part for part in reply.chunks if isinstance(part, bytes)]
    bytewise = len(parts) > 1 and all(len(part) == 1 for part in parts)
    told = list(_chunks([b"".join(parts)] if bytewise else reply.chunks, teller))
    if bytewise:
        told = list(one_by_one(part for part in told if isinstance(part, bytes)))
    return replace(reply, chunks=tuple(told))


def _chunks(parts: Iterable[bytes | Pause], teller: Teller) -> Iterator[bytes | Pause]:
    for part in parts:
        if isinstance(part, Pause):
            yield part
            continue
        for event in part.split(b"\n\n"):
            lines = [line[5:].strip() for line in event.splitlines() if line.startswith(b"data:")]
            if event.startswith(b":"):
                yield event + b"\n\n"
            elif lines:
                told = teller.end() if lines == [b"[DONE]"] else teller.chunk(json.loads(lines[0]))
                yield from (b"".join(told),)
