"""What a gateway is told when it starts, and the JSON form in which a parent process hands it over a pipe."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from gha_router.cache import Ground
from gha_router.pricing import LongPrompt, Price, Rates
from gha_router.records import Decision, Json, to_json

ANTHROPIC, OPENAI, LITELLM = "anthropic", "openai", "litellm"  # formats
PING_S = 12.0  # between 10 and 15: what Anthropic's own API does in a silence


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """One deployment, ready to be called. It holds the provider's key, so it is never printed."""

    name: str  # provider/model, as receipts and headers name it
    model: str  # as the provider knows it
    provider: str
    base_url: str  # empty: LiteLLM knows it
    api_key: str | None = field(repr=False)
    price: Price | None
    format: str = ANTHROPIC  # what it speaks
    timeout_s: float | None = None  # for a whole reply that is not streamed
    first_byte_s: float | None = None
    idle_s: float | None = None  # between two events of a stream that carry something
    max_output: int | None = None  # tokens
    context: int | None = None  # tokens
    rpm: int | None = None  # requests a minute
    tpm: int | None = None  # tokens a minute
    group: str | None = None  # the configured model that it is a deployment of
    order: int = 1  # in its group; equals share the sessions
    max_input: int | None = None  # tokens, as the price list has it: a bound for what no byte shows, never a refusal
    unable: tuple[str, ...] = ()  # what it is known not to take, in words of ``pricing.SUPPORTS``
    pool: str | None = None  # the credit that it draws on
    like: str | None = None  # the well-known provider that its own is another account at
    # Of a provider that is asked through LiteLLM, secrets too:
    settings: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def kind(self) -> str:
        """Return whose ways it has: those of the well-known provider that it is like, else its provider's own."""
        return self.like or self.provider


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How failures are dealt with. The words are those of LiteLLM's router."""

    num_retries: int = 2  # of one deployment that no other of its group follows
    allowed_fails: int = 3  # a minute, before a deployment rests
    cooldown_s: float = 60.0
    pre_call_checks: bool = True
    context_window_fallbacks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # group -> deployments
    content_policy_fallbacks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def from_json(cls, data: Json) -> Self:
        """Return the policy that plain JSON values describe."""
        lists = {
            name: {group: tuple(names) for group, names in data[name].items()}
            for name in ("context_window_fallbacks", "content_policy_fallbacks")
        }
        return cls(**data | lists)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A configured route: who answers this kind of request, and the size above which it holds."""

    decision: Decision
    over_tokens: int | None = None  # None: whatever the size


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A plan's monthly credit: what is not used is lost when it refills, and requests go elsewhere when it runs low."""

    name: str
    usd: Decimal
    reset_day: int = 1  # of the month, in UTC
    low_at: Decimal = Decimal(0)  # the share of it that is left alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """What several gateways keep together, and where: in Redis, else in a file of this machine."""

    day_usd: Decimal | None = None  # the cap of a day in UTC
    pools: Mapping[str, Pool] = field(default_factory=dict)  # by name
    folder: Path | None = None  # of the file; needed where there is money to count and no Redis
    redis_url: str | None = field(default=None, repr=False)  # may hold a password

    @property
    def money(self) -> bool:
        """Return whether any sum outlives a run."""
        return self.day_usd is not None or bool(self.pools)

    @classmethod
    def from_json(cls, data: Json) -> Self:
        """Return what plain JSON values describe."""
        pools = {
            name: Pool(**pool | {"usd": Decimal(pool["usd"]), "low_at": Decimal(pool["low_at"])})
            for name, pool in data["pools"].items()
        }
        folder = Path(data["folder"]) if data["folder"] else None
        return cls(**data | {"day_usd": _decimal(data["day_usd"]), "pools": pools, "folder": folder})


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearness:
    """How near a request has to be to be answered like another, and who says how near it is."""

    kind: str  # of the embedder: ``ollama``, ``openai``, ``minilm``
    model: str
    threshold: float
    ttl_s: float
    timeout_s: float
    max_entries: int
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    folder: Path | None = None  # of the encoder's files

    @classmethod
    def from_json(cls, data: Json) -> Self:
        """Return what plain JSON values describe."""
        return cls(**data | {"folder": Path(data["folder"]) if data["folder"] else None})


