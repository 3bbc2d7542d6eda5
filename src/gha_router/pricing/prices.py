"""The snapshot of list prices that ships with the package. ``scripts/snapshot_prices.py`` makes it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from gha_router.pricing.price import LongPrompt, Price
from gha_router.records import Json

# What a request may need of a model: tools of the client's, images, PDF documents, the provider's own web search.
SUPPORTS = ("tools", "vision", "pdf", "web_search")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a model takes and gives in one request, in tokens; ``None`` is unknown."""

    context: int | None  # of the prompt
    max_output: int | None


class Prices:
    """List prices by deployment (``provider/model``). A model that the list does not have is unknown, not free."""

    def __init__(self, snapshot: Json) -> None:
        self.source = f"{snapshot['source']}, {snapshot['date']}"
        self.date: str = snapshot["date"]
        self.digest: str = snapshot["digest"]
        self.models: dict[str, Json] = snapshot["models"]

    @staticmethod
    @cache
    def load() -> "Prices":
        """Return the shipped snapshot; it is read once, when it is first asked for."""
        return Prices(json.loads(files("gha_router.pricing").joinpath("prices.json").read_text("utf-8")))

    def find(self, deployment: str) -> Price | None:
        """Return the list price of ``provider/model``, or ``None``."""
        entry = self.models.get(deployment)
        if entry is None:
            return None
        long = entry.get("long_prompt")
        return Price(
            **_rates(entry),
            source=self.source,
            digest=self.digest,
            web_search=Decimal(entry["web_search"]) if "web_search" in entry else None,
            long_prompt=LongPrompt(**_rates(long), over=long["over"]) if long else None,
        )

    def limits(self, deployment: str) -> Limits | None:
        """Return the limits of ``provider/model``, or ``None`` when the list does not have the model."""
        entry = self.models.get(deployment)
        if entry is None:
            return None
        return Limits(context=entry.get("max_input_tokens"), max_output=entry.get("max_output_tokens"))

    def only_responses(self, deployment: str) -> bool:
        """Return whether ``provider/model`` is asked by OpenAI's Responses API and no other way."""
        return self.models.get(deployment, {}).get("responses") is True

    def supports(self, deployment: str) -> Mapping[str, bool]:
        """Return what ``provider/model`` is known to be able to or not, by the words of ``SUPPORTS``."""
        found: dict[str, bool] = self.models.get(deployment, {}).get("supports", {})
        return found


def _rates(entry: Json) -> dict[str, Any]:
    kinds = ("input", "output", "cache_read", "cache_write", "cache_write_1h")
    return {kind: Decimal(entry[kind]) for kind in kinds if kind in entry}
