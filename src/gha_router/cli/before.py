"""The commands for before anything runs: what a configuration costs, whether it works, and how checks are written."""

import json
from pathlib import Path
from typing import Annotated

import typer

ESTIMATE_EXAMPLE = (
    "Example: gha-router estimate --config gha-router.yml --requests 100000 --input-tokens 1000 --output-tokens 500"
)
CHECKS_EXAMPLE = "Example: gha-router checks trace"
DOCTOR_EXAMPLE = "Example: gha-router doctor --config gha-router.yml --json"
OR_THE_FILE = "The configuration's `estimate` may say it instead."

ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="The configuration; .github/gha-router.yml when it is there.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def _kinds() -> list[str]:
    """Return what a shell may complete to."""
    from gha_router.checks.catalogue import CATALOGUE  # noqa: PLC0415  each command loads what it needs

    return list(CATALOGUE)


def estimate(
    *,
    config: ConfigOption = None,
    requests: Annotated[int | None, typer.Option(min=1, help=f"Requests a month. {OR_THE_FILE}")] = None,
    input_tokens: Annotated[int | None, typer.Option(min=1, help=f"Of one request's prompt. {OR_THE_FILE}")] = None,
    output_tokens: Annotated[int | None, typer.Option(min=0, help=f"Of one request's answer. {OR_THE_FILE}")] = None,
    cache_read: Annotated[str | None, typer.Option(help="The share of a prompt read from the cache: 80%.")] = None,
    cache_write: Annotated[str | None, typer.Option(help="The share written to it for 5 minutes.")] = None,
    cache_write_1h: Annotated[
        str | None, typer.Option("--cache-write-1h", help="The share written to it for an hour.")
    ] = None,
    baseline: Annotated[
        str | None, typer.Option(help="The strategy that savings are counted against; else the dearest.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Compute a month's bill for each strategy, and say where each price is from. Calls nobody, needs no key."""
    from gha_router.cli import estimate as command  # noqa: PLC0415  each command loads what it needs

    given = command.Given(
        requests=requests,
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        cache={"read": cache_read, "write": cache_write, "write_1h": cache_write_1h},
    )
    command.estimate(config, given, baseline=baseline, as_json=as_json)


def doctor(
    *,
    config: ConfigOption = None,
    offline: Annotated[bool, typer.Option("--offline", help="Ask nobody: configuration and keys only.")] = False,
    no_calls: Annotated[
        bool, typer.Option("--no-calls", help="Ask no model; Ollama servers are asked what they have.")
    ] = False,
    timeout: Annotated[float, typer.Option(min=1, max=3600, help="Seconds for one model's answer.")] = 60,
    jobs: Annotated[int, typer.Option(min=1, max=32, help="How many models are asked at once; of one Ollama one.")] = 4,
    memory_gb: Annotated[
        float | None, typer.Option(min=0.1, help="Memory of the machine that Ollama is on; else this machine's.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit code 1 for warnings; else they are 0.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Check the configuration, keys, every model (one real request of one token each) and Ollama's memory.

    Exit code 0: all well, 2: the configuration or a key has to be mended, 3: something does not answer.
    """
    from gha_router.cli import doctor as command  # noqa: PLC0415
    from gha_router.doctor import Limits  # noqa: PLC0415

    how = command.How(
        offline=offline,
        calls=not no_calls,
        limits=Limits(seconds=timeout, at_once=jobs),
        memory_gb=memory_gb,
        strict=strict,
        as_json=as_json,
    )
    raise typer.Exit(command.doctor(config, how))


def checks(
    *,
    kind: Annotated[str | None, typer.Argument(help="One kind, with its parameters.", autocompletion=_kinds)] = None,
    as_json: JsonOption = False,
) -> None:
    """List the kinds of checks, each with its parameters and an example."""
    from rich.console import Console  # noqa: PLC0415

    from gha_router.cli import checks as command  # noqa: PLC0415

    found = command.listed(kind)
    if as_json:
        print(json.dumps(command.as_json(found), ensure_ascii=False, indent=1))  # noqa: T201  the command's own output
    else:
        command.show(found, Console(highlight=False))
