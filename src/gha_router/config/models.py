"""The configuration as frozen models. Short forms become the long one here; names are checked in ``references``."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    PrivateAttr,
    Tag,
)

from gha_router.config.beside import Beside
from gha_router.config.caching import Cache, OfRoute
from gha_router.config.comments import Comments
from gha_router.config.document import Trail, Written, nearest
from gha_router.config.fields import (
    Address,
    AtLeastOne,
    Count,
    CreditName,
    DeploymentName,
    Folder,
    GoogleKey,
    Key,
    NotEmpty,
    PathPattern,
    Place,
    Raw,
    RedisUrl,
    RelativePath,
    Seconds,
    SharedUsd,
    Text,
    Tier,
    Usd,
    WellKnown,
    mistake,
)
from gha_router.config.money import Estimate
from gha_router.config.record import Record
from gha_router.config.steps import Pipeline, Step, StepId
from gha_router.config.words import KNOWN_PROVIDERS, Format, TaskType
from gha_router.errors import Position
from gha_router.records import AgentKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a configuration remembers of how it was written."""

    file: str = "configuration"
    places: Mapping[Trail, Position] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    available: Mapping[str, "Provider"] = field(default_factory=dict)
    state_folder: Path | None = None
    beside: Beside | None = None  # None: a text that came from no file
    templates: Mapping[Trail, Written] = field(default_factory=dict)  # of the texts in which something is filled in


class AwsKeys(Record):
    """The key pair of an AWS identity, and its session's token where it is a temporary one."""

    access_key_id: Key
    secret_access_key: Key
    session_token: Key | None = None


def _credentials_kind(value: Any) -> str:
    return "keys" if isinstance(value, dict | AwsKeys) else "text"


Credentials = Annotated[
    Annotated[AwsKeys, Tag("keys")] | Annotated[GoogleKey, Tag("text")], Discriminator(_credentials_kind)
]


class Provider(Record):
    """An upstream: its address, its key and what it speaks.

    ``like`` is for another account or address of a well-known provider: whose format, ways and prices it has. The
    rest is for ``format: litellm``: where in a cloud it is, who asks there, the version of Azure's interface, and
    LiteLLM's name of the provider when it is not the provider's own.
    """

    base_url: Address | None = None
    api_key: Key | None = None
    like: WellKnown | None = None
    format: Format
    litellm_provider: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,50}$")] | None = None
    region: Place | None = None
    project: Place | None = None
    api_version: Place | None = None
    credentials: Credentials | None = None

    @property
    def settings(self) -> dict[str, str]:
        """Return what is set beside address and key, secrets in the clear, as ``gateway.setup.Upstream`` holds it."""
        plain = {name: getattr(self, name) for name in ("litellm_provider", "region", "project", "api_version")}
        match self.credentials:
            case AwsKeys() as keys:
                secret = {name: getattr(keys, name) for name in AwsKeys.model_fields}
            case text:
                secret = {"credentials": text}
        return {name: str(value) for name, value in plain.items() if value is not None} | {
            name: value.get_secret_value() for name, value in secret.items() if value is not None
        }

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return every secret of the provider, in the clear."""
        named = (self.api_key, *self.credentials_given)
        return tuple(one.get_secret_value() for one in named if one is not None)

    @property
    def credentials_given(self) -> tuple[Key | None, ...]:
        """Return the cloud's secrets."""
        match self.credentials:
            case AwsKeys() as keys:
                return keys.access_key_id, keys.secret_access_key  # a session's token is another one each time
            case text:
                return (text,)


class TokenRates(Record):
    """USD per million tokens; a cache entry is written for 5 minutes or (``_1h``) an hour."""

    input: Usd
    output: Usd
    cache_read: Usd | None = None
    cache_write: Usd | None = None
    cache_write_1h: Usd | None = None


class LongPromptRates(TokenRates):
    """The rates of a request, all its tokens, whose prompt has more than ``over`` tokens."""

    over: Count


class Rates(TokenRates):
    """What a deployment costs."""

    long_prompt: LongPromptRates | None = None


def _price_kind(value: Any) -> str:
    return "free" if isinstance(value, str) else "rates"


Price = Annotated[Annotated[Literal["free"], Tag("free")] | Annotated[Rates, Tag("rates")], Discriminator(_price_kind)]


