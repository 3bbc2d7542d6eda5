"""One request on its way: what was asked, what was tried, and the receipt that it ends with."""

import itertools
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from aiohttp import web

from gha_router.gateway.body import Body, read_body
from gha_router.gateway.fronts import Front
from gha_router.gateway.keys import Grant
from gha_router.gateway.meter import Meter
from gha_router.gateway.setup import Upstream
from gha_router.gateway.slip import Slip
from gha_router.pricing import cost
from gha_router.records import Decision, Json, Receipt, Try, Usage, now, stamp

HTTP_ERROR = 400
_PROCESS, _NUMBERS = secrets.token_hex(8), itertools.count()  # of all receipts anywhere no two have one name
ABANDONED = "given up: the client went away, or the gateway was stopped"
# What Claude Code, and what Codex, call a session and an agent in it.
SESSION = ("x-claude-code-session-id", "session-id")
AGENT = ("x-claude-code-agent-id", "thread-id")
LABEL = 200  # characters of a text of the agent that a receipt holds


@dataclass(slots=True, kw_only=True)
class Exchange:
    """The state of one request. Times are monotonic seconds."""

    grant: Grant
    front: Front
    endpoint: str
    query: str
    body: Body
    session: str | None
    agent: str | None
    id: str = field(default_factory=lambda: f"rcpt_{_PROCESS}{next(_NUMBERS):08x}")
    at: datetime = field(default_factory=now)
    started: float = field(default_factory=time.monotonic)
    decision: Decision | None = None
    aside: str = ""  # what a request beside the main conversation is for, such as ``background``
    tries: list[Try] = field(default_factory=list)
    upstream: Upstream | None = None  # who answers
    meter: Meter = field(default_factory=Meter)
    status: int = 0
    asked_at: float = 0.0  # when a deployment was, the last time
    first_byte: float | None = None
    upstream_id: str | None = None
    complete: bool = False  # the reply came to its own end
    settled: bool = False  # its receipt is written
    in_flight: bool = False  # a deployment was asked, and has not answered yet
    doubtful: bool = False  # a deployment that never answered may bill all the same
    unsure: bool = False  # the last one that was asked did not answer, and may bill
    broken: bool = False  # the reply was broken off after the client had bytes of it
    free: bool = False  # costs nothing, whatever happens
    priced: tuple[Usage, Decimal | None] | None = None  # the last usage, and what it costs
    slip: Slip | None = None  # of the cache; None: there is none, or it was not asked
    billed: bool = True  # False: refused by us or by the provider, which costs nothing

    @classmethod
    def of(cls, request: web.Request, body: bytes, grant: Grant, front: Front) -> "Exchange":
        """Return the exchange that a request opens; ``body`` is Anthropic's.

        Raises ``BadBody`` for one that must not be passed on.
        """
        session, agent = (label(first_of(request.headers, names)) for names in (SESSION, AGENT))
        return cls(
            grant=grant,
            front=front,
            endpoint=request.path,
            query=request.rel_url.raw_query_string,
            body=read_body(body),
            session=session,
            agent=None if agent == session else agent,  # Codex calls the main agent as it calls the session
        )

    @property
    def asked(self) -> str:
        """Return the model as requested."""
        return self.body.model

    @property
    def cost(self) -> Decimal | None:
        """Return what the request costs by what has been metered; ``None`` when nobody knows."""
        if self.free or not self.billed:
            return Decimal(0)
        usage = self.meter.usage
        if usage is None or self.upstream is None:
            return None
        if self.priced is None or self.priced[0] is not usage:
            self.priced = usage, cost(usage, self.upstream.price)
        return self.priced[1]

    @property
    def spent(self) -> Decimal | None:
        """Return what takes the place of the reservation; ``None`` keeps it, where a bill may still come."""
        if self.upstream is not None:
            return self.cost
        return None if self.in_flight or self.unsure else Decimal(0)

    @property
    def conversation(self) -> str | None:
        """Return what keeps its model: a session's main conversation, one of its agents', or what is asked aside."""
        if self.session is None:
            return None
        return f"{self.grant.step}/{self.grant.attempt}/{self.session}/{self.agent}{self.aside and '/'}{self.aside}"

    def begin(self) -> None:
        """Book that a deployment is asked: nothing of an earlier one's reply counts any more."""
        self.asked_at = time.monotonic()
        self.meter, self.upstream, self.in_flight, self.unsure = Meter(), None, True, False
        self.complete, self.billed, self.first_byte, self.upstream_id = False, True, None, None

    def refused(self, status: int) -> None:
        """Book that nobody answered: the agent gets an error, and nothing is billed that we know of."""
        self.status, self.complete, self.billed = status, True, self.doubtful

    def told_again(self, message: Json) -> None:
        """Book that a reply of before is told again, which nobody bills."""
        self.status, self.complete, self.free = 200, True, True
        self.first_byte = time.monotonic()
        self.meter.message(message)

    def failed(self) -> None:
        """Book that a mistake of ours took the place of the reply."""
        self.status, self.complete, self.broken = 500, False, True

    def passed_over(self, upstream: Upstream, cause: str) -> None:
        """Book that a deployment was not asked, and why."""
        self.tries.append(Try(deployment=upstream.name, status=None, cause=cause, seconds=0.0))

    def tried(self, upstream: Upstream, status: int | None, cause: str, since: float) -> None:
        """Book one call of a deployment."""
        seconds = round(time.monotonic() - since, 6)
        self.tries.append(Try(deployment=upstream.name, status=status, cause=cause, seconds=seconds))

    @property
    def over(self) -> bool:
        """Return whether nothing more follows, and the receipt can be written."""
        return self.complete or self.broken or self.meter.finished

    def broke_off(self, why: str) -> None:
        """Book that the reply ended before its end, when the client had bytes of it already."""
        self.tries[-1] = replace(self.tries[-1], cause=f"broke off: {why}")
        self.broken = True

    def abandoned(self, upstream: Upstream) -> None:
        """Book that nobody waits for a deployment any more that was asked."""
        if self.in_flight:
            self.tried(upstream, None, ABANDONED, self.asked_at)
        elif self.upstream is not None and not self.over:
            self.tries[-1] = replace(self.tries[-1], cause=ABANDONED)

    def gave_up(self, cause: str, *, doubtful: bool) -> None:
        """Book that the last deployment's reply is worth nothing; ``doubtful``: it may be billed all the same."""
        self.tries[-1] = replace(self.tries[-1], cause=cause)
        self.upstream, self.complete = None, False
        self.lost(doubtful=doubtful)

    def lost(self, *, doubtful: bool) -> None:
        """Book that the deployment that was asked does not answer any more."""
        self.in_flight, self.unsure, self.doubtful = False, doubtful, self.doubtful or doubtful

    def receipt(self) -> Receipt:
        """Return the receipt of what has happened so far."""
        price = self.upstream.price if self.upstream else None
        slip = self.slip
        kept = slip.entry if slip else None
        return Receipt(
            id=self.id,
            at=stamp(self.at),
            endpoint=self.endpoint,
            run=self.grant.run,
            step=self.grant.step,
            attempt=self.grant.attempt,
            session=self.session,
            agent=self.agent,
            asked=self.asked[:LABEL],
            model=self.decision.model if self.decision else None,
            reason=self.decision.reason if self.decision else "not decided",
            tries=tuple(self.tries),
            served=kept.served if kept else self.upstream.name if self.upstream else None,
            status=self.status,
            stop_reason=self.meter.stop_reason,
            complete=self.complete or (self.meter.finished and not self.broken),
            usage=self.meter.usage if self.billed and not self.free else Usage(),
            price_source=kept.price_source if kept else price.source if price else None,
            price_digest=kept.price_digest if kept else price.digest if price else None,
            cost_usd=self.cost,
            ttfb_s=round(self.first_byte - self.started, 6) if self.first_byte is not None else None,
            seconds=round(time.monotonic() - self.started, 6),
            upstream_id=self.upstream_id,
            cache=slip.word.value if slip else None,
            saved_usd=kept.cost_usd if kept else None,
            similarity=slip.similarity if slip else None,
            source=kept.receipt if kept else None,
        )


def first_of(headers: Mapping[str, str], names: Iterable[str]) -> str | None:
    """Return the first of these headers that is there."""
    return next((headers[name] for name in names if name in headers), None)


def label(header: str | None) -> str | None:
    """Return a header's value as a receipt may hold it: ASCII, and short."""
    return header[:LABEL].encode("ascii", "replace").decode() if header else None
