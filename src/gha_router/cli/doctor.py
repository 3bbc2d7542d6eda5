"""``gha-router doctor``: whether a configuration, its keys and its models work."""

import asyncio
import sys
from dataclasses import dataclass
from os import environ
from pathlib import Path

from rich.text import Text

from gha_router.cli import vault
from gha_router.cli.keyless import keyless_configuration
from gha_router.cli.progress import progress
from gha_router.cli.results import console
from gha_router.cli.simulation import simulation
from gha_router.doctor import (
    Checked,
    Checkup,
    Effects,
    Limits,
    Plan,
    checkup,
    checkup_json,
    exit_code,
    headline,
    line,
    notes,
    offline,
    refusal_json,
    sections,
    without_calls,
)
from gha_router.errors import ConfigError
from gha_router.pricing import Prices
from gha_router.report.neutral import clean
from gha_router.report.terminal import print_section


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """What the command line asks for."""

    offline: bool
    calls: bool
    limits: Limits
    memory_gb: float | None
    strict: bool
    as_json: bool


def doctor(path: Path | None, how: How) -> int:
    """Print the checkup; return the exit code."""
    try:
        config, keyless = keyless_configuration(path)
        result = _result(Plan.of(config, keyless, Prices.load()), how)
    except ConfigError as error:
        if not how.as_json:
            raise
        sys.stdout.write(refusal_json(str(path or vault.DEFAULT_CONFIG), error))
        return error.exit_code
    if how.as_json:
        sys.stdout.write(checkup_json(result, strict=how.strict))
    else:
        show(result)
    return exit_code(result.all_findings, strict=how.strict)


def _result(plan: Plan, how: How) -> Checkup:
    if how.offline:
        return offline(plan)
    return asyncio.run(_online(plan, how))


async def _online(plan: Plan, how: How) -> Checkup:
    decisions = {str(number): entry.decision for number, entry in enumerate(plan.with_keys)}
    with progress("models", len(plan.with_keys) if how.calls else 0, _said) as on_checked:
        async with simulation(plan.config, decisions if how.calls else {}, ()) as sim_url:
            effects = Effects(
                sim_url=sim_url,
                environ=dict(environ),
                limits=how.limits,
                memory_gb=how.memory_gb,
                on_checked=on_checked,
            )
            return await (checkup(plan, effects) if how.calls else without_calls(plan, effects))


def show(result: Checkup) -> None:
    """Print the tables: colours only on a terminal."""
    out = console()
    out.print(Text(clean(headline(result)), style="bold"))
    for section in sections(result):
        out.print()
        print_section(section, out)
    out.print()
    for note in notes(result):
        out.print(Text(clean(note), style="dim"))


def _said(one: Checked) -> str:
    return clean(line(one))
