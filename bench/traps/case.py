"""What a case is: the requests, what the upstream answers, and what must hold afterwards."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto

from bench.traps.seen import Seen
from bench.traps.wire import Dialect, Json, compact

MESSAGES = "/v1/messages?beta=true"
COUNT_TOKENS = "/v1/messages/count_tokens?beta=true"


class Role(StrEnum):
    """What a case needs of a model's configuration. Each has upstream deployments of its own."""

    PLAIN = "plain"  # one deployment with patience
    PAIR = "pair"  # two deployments: the second answers when the first does not
    SMALL = "small"  # one deployment with a context of ``SMALL_CONTEXT`` tokens
    BRISK = "brisk"  # one deployment with short limits for the first byte and for silence
    BRISK_PAIR = "briskpair"  # two of those


SMALL_CONTEXT = 8192
PAIRS = (Role.PAIR, Role.BRISK_PAIR)
FIRST, SECOND = "first", "second"


def model_name(dialect: Dialect, role: Role) -> str:
    """Return what a model is called in every target's configuration."""
    return f"trap-{dialect}-{role}"


def deployments(role: Role) -> tuple[str, ...]:
    """Return the upstream folders of a model's deployments, in their order."""
    return tuple(f"{role}-{place}" for place in ((FIRST, SECOND) if role in PAIRS else (FIRST,)))


def upstream_name(deployment: str) -> str:
    """Return the model's name as the upstream knows it."""
    return "up-two" if deployment.endswith(SECOND) else "up-one"


class Feature(StrEnum):
    """What not every target has; a case that needs one is not applicable to a target without it."""

    FALLBACK = "fallback between deployments"
    COUNT = "count_tokens"
    KEYS = "keys of its own"
    SERVER = "a server of its own (its caller's part)"
    CONTEXT = "a configured context size"
    IDLE = "a configured limit for silence"
    SERVED = "a header that says who served"
    RECEIPTS = "receipts with costs"
    RESPONSES = "upstreams that speak Responses (in this bench)"
    GEMINI = "upstreams that speak Gemini (in this bench)"
    OLLAMA = "Ollama upstreams (in this bench)"


class End(Enum):
    """What becomes of a stream after its last chunk."""

    CLOSE = auto()
    CUT = auto()  # the connection is reset
    SILENCE = auto()  # nothing more, and no end, until somebody lets go
    ENDLESS = auto()  # the last chunk again and again


class Pause(Enum):
    """Takes a chunk's place in a stream."""

    UNTIL_PING = auto()  # silence until the client has seen a ping, at most for the target's patience


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """One answer of the upstream. A body goes out at once, chunks as a stream; neither, and the headers never come."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    chunks: Sequence[bytes | Pause] | None = None
    end: End = End.CLOSE


def streamed(chunks: Sequence[bytes | Pause], *, end: End = End.CLOSE) -> Reply:
    """Return a stream."""
    return Reply(chunks=tuple(chunks), end=end, headers={"content-type": "text/event-stream", "request-id": "req_1"})


def whole(data: Json, status: int = 200, **headers: str) -> Reply:
    """Return a JSON body."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status=status, body=compact(data), headers={"content-type": "application/json", **named})


SILENT = Reply()
Script = Mapping[str, Reply]  # of each deployment, "first" and "second": what it answers, every time


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """One request to the gateway's front."""

    body: bytes  # with ``wire.MODEL`` where the model's name goes
    path: str = MESSAGES
    headers: Mapping[str, str] = field(default_factory=dict)
    known_key: bool = True
    leave_at: bytes | None = None  # the client closes its connection when the reply holds this; b"": at once


@dataclass(frozen=True, kw_only=True, slots=True)
class Exchange:
    """A request, and what the upstream answers meanwhile."""

    ask: Ask
    script: Script


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One face of one trap."""

    name: str  # begins with the trap's number in the design
    title: str  # what breaks
    dialect: Dialect
    role: Role
    exchanges: tuple[Exchange, ...]
    check: Callable[[Seen], None]  # raises AssertionError: what was expected, what was found
    needs: frozenset[Feature]

    @property
    def trap(self) -> int:
        """Return the trap's number."""
        return int(self.name[:2])


_SUFFIX = {Dialect.OPENAI: "translated", Dialect.ANTHROPIC: "relayed"}
_NEEDED = {
    Role.PAIR: {Feature.FALLBACK},
    Role.BRISK_PAIR: {Feature.FALLBACK, Feature.IDLE},
    Role.SMALL: {Feature.CONTEXT},
    Role.BRISK: {Feature.IDLE},
}


def case(
    name: str, *exchanges: Mapping[Dialect, Exchange], role: Role = Role.PLAIN, needs: Sequence[Feature] = ()
) -> Callable[[Callable[[Seen], None]], tuple[Case, ...]]:
    """Make a check's function a case for each dialect that its exchanges are written for.

    The docstring's first line is the title. With two dialects the names end with ``-translated`` and ``-relayed``.
    """

    def make(check: Callable[[Seen], None]) -> tuple[Case, ...]:
        dialects = list(exchanges[0])
        return tuple(
            Case(
                name=f"{name}-{_SUFFIX[dialect]}" if len(dialects) > 1 else name,
                title=(check.__doc__ or name).splitlines()[0],
                dialect=dialect,
                role=role,
                exchanges=tuple(exchange[dialect] for exchange in exchanges),
                check=check,
                needs=frozenset(needs) | _NEEDED.get(role, set()),
            )
            for dialect in dialects
        )

    return make


def openai(ask: Ask | bytes, first: Reply | Sequence[bytes], second: Reply | None = None) -> dict[Dialect, Exchange]:
    """Return an exchange with an upstream that speaks chat completions."""
    return {Dialect.OPENAI: exchange(ask, first, second)}


def anthropic(ask: Ask | bytes, first: Reply | Sequence[bytes], second: Reply | None = None) -> dict[Dialect, Exchange]:
    """Return an exchange with an upstream that speaks Anthropic Messages."""
    return {Dialect.ANTHROPIC: exchange(ask, first, second)}


def exchange(ask: Ask | bytes, first: Reply | Sequence[bytes], second: Reply | None = None) -> Exchange:
    """Return a request and what the first deployment, and the second, answer."""
    first = first if isinstance(first, Reply) else streamed(first)
    script = {FIRST: first} | ({SECOND: second} if second else {})
    return Exchange(ask=Ask(body=ask) if isinstance(ask, bytes) else ask, script=script)