@dataclass(frozen=True, slots=True, kw_only=True)
class Caching:
    """Which replies are kept, where, and for whom. Without a folder or a Redis there is no place, and nothing is."""

    ground: Ground
    seal: str = field(repr=False)  # 64 hex digits: ``cache.seal_key``
    exact_ttl_s: float | None = None  # None: the very same request is not answered from the cache either
    max_bytes: int = 200 * 1024 * 1024
    folder: Path | None = None
    redis_url: str | None = field(default=None, repr=False)  # may hold a password
    near: Nearness | None = None  # None: only the very same request is answered from the cache
    # What a route says in the place of all this, by task type: ``no_store``, ``ttl``, ``threshold``.
    routes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @classmethod
    def from_json(cls, data: Json) -> Self:
        """Return what plain JSON values describe."""
        folder = Path(data["folder"]) if data["folder"] else None
        near = Nearness.from_json(data["near"]) if data["near"] else None
        return cls(**data | {"ground": Ground(**data["ground"]), "folder": folder, "near": near})


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """Everything that a gateway needs; nothing in it is read from a file or the environment again."""

    ledger: Path
    upstreams: Mapping[str, Upstream]  # by provider/model; by ``own_name`` where a decision has other settings for it
    names: Mapping[str, Decision]  # what may be asked for by name -> who answers
    default: Decision | None  # for a name that is not known; None: refused
    routes: Mapping[str, Way] = field(default_factory=dict)  # by task type
    run_usd: Decimal | None = None  # caps; None: no cap
    step_usd: Decimal | None = None
    spent: Mapping[str, Decimal] = field(default_factory=dict)  # by an earlier life of the run: ``budget.scope_of``
    host: str = "127.0.0.1"
    port: int = 0
    ping_s: float = PING_S
    policy: Policy = Policy()
    sharing: Sharing = Sharing()
    caching: Caching | None = None  # None: every request is asked
    socket: Path | None = None  # a Unix socket to listen on as well, for whoever can reach its path

    def upstreams_of(self, decision: Decision) -> list[Upstream]:
        """Return whom a decision asks, in its order."""
        names = ((own_name(decision, name), name) for name in decision.deployments)
        return [self.upstreams.get(own) or self.upstreams[name] for own, name in names]

    def to_json(self) -> Json:
        """Return plain JSON values, provider keys included: for a pipe, never for a file."""
        data: Json = to_json(self)
        return data

    @classmethod
    def from_json(cls, data: Json) -> Self:
        """Return the setup that ``to_json`` described. Written out by hand: pydantic would double the start-up."""
        return cls(
            ledger=Path(data["ledger"]),
            upstreams={name: _upstream(value) for name, value in data["upstreams"].items()},
            names={name: decision_from(value) for name, value in data["names"].items()},
            default=decision_from(data["default"]) if data["default"] else None,
            routes={
                kind: Way(decision=decision_from(way["decision"]), over_tokens=way["over_tokens"])
                for kind, way in data["routes"].items()
            },
            run_usd=_decimal(data["run_usd"]),
            step_usd=_decimal(data["step_usd"]),
            spent={scope: Decimal(usd) for scope, usd in data["spent"].items()},
            host=data["host"],
            port=data["port"],
            ping_s=data["ping_s"],
            policy=Policy.from_json(data["policy"]),
            sharing=Sharing.from_json(data["sharing"]),
            caching=Caching.from_json(data["caching"]) if data["caching"] else None,
            socket=Path(data["socket"]) if data["socket"] else None,
        )


def own_name(decision: Decision, deployment: str) -> str:
    """Return the key of a deployment whose settings are a decision's own: two models may share one deployment."""
    return f"{decision.model} {decision.tier} {deployment}"


def decision_from(data: Json) -> Decision:
    """Return the decision that plain JSON values describe."""
    return Decision(**data | {"deployments": tuple(data["deployments"]), "rejected": tuple(data["rejected"])})


def _upstream(data: Json) -> Upstream:
    return Upstream(**data | {"price": _price(data["price"]), "unable": tuple(data["unable"])})


def _price(data: Json | None) -> Price | None:
    if data is None:
        return None
    long = data["long_prompt"]
    return Price(
        **_rates(data),
        source=data["source"],
        digest=data["digest"],
        web_search=_decimal(data["web_search"]),
        long_prompt=LongPrompt(**_rates(long), over=long["over"]) if long else None,
    )


def _rates(data: Json) -> dict[str, Any]:
    return {field.name: _decimal(data[field.name]) for field in dataclasses.fields(Rates)}


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)
