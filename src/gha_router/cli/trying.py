"""``gha-router experiment`` and ``gha-router demo``: their options."""

import os
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gha_router.cli.configured import (
    SIMULATED,
    AgentOption,
    ConfigOption,
    JsonOption,
    OutOption,
    QuietOption,
    configuration,
)
from gha_router.cli.loudness import Loudness, loudness_of
from gha_router.config import Config, parse
from gha_router.errors import UsageError
from gha_router.records import Verdict

if TYPE_CHECKING:
    from gha_router.cli.experiment import Asked

EXAMPLE = "Example: gha-router experiment --suite classic --models opus,haiku --epochs 3 --out results"
JobsOption = Annotated[int | None, typer.Option(min=1, help="How many trials run at once, each a process of its own.")]


def experiment(
    *,
    config: ConfigOption = None,
    suite: Annotated[str, typer.Option(help="A suite of ours by name, or a folder of tasks.")] = "classic",
    models: Annotated[str, typer.Option(help="Names, separated by commas.")],
    epochs: Annotated[int, typer.Option(min=1, help="How often each task is repeated on each model.")] = 1,
    jobs: JobsOption = None,
    agent: AgentOption = None,
    budget: Annotated[
        str | None, typer.Option(help="The most that the whole experiment may cost, in USD; a shard has its share.")
    ] = None,
    plan: Annotated[
        bool, typer.Option("--plan", help="Run nothing: write OUT/plan.json, and print the matrix of its shards.")
    ] = False,
    shards: Annotated[
        int | None, typer.Option(help="With --plan: how many; without it as many as are worth a job, at most 256.")
    ] = None,
    history: Annotated[
        Path | None, typer.Option(help="With --plan: an earlier run's history.json, to expect time and money by.")
    ] = None,
    shard: Annotated[str | None, typer.Option(metavar="I/N", help="Run this part alone, such as 3/6.")] = None,
    planned: Annotated[
        Path | None, typer.Option(help="With --shard: the plan.json that it is a part of; else shards are cut evenly.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with what was killed in --out: no trial there is paid again.")
    ] = False,
    out: OutOption,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Try every task of a suite on every model and print a leaderboard. Exit code 3 when some trial did not run.

    To write a suite of your own: gha-router experiment new-task, gha-router experiment check-suite.
    """
    from gha_router.cli import experiment as command  # noqa: PLC0415  each command loads what it needs

    if plan and (shard or planned or resume):
        raise UsageError("--plan runs nothing: --shard, --planned and --resume do not go with it", hint="Leave it out.")
    if (shards is not None or history is not None) and not plan:
        raise UsageError("--shards and --history go with --plan", hint="Add it; a shard is run with --shard I/N.")
    if planned is not None and shard is None:
        raise UsageError("--planned goes with --shard", hint="Say which part of the plan: --shard 3/6.")
    names = tuple(dict.fromkeys(name.strip() for name in models.split(",") if name.strip()))
    asked = command.Asked(
        config=configuration(config, simulated=all(name.startswith("sim/") for name in names)).by_agent(agent),
        suite=suite,
        models=names,
        epochs=epochs,
        budget_usd=_usd(budget),
    )
    if plan:
        print(command.plan(asked, shards=shards, history=history, out=out))  # noqa: T201  the command's own output
        return
    loudness = loudness_of(quiet=quiet, verbose=False)
    _run(asked, jobs=jobs, shard=shard, planned=planned, resume=resume, out=out, loudness=loudness, as_json=as_json)


def demo(
    *,
    out: OutOption = Path("gha-router-demo"),
    jobs: JobsOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Run five tasks on five simulated models with the real Claude Code CLI, and catch the liars. Needs no key."""
    from gha_router.cli import experiment as command  # noqa: PLC0415  as above
    from gha_router.sim import FIVE  # noqa: PLC0415

    settings: Config = parse(SIMULATED, name="built-in", env={})
    asked = command.Asked(config=settings, suite="classic", models=FIVE, epochs=1)
    _run(asked, jobs=jobs, out=out, loudness=loudness_of(quiet=quiet, verbose=False), as_json=as_json)


def _run(
    asked: "Asked",
    *,
    jobs: int | None,
    shard: str | None = None,
    planned: Path | None = None,
    resume: bool = False,
    out: Path,
    loudness: Loudness,
    as_json: bool,
) -> None:
    from gha_router.cli import experiment as command  # noqa: PLC0415  as above
    from gha_router.cli.results import publish_experiment  # noqa: PLC0415

    result = command.experiment(
        asked,
        jobs=jobs or command.default_jobs(),
        shard=shard,
        planned=planned,
        resume=resume,
        out=out,
        loudness=loudness,
        environ=dict(os.environ),
    )
    publish_experiment(result, out, as_json=as_json)
    verdicts = {trial.result.verdict for trial in result.trials}
    if Verdict.CANCELLED in verdicts:
        raise typer.Exit(130)
    raise typer.Exit(3 if Verdict.ERROR in verdicts else 0)


def _usd(text: str | None) -> Decimal | None:
    if text is None or not text.strip():
        return None
    try:
        amount = Decimal(text.strip().removeprefix("$"))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount < 0:
        raise UsageError(f"--budget {text!r} is no amount of money", hint="Write USD, such as --budget 2.50.")
    return amount
