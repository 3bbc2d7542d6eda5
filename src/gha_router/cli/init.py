"""``gha-router init``: a configuration and workflows for a repository, made from what is seen in it."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from gha_router.github.steering import shown
from gha_router.scaffold import Fate, Outcome, Seen, Workflow, files, look, takes, write

EXAMPLE = "Example: gha-router init --with run --with comment --dry-run"


def init(
    *,
    chosen: Annotated[
        list[Workflow] | None,
        typer.Option("--with", help="A workflow to write: run, comment, experiment, official; again for more."),
    ] = None,
    folder: Annotated[Path, typer.Option("--in", help="A folder of the repository.")] = Path(),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the files and write nothing.")] = False,
) -> None:
    """Write .github/gha-router.yml and workflows (run and comment, unless others are named); keep what is there."""
    seen = look(folder)
    unasked = [one for one in (Workflow.RUN, Workflow.COMMENT) if takes(one, seen)]
    wanted = list(dict.fromkeys(chosen or unasked))
    outcomes = list(write(seen.root, files(seen, wanted), dry_run=dry_run))
    if dry_run:
        sys.stdout.write("".join(f"# {one.path}: {one.fate}\n{one.text}\n" for one in outcomes))
    sys.stderr.write("".join(f"{line}\n" for line in _told(seen, wanted, outcomes, chosen=bool(chosen))))


def _told(seen: Seen, wanted: list[Workflow], outcomes: list[Outcome], *, chosen: bool) -> list[str]:
    lines = [f"{one.path}: {one.fate}" for one in outcomes]
    if any(one.fate is Fate.KEPT for one in outcomes):
        lines.append("What was kept has other words than we would write: --dry-run prints ours.")
    lines += [
        f"{name} reads as {kind.value}'s configuration: gha-router import {kind.value} {name}"
        for name, kind in seen.foreign
    ]
    if not chosen and Workflow.COMMENT not in wanted:
        lines.append(f"No workflow for /route comments: it takes no {' or '.join(seen.secrets)}.")
    if seen.official and Workflow.OFFICIAL not in wanted:
        names = ", ".join(shown(name) for name in seen.official)
        lines.append(f"{names}: runs claude-code-action; `--with official` puts it on the gateway and verifies it.")
    lines.append("Next:")
    if not seen.named:
        lines.append(f"  gh secret set {seen.secrets[0]}   # the provider's key, as a secret of the repository")
    lines.append("  gha-router doctor                 # whether configuration, keys and models work")
    lines.append("  git add .github && git commit     # workflows count once they are on the default branch")
    return lines
