"""The options that many commands have, and the configuration that they mean."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from gha_router.cli import vault
from gha_router.cli.built_in import built_in
from gha_router.config import Config, Keyless, load, parse
from gha_router.pipeline.whole import check_whole
from gha_router.records import AgentKind

SIMULATED = "version: 1\n"  # the built-in provider `sim` needs no more

ConfigOption = Annotated[
    Path | None, typer.Option("--config", help=f"The configuration; {vault.DEFAULT_CONFIG} when it is there.")
]
OutOption = Annotated[
    Path, typer.Option("--out", help="Where results go; an earlier run's results there are replaced.")
]
AgentOption = Annotated[
    AgentKind | None, typer.Option("--agent", help="Who works, where a step names no agent; else the configuration's.")
]
QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="Say nothing while it runs; result, warnings and errors are told.")
]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Tell each request and each check, too.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def configuration(path: Path | None, *, simulated: bool = False, keyless: bool = False) -> Config:
    """Return the configuration that was named, the repository's own, or, for simulated models, none.

    With ``keyless`` a key that is not set is no mistake.
    """
    if path is None and simulated and not vault.DEFAULT_CONFIG.exists():
        return parse(SIMULATED, name="built-in", env={})
    if path is None and not vault.DEFAULT_CONFIG.exists():
        return built_in()
    env = vault.environment()
    config = load(path or vault.DEFAULT_CONFIG, Keyless(env) if keyless else env)
    for warning in (*config.warnings, *check_whole(config)):
        print(f"warning: {warning}", file=sys.stderr, flush=True)  # noqa: T201  beside the result
    return config
