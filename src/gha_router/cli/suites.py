"""``gha-router experiment new-task`` and ``check-suite``: for those who write a suite of their own."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand
from typer.main import get_command

from gha_router.config import suggest
from gha_router.errors import UsageError

NEW_TASK_EXAMPLE = "Example: gha-router experiment new-task my-suite/fix-greeting"
CHECK_SUITE_EXAMPLE = "Example: gha-router experiment check-suite my-suite"
COMMANDS = ("new-task", "check-suite")

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


class WithSubcommands(TyperCommand):
    """A command with commands of its own beside its options: they are known by its first argument.

    Why it is no group: docs/decisions/0029-suites-of-ones-own.md.
    """

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Return the context of the sub-command that is named, else this command's own. Raises ``UsageError``."""
        if args and not args[0].startswith("-"):
            if args[0] not in COMMANDS:
                raise UsageError(f"there is no `experiment {args[0]}`", hint=suggest(args[0], COMMANDS))
            return get_command(app).make_context(info_name, args, parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


@app.command(name="new-task", epilog=NEW_TASK_EXAMPLE)
def new_task(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The task's folder, which is made: SUITE/NAME.")],
    *,
    identity: Annotated[str | None, typer.Option("--id", help="The task's id; without it the folder's name.")] = None,
) -> None:
    """Write a task that works, to be rewritten: prompt, workspace, hidden check, scripted solution, mutation."""
    from gha_router.experiment.new_task import new_task as write  # noqa: PLC0415  each command loads its own

    for file in write(folder, identity):
        _out(str(file))
    _out(f"Next: gha-router experiment check-suite {folder}")


@app.command(name="check-suite", epilog=CHECK_SUITE_EXAMPLE)
def check_suite(
    suite: Annotated[str, typer.Argument(metavar="DIR", help="A suite, one task of it, or a suite of ours by name.")],
    *,
    jobs: Annotated[int | None, typer.Option(min=1, help="How many trials run at once.")] = None,
    out: Annotated[
        Path, typer.Option("--out", help="Where transcripts and results go; an earlier run's there are replaced.")
    ] = Path("gha-router-suite"),
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Run each task's scripted solution, doing nothing, and its mutations, and say which of them hold. Needs no key.

    Exit code 0: the solutions pass, nothing done fails, every mutation is caught. 1: not so. 3: it cannot be told.
    """
    from gha_router.cli.experiment import default_jobs  # noqa: PLC0415
    from gha_router.cli.sound import publish, run  # noqa: PLC0415

    made = asyncio.run(run(suite, jobs=jobs or default_jobs(), out=out, environ=dict(os.environ)))
    document = publish(made, out, quiet=as_json)
    if as_json:
        _out(json.dumps(document, ensure_ascii=False, indent=1))
    raise typer.Exit(made.exit_code)


def _out(text: str) -> None:
    sys.stdout.write(f"{text}\n")
