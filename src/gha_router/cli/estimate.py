"""``gha-router estimate``: a month's bill for each strategy of a configuration."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from rich.text import Text

from gha_router.cli.keyless import keyless_configuration
from gha_router.cli.results import console
from gha_router.config import CacheShares, Estimate
from gha_router.errors import UsageError
from gha_router.estimate import Estimated, Month, estimate_json, estimated, headline, lead, notes, sections
from gha_router.pricing import Prices
from gha_router.records import now
from gha_router.report.neutral import clean
from gha_router.report.terminal import print_section


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the command line says of the month; ``None``: the configuration says it."""

    requests: int | None
    input_tokens: int | None
    output_tokens: int | None
    cache: Mapping[str, str | None]

    def month(self, section: Estimate) -> Month:
        """Return the month. Raises ``UsageError`` for what neither says."""
        return Month(
            requests=_number("requests", self.requests, section.requests),
            input_tokens=_number("input_tokens", self.input_tokens, section.input_tokens),
            output_tokens=_number("output_tokens", self.output_tokens, section.output_tokens),
            cache=_shares(section.cache, {name: share for name, share in self.cache.items() if share is not None}),
        )


def estimate(path: Path | None, given: Given, *, baseline: str | None, as_json: bool) -> None:
    """Print the estimate."""
    config, _ = keyless_configuration(path)
    month = given.month(config.estimate)
    result = estimated(config, month, baseline=baseline, prices=Prices.load(), today=now().date())
    if as_json:
        sys.stdout.write(estimate_json(result))
    else:
        show(result)


def show(result: Estimated) -> None:
    """Print the tables: colours only on a terminal."""
    out = console()
    out.print(Text(clean(headline(result)), style="bold"))
    out.print(Text(clean(lead(result))))
    for section in sections(result):
        out.print()
        print_section(section, out)
    out.print()
    for note in notes(result):
        out.print(Text(f"- {clean(note)}", style="dim"))


def _number(name: str, option: int | None, configured: int | None) -> int:
    value = configured if option is None else option
    if value is None:
        flag = f"--{name.replace('_', '-')}"
        raise UsageError(f"{flag} is missing", hint=f"Give {flag} N, or `estimate: {{{name}: N}}` in the file.")
    return value


def _shares(configured: CacheShares, given: Mapping[str, str]) -> CacheShares:
    try:
        return CacheShares.model_validate({**configured.model_dump(), **given})
    except ValidationError:
        raise UsageError(
            "the shares of the cache do not fit",
            hint="Each of --cache-read, --cache-write and --cache-write-1h is a share such as `80%` or `0.8`; "
            "together with the file's they are 100 % of a prompt at most.",
        ) from None
