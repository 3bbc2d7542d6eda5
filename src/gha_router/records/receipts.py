"""What was asked of whom, and what it cost."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

COUNTS = ("input", "cache_read", "cache_write", "cache_write_1h", "output")  # of a Usage; they do not overlap


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens as the upstream metered them. ``input`` excludes what came from or went to the cache."""

    input: int = 0
    cache_read: int = 0
    cache_write: int = 0  # 5-minute entries
    cache_write_1h: int = 0
    output: int = 0
    reasoning: int | None = None  # a part of output, where the upstream says so
    web_searches: int = 0  # by the provider's own tool: no tokens, billed by the piece

    def __add__(self, other: "Usage") -> "Usage":
        reasoning = [u.reasoning for u in (self, other) if u.reasoning is not None]
        counts = {name: getattr(self, name) + getattr(other, name) for name in (*COUNTS, "web_searches")}
        return Usage(**counts, reasoning=sum(reasoning) if reasoning else None)

    @property
    def total(self) -> int:
        """Return all tokens that passed, cached ones included."""
        return sum(getattr(self, name) for name in COUNTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Which model answers, and why."""

    asked: str | None
    model: str  # the configured name that was chosen
    deployments: tuple[str, ...]  # provider/model, in the order in which they are tried
    reason: str  # one line for people
    tier: int | None = None
    task_type: str | None = None
    rejected: tuple[str, ...] = ()  # cheaper alternatives, each with its why


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One call of one deployment. ``status`` is the HTTP status, ``None`` when none arrived."""

    deployment: str
    status: int | None
    cause: str  # "ok", or what went wrong
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What one request cost. It holds no prompt text, no key and no header value."""

    id: str
    at: str  # RFC 3339, UTC, when the request arrived
    endpoint: str  # "/v1/messages"
    run: str | None  # the trial or run that the virtual key was minted for
    step: str
    attempt: int
    session: str | None  # x-claude-code-session-id
    agent: str | None  # x-claude-code-agent-id: a subagent
    asked: str | None  # the model as requested
    model: str | None  # the configured name that was chosen
    reason: str
    tries: tuple[Try, ...]
    served: str | None  # the deployment that answered
    status: int  # as the agent saw it
    stop_reason: str | None
    complete: bool  # False: the stream broke, or the agent went away
    usage: Usage | None
    price_source: str | None
    price_digest: str | None
    cost_usd: Decimal | None
    ttfb_s: float | None
    seconds: float
    cache: str | None = None  # "hit", "miss", "bypass", "no-store"; None: there is no cache, or it was not asked
    upstream_id: str | None = None  # the provider's own request id
    saved_usd: Decimal | None = None  # of a hit: what its reply cost when it was made
    similarity: float | None = None  # of a hit: to the request that the reply was made for; None: it is the very same
    source: str | None = None  # of a hit: the receipt of that request


def total_usage(receipts: Iterable[Receipt]) -> Usage | None:
    """Return the tokens of all requests that told theirs; ``None`` when none did."""
    known = [receipt.usage for receipt in receipts if receipt.usage]
    return sum(known, Usage()) if known else None


def total_cost(receipts: Iterable[Receipt]) -> Decimal | None:
    """Return what the requests cost together; ``None`` as soon as one has no known price."""
    return sum_if_known(receipt.cost_usd for receipt in receipts)


def sum_if_known(parts: Iterable[Decimal | None]) -> Decimal | None:
    """Return the sum; ``None`` as soon as one part of it is not known."""
    total = Decimal(0)
    for part in parts:
        if part is None:
            return None
        total += part
    return total
