"""The section ``estimate``: which strategies a month's bill is computed for. ``gha_router.estimate`` reads it."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from gha_router.config.fields import Count, NotEmpty, Text, Usd, mistake
from gha_router.config.record import Record
from gha_router.config.words import TaskType

ROUTING = "routing"  # in a strategy: the configuration's own routes, by the task types of `mix`
HUNDRED = Decimal(100)
WHOLE = Decimal(1)


def _as_share(value: Any) -> Any:
    """Return ``30%`` as 0.3; numbers are left for pydantic."""
    if not isinstance(value, str) or not value.strip().endswith("%"):
        return value
    try:
        return Decimal(value.strip().removesuffix("%").strip()) / HUNDRED
    except InvalidOperation:
        raise mistake("this is no share", "Write `30%` or `0.3`.") from None


def percent(share: Decimal) -> str:
    """Return a share as ``30 %``, with as many digits as it has."""
    return f"{(share * HUNDRED).normalize():f} %"


_Written = Annotated[Decimal, Field(ge=0, le=1)]
_Percentage = Annotated[
    str, WithJsonSchema({"type": "string", "pattern": r"^\s*([0-9]{1,2}(\.[0-9]*)?|100(\.0*)?)\s*%\s*$|\$\{"})
]
Share = Annotated[Decimal, BeforeValidator(_as_share, json_schema_input_type=_Written | _Percentage), Field(ge=0, le=1)]
Tokens = Annotated[int, Field(ge=0)]


class Part(Record):
    """A share of a month's requests (``0.3`` or ``30%``); its requests may have a size of their own, in tokens."""

    share: Share
    input_tokens: Count | None = None
    output_tokens: Tokens | None = None


def _as_part(value: Any) -> Any:
    return value if isinstance(value, dict | Part) else {"share": value}


def _as_strategy(value: Any) -> Any:
    return {value: {"share": WHOLE}} if isinstance(value, str) else value


def _whole(parts: Mapping[Any, Part]) -> Mapping[Any, Part]:
    total = sum((part.share for part in parts.values()), Decimal(0))
    if parts and total != WHOLE:
        raise mistake(f"the shares add up to {percent(total)}", "Together they are 100 %.")
    return parts


SharePart = Annotated[Part, BeforeValidator(_as_part, json_schema_input_type=Share | Part)]
_AtLeastOne = Annotated[Mapping[Text, SharePart], Field(json_schema_extra={"minProperties": 1})]
Strategy = Annotated[
    Mapping[Text, SharePart],  # by model, provider/model, tier-N or `routing`
    BeforeValidator(_as_strategy, json_schema_input_type=Text | _AtLeastOne),
    NotEmpty,
    AfterValidator(_whole),
]
Mix = Annotated[Mapping[TaskType, SharePart], AfterValidator(_whole)]


class CacheShares(Record):
    """Which parts of a prompt's tokens are read from the cache, or written to it for 5 minutes or an hour."""

    read: Share = Decimal(0)
    write: Share = Decimal(0)
    write_1h: Share = Decimal(0)

    @model_validator(mode="after")
    def _at_most_all(self) -> "CacheShares":
        if (total := self.read + self.write + self.write_1h) > WHOLE:
            raise mistake(f"the shares add up to {percent(total)}", "Together they are 100 % of a prompt at most.")
        return self


class Subscription(Record):
    """What costs ``usd`` a month whatever is used.

    Without ``credit_usd`` the models that it covers cost nothing more. With it their use is charged at the price of the
    API to a credit of that much, and what the credit does not hold is billed.
    """

    usd: Usd
    covers: Annotated[tuple[Text, ...], NotEmpty]
    credit_usd: Usd | None = None


class Estimate(Record):
    """A month's work, and the strategies that its bill is compared for. The command line overrides the numbers."""

    requests: Count | None = None
    input_tokens: Count | None = None
    output_tokens: Tokens | None = None
    cache: CacheShares = CacheShares()
    strategies: Mapping[Text, Strategy] = Field(default_factory=dict)
    mix: Mix = Field(default_factory=dict)
    baseline: Text | None = None
    subscriptions: Mapping[Text, Subscription] = Field(default_factory=dict)