class Supports(Record):
    """What a model takes: tools, images, PDF documents, its provider's own web search. Else the price list decides."""

    tools: bool | None = None
    vision: bool | None = None
    pdf: bool | None = None
    web_search: bool | None = None


class Deployment(Record):
    """One model at one provider. Times are seconds, sizes are tokens, ``rpm`` and ``tpm`` are per minute."""

    model: DeploymentName
    order: int = Field(default=1, ge=0)
    timeout: Seconds | None = None
    stream_timeout: Seconds | None = None
    stream_idle_timeout: Seconds | None = None
    context: Count | None = None
    max_output: Count | None = None
    price: Price | None = None
    rpm: Count | None = None
    tpm: Count | None = None
    supports: Supports | None = None

    @property
    def provider(self) -> str:
        """Return the provider's name."""
        return self.model.partition("/")[0]

    @property
    def name(self) -> str:
        """Return the model's name as its provider knows it."""
        return self.model.partition("/")[2]


def _as_group(value: Any) -> Any:
    match value:
        case str() | dict():
            return [{"model": value} if isinstance(value, str) else value]
        case list():
            return [{"model": item} if isinstance(item, str) else item for item in value]
    raise mistake("a model needs a deployment", "Write `provider/model`, a mapping with `model`, or a list of those.")


def _by_order(group: tuple[Deployment, ...]) -> tuple[Deployment, ...]:
    return tuple(sorted(group, key=lambda deployment: deployment.order))


_WrittenGroup = DeploymentName | Deployment | Annotated[tuple[DeploymentName | Deployment, ...], AtLeastOne]
Group = Annotated[
    tuple[Deployment, ...],
    BeforeValidator(_as_group, json_schema_input_type=_WrittenGroup),
    NotEmpty,
    AfterValidator(_by_order),
]
Names = Annotated[tuple[Text, ...], NotEmpty, AtLeastOne]


class Route(Record):
    """Where a task type goes: a model, a deployment or ``tier-N``; ``over_tokens`` limits it to long prompts.

    ``cache``: ``no-store``, or what holds in the place of the section ``cache``.
    """

    to: Text
    over_tokens: Count | None = None
    cache: OfRoute | None = None


def _as_route(value: Any) -> Any:
    return {"to": value} if isinstance(value, str) else value


class Credit(Record):
    """A plan's monthly credit in USD: what draws on it, when it refills (UTC), and what share of it is left alone."""

    usd: SharedUsd
    covers: Names
    reset_day: int = Field(default=1, ge=1, le=31)
    low_at: Decimal = Field(default=Decimal(0), ge=0, lt=1)


class Budget(Record):
    """Caps in USD, the credits of plans, and where sums that outlive a run are kept when there is no Redis."""

    run_usd: Usd | None = None
    step_usd: Usd | None = None
    day_usd: SharedUsd | None = None
    credits: Mapping[CreditName, Credit] = Field(default_factory=dict)
    state_folder: Folder | None = None


class RouterSettings(Record):
    """How the gateway deals with failures, in the words of LiteLLM's router. Times are seconds."""

    num_retries: int = Field(default=2, ge=0, le=10)
    allowed_fails: int = Field(default=3, ge=0)
    cooldown_time: float = Field(default=60, ge=0, le=3600)
    enable_pre_call_checks: bool = True
    context_window_fallbacks: Mapping[Text, Names] = Field(default_factory=dict)
    content_policy_fallbacks: Mapping[Text, Names] = Field(default_factory=dict)
    redis_url: RedisUrl | None = None


class Classifier(Record):
    """A small model that is asked which kind of work a prompt is, where the rules are not sure. Off unless enabled."""

    model: Text
    enabled: bool = False
    timeout_s: Annotated[Seconds, Field(le=60)] = 10


class Learned(Record):
    """A policy that ``calibrate`` wrote: it chooses between two models where the rules are not sure.

    ``policy``: its file, from the configuration's folder. ``strong`` and ``weak``: what those two models of the policy
    are called here, where that is another name. ``encoder_folder``: where MiniLM lies, for a policy that reads with it.
    """

    policy: RelativePath
    strong: Text | None = None
    weak: Text | None = None
    encoder_folder: Folder | None = None


