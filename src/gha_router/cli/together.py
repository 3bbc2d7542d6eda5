"""``gha-router aggregate`` and ``gha-router compare``: experiments put together, and held against earlier ones."""

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from gha_router.cli.configured import JsonOption
from gha_router.errors import UsageError

AGGREGATE_EXAMPLE = "Example: gha-router aggregate shards --out results"
COMPARE_EXAMPLE = "Example: gha-router compare history/2026-08-21.json results --config .github/gha-router.yml"


def aggregate(
    folders: Annotated[list[Path], typer.Argument(metavar="DIR...", help="Shards' results, or a folder of them.")],
    *,
    out: Annotated[Path, typer.Option("--out", help="Where the whole goes; an earlier whole there is replaced.")],
    as_json: JsonOption = False,
) -> None:
    """Put an experiment together from whatever shards arrived, and print the leaderboard.

    What is missing or broken is named and counts against no model. Exit code 0 when all arrived whole, else 3.
    """
    from gha_router.cli.aggregate import put_together  # noqa: PLC0415  each command loads what it needs

    raise typer.Exit(put_together(folders, out, as_json=as_json, env=os.environ))


def compare(
    old: Annotated[Path, typer.Argument(help="The earlier run: its history.json, or the folder that holds it.")],
    new: Annotated[Path, typer.Argument(help="The later run, likewise.")],
    *,
    config: Annotated[
        Path | None, typer.Option("--config", help="The configuration whose routes are held against the others.")
    ] = None,
    now: Annotated[
        str | None, typer.Option("--now", help="Without a configuration: the model that has all the work now.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Where comparison.md and comparison.json go.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Say what changed between two runs beyond chance, and for each route PROMOTE, KEEP or NOT ENOUGH DATA.

    Exit code 0: no model verifies less than it did, 1: some does, 2: wrong usage.
    """
    from gha_router.cli.results import console, write_whole  # noqa: PLC0415  as above
    from gha_router.experiment.compare import compare as held  # noqa: PLC0415
    from gha_router.experiment.history import read_history  # noqa: PLC0415
    from gha_router.report.markdown import markdown  # noqa: PLC0415
    from gha_router.report.of_comparison import comparison_json, comparison_view  # noqa: PLC0415
    from gha_router.report.terminal import terminal  # noqa: PLC0415

    if config is not None and now is not None:
        raise UsageError("--config and --now exclude each other", hint="The configuration says who has which route.")
    before, after = read_history(old), read_history(new)
    if now is not None and now not in after.models:
        from gha_router.config import suggest  # noqa: PLC0415

        raise UsageError(f"the later run has no model {now!r}", hint=suggest(now, list(after.models)))
    found = held(before, after, {"default": now} if now else _routes(config))
    view, document = comparison_view(found), comparison_json(found)
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        write_whole(out / "comparison.md", markdown(view))
        write_whole(out / "comparison.json", text)
    if as_json:
        sys.stdout.write(text)
    else:
        terminal(view, console())
    raise typer.Exit(1 if found.worse else 0)


def _routes(config: Path | None) -> dict[str, str]:
    """Return who has which route of a configuration, and its default."""
    if config is None:
        return {}
    from gha_router.cli.keyless import keyless_configuration  # noqa: PLC0415  as above
    from gha_router.routing import resolve, target_of  # noqa: PLC0415

    settings, _keys = keyless_configuration(config)
    found = {str(kind): target_of(settings, route.to).model for kind, route in settings.routes.items()}
    if settings.default is not None:
        found["default"] = resolve(settings, model=settings.default).model
    return found