def _with_defaults(value: Any) -> Any:
    """Fill in what is known of a provider that is listed by its well-known name."""
    if not isinstance(value, dict):
        return value
    return {name: {**_defaults(name, p.get("like")), **p} if isinstance(p, dict) else p for name, p in value.items()}


def _defaults(name: str, like: Any) -> dict[str, str | None]:
    known = KNOWN_PROVIDERS.get(str(like or name))
    if known is None:
        return {"format": Format.LITELLM} if like else {}  # a wrong `like` is one mistake, not two
    return {"base_url": known.base_url, "format": known.format}


class Config(Record):
    """A whole configuration; every name in it is known to exist."""

    version: int = 1
    providers: Annotated[Mapping[str, Provider], BeforeValidator(_with_defaults)] = Field(default_factory=dict)
    models: Mapping[Text, Group] = Field(default_factory=dict)
    tiers: Mapping[Tier, Names] = Field(default_factory=dict)
    routes: Mapping[TaskType, Annotated[Route, BeforeValidator(_as_route, json_schema_input_type=Text | Route)]] = (
        Field(default_factory=dict)
    )
    default: Text | None = None
    agent: AgentKind = AgentKind.CLAUDE  # of every step that names none, of prompts, tasks and trials
    fallbacks: Mapping[Text, Names] = Field(default_factory=dict)
    router_settings: RouterSettings = RouterSettings()
    cache: Cache = Cache()
    learned: Learned | None = None
    classifier: Classifier | None = None
    budget: Budget = Budget()
    comments: Comments = Comments()
    estimate: Estimate = Estimate()
    steps: tuple[Step, ...] = ()
    pipelines: Mapping[StepId, Pipeline] = Field(default_factory=dict)
    checks: Raw = ()
    seal: tuple[PathPattern, ...] | None = None
    trust: tuple[PathPattern, ...] = ()

    _origin: Origin = PrivateAttr(default_factory=Origin)

    def model_post_init(self, context: Any) -> None:
        """Keep the origin that validation was given as its context."""
        if isinstance(context, Origin):
            self._origin = context

    def by_agent(self, agent: AgentKind | None) -> "Config":
        """Return the same with another agent for all that names none; ``None`` leaves it."""
        return self if agent is None else self.model_copy(update={"agent": agent})

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what is allowed and not wise, each with its position."""
        return self._origin.warnings

    @property
    def state_folder(self) -> Path | None:
        """Return where sums that outlive a run are kept; ``None``: nobody said, and there is no home folder."""
        return self.budget.state_folder or self._origin.state_folder

    @property
    def cache_folder(self) -> Path | None:
        """Return where the file with kept replies is; ``None``: nobody said, and there is no home folder."""
        return self.cache.path or self.state_folder

    @property
    def beside(self) -> Beside | None:
        """Return what reads the files that this configuration names; ``None``: it came from no file."""
        return self._origin.beside

    def sections(self) -> Iterator[tuple[Trail, tuple[Step, ...]]]:
        """Yield each list of steps, and where it stands."""
        if self.steps:
            yield ("steps",), self.steps
        for name, pipeline in self.pipelines.items():
            yield ("pipelines", name, "steps"), pipeline.steps

    def all_steps(self) -> Iterator[tuple[Trail, Step]]:
        """Yield every step, and where it stands."""
        for section, steps in self.sections():
            yield from (((*section, index), step) for index, step in enumerate(steps))

    def written(self, path: Trail, text: str) -> Written:
        """Return the text at ``path`` as it stands in the file; for one that came from no file, ``text``."""
        return self._origin.templates.get(path) or Written(text=text, where=self.position(path))

    def position(self, path: Trail) -> Position:
        """Return where the value at ``path`` (keys and indexes) stands, or the nearest thing around it."""
        match path:
            case ("tiers", int(tier), *rest):
                path = ("tiers", str(tier), *rest)  # in the file each key is a text
        return nearest(self._origin.places, path, self._origin.file)

    def listed_as(self, deployment: Deployment) -> str:
        """Return ``provider/model`` as price lists name it, whatever the provider is called here."""
        provider = self.providers.get(deployment.provider)
        kind = (provider.litellm_provider or provider.like) if provider else None
        return f"{kind}/{deployment.name}" if kind else deployment.model

    def provider(self, name: str) -> Provider | None:
        """Return a provider: a configured one, or a well-known one whose key was in the environment."""
        return self.providers.get(name) or self._origin.available.get(name)
