"""The commands that look at a run again: the state before it, its verdict from what is left of it, its report."""

import asyncio
import os
import sys
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gha_router.config import Config
from gha_router.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gha_router.records import ExperimentResult, FileEntry, RunResult
    from gha_router.regrade.expected import Expected
    from gha_router.regrade.grading import Grader
    from gha_router.regrade.verify import Regraded

SNAPSHOT_EXAMPLE = "Example: gha-router snapshot --workspace . --out /tmp/before.json"
REPORT_EXAMPLE = "Example: gha-router report --out results --to summary,json"
VERIFY_EXAMPLE = (
    "Example: gha-router verify --checks checks.yml --workspace . --before before.json --transcript execution.json "
    "--ledger ledger.jsonl --out verified"
)
EVERY = 10_000  # entries after which a log is told how far it is
COMMENT = "comment"
FORMS = ("summary", "json", COMMENT)

RunOption = Annotated[Path | None, typer.Option("--run", help="The --out of a run or experiment of ours.")]
TaskOption = Annotated[Path | None, typer.Option("--task", help="The task folder that says what is expected.")]
ChecksOption = Annotated[Path | None, typer.Option("--checks", help="A file with `checks:`, and `claims:` if any.")]
SuiteOption = Annotated[str | None, typer.Option("--suite", help="With --run: the suite; else the recorded one.")]
PipelineOption = Annotated[str | None, typer.Option("--pipeline", help="The configuration's pipeline that was run.")]
WorkspaceOption = Annotated[
    Path | None, typer.Option("--workspace", help="The files as they are now; with --run only unchanged ones count.")
]
BeforeOption = Annotated[Path | None, typer.Option("--before", help="What `gha-router snapshot` wrote before the run.")]
DigestOption = Annotated[
    str | None, typer.Option("--before-digest", help="The snapshot's digest, as it was published before the run.")
]
TranscriptOption = Annotated[
    Path | None, typer.Option("--transcript", help="claude-code-action's execution_file, stream-json, or ours.")
]
LedgerOption = Annotated[Path | None, typer.Option("--ledger", help="The gateway's ledger.jsonl.")]
HeadOption = Annotated[str | None, typer.Option("--head", help="The ledger's head, as it was published.")]
MadeOption = Annotated[
    Path | None, typer.Option("--made", help="What the steps of another action have left; see docs/workflows.md.")
]
OriginOption = Annotated[
    Path | None, typer.Option("--sealed-from", help="With --made: a checkout that sealed files come from.")
]
DigestsOption = Annotated[
    str, typer.Option("--digests", help="With --made: the published digests of the states, before and after each step.")
]
StepOption = Annotated[str | None, typer.Option("--step", help="Only the receipts of this step of the ledger.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What `verify` is given on the command line."""

    run: Path | None
    task: Path | None
    checks: Path | None
    suite: str | None
    pipeline: str | None
    config: Config | None
    config_file: Path | None
    workspace: Path | None
    before: Path | None
    before_digest: str | None
    transcript: Path | None
    ledger: Path | None
    head: str | None
    step: str | None
    made: Path | None
    sealed_from: Path | None
    digests: tuple[str, ...]


def snapshot(
    *,
    workspace: Annotated[Path, typer.Option(help="The folder to look at.")],
    out: Annotated[Path, typer.Option("--out", help="The file to write; it must not exist yet.")],
    since: Annotated[
        Path | None, typer.Option(help="An earlier snapshot: with --files, what is other than then is kept.")
    ] = None,
    files: Annotated[
        Path | None, typer.Option(help="A folder for the changed files, each named by its SHA-256.")
    ] = None,
) -> None:
    """Write the state of a folder (path, mode, size and digest of all but .git) and print that state's digest.

    Publish the digest before the agent starts: `verify --before-digest` holds the file against it.
    """
    from gha_router.agent.snapshot import read, take, write  # noqa: PLC0415  each command loads what it needs
    from gha_router.records import now  # noqa: PLC0415

    if (since is None) is not (files is None):
        raise UsageError("--since and --files go together", hint="Give both, or none of them.")
    for named in (out, files):
        if named is not None and named.resolve().is_relative_to(workspace.resolve()):
            raise UsageError(f"{named} lies in the workspace, where the agent could change it", hint="Name another.")
    earlier = read(since) if since else None
    with _counting() as seen:
        taken = take(workspace, at=now(), seen=seen)
    if earlier is not None and files is not None:
        from gha_router.pipeline.keeping import keep_changed  # noqa: PLC0415
        from gha_router.report.neutral import clean  # noqa: PLC0415

        for path in keep_changed(files, workspace, earlier, taken):
            print(f"not kept: {clean(path)}", file=sys.stderr)  # noqa: T201
    print(write(taken, out))  # noqa: T201  the command's own output


def verify(asked: Asked, *, out: Path, as_json: bool) -> int:
    """Verify what was asked for and return the exit code."""
    from gha_router.cli.session import prepare_out  # noqa: PLC0415

    if asked.run is not None and out.resolve() == asked.run.resolve():
        raise UsageError("--out is the run's own folder, whose results would be lost", hint="Name another folder.")
    if asked.workspace is not None and not asked.workspace.is_dir():
        raise UsageError(f"the workspace {asked.workspace} is no folder", hint="Name an existing one.")
    if asked.run is not None:
        return _stored(asked, asked.run, out, as_json=as_json)
    if asked.workspace is None:
        raise UsageError(
            "the workspace is missing",
            hint="Name it with --workspace DIR; or verify a run of ours with --run DIR.",
        )
    prepare_out(out, apart_from=asked.workspace)
    if asked.made is not None:
        return _made(asked, asked.made, asked.workspace, out, as_json=as_json)
    return _foreign(asked, asked.workspace, out, as_json=as_json)


def report(
    *,
    out: Annotated[Path, typer.Option("--out", help="The folder with report.json; what is rendered goes there too.")],
    to: Annotated[
        str, typer.Option("--to", help="Any of: summary (report.md), json (report.json), comment.")
    ] = "summary",
    name: Annotated[
        str, typer.Option("--name", help="With comment: a pull request has one comment of each name.")
    ] = "report",
) -> None:
    """Render the report again from the recorded files. It reads them as they are; `verify --run` makes sure of them.

    `comment` posts it on the pull request or issue behind a workflow's event, with the token in GITHUB_TOKEN.
    """
    from gha_router.cli.results import render, write_whole  # noqa: PLC0415
    from gha_router.config import suggest  # noqa: PLC0415
    from gha_router.experiment.recorded import read  # noqa: PLC0415

    wanted = [form.strip() for form in to.split(",") if form.strip()]
    for form in wanted:
        if form not in FORMS:
            raise UsageError(f"there is no form {form!r}", hint=suggest(form, FORMS))
    if not wanted:
        raise UsageError("nothing is to be rendered", hint=f"Name with --to any of: {', '.join(FORMS)}.")
    result = read(out)
    for form in wanted:
        if form == COMMENT:
            _post(result, name)
            continue
        file, text = render(result, form)
        write_whole(out / file, text)
        print(out / file)  # noqa: T201  the command's own output


def _post(result: "RunResult | ExperimentResult", name: str) -> None:
    from gha_router.cli import posting, vault  # noqa: PLC0415
    from gha_router.records import RunResult  # noqa: PLC0415

    if not isinstance(result, RunResult):
        raise UsageError("an experiment's report is no comment", hint="Put report.md into the job summary.")
    if why := posting.post(result, name, vault.environment(), print):
        print(f"warning: {why}", file=sys.stderr)  # noqa: T201


def _foreign(asked: Asked, workspace: Path, out: Path, *, as_json: bool) -> int:
    from gha_router.cli.results import publish_run  # noqa: PLC0415
    from gha_router.regrade import books, foreign  # noqa: PLC0415
    from gha_router.regrade.verify import verify_foreign  # noqa: PLC0415

    expected = _expected(asked, None)
    read = books.read(asked.ledger, head=asked.head)
    given = foreign.Given(
        workspace=workspace,
        before=asked.before,
        before_digest=asked.before_digest,
        transcript=asked.transcript,
        step=asked.step,
    )

    async def session() -> "RunResult":
        async with AsyncExitStack() as stack:
            grader = await _grader(stack, asked, expected, out)
            return await verify_foreign(given, read, expected, grader)

    return publish_run(asyncio.run(session()), out, as_json=as_json)


def _made(asked: Asked, folder: Path, checkout: Path, out: Path, *, as_json: bool) -> int:
    from gha_router.cli.results import publish_run  # noqa: PLC0415
    from gha_router.regrade import books  # noqa: PLC0415
    from gha_router.regrade.grading import Grader  # noqa: PLC0415
    from gha_router.regrade.made import Made, verify_made  # noqa: PLC0415

    config = asked.config
    if config is None:
        raise UsageError("the configuration is missing: it says what each step is checked by", hint="Name --config F.")
    left = folder / "ledger.jsonl"
    read = books.read(asked.ledger or (left if left.is_file() else None), head=asked.head)
    made = Made(folder=folder, checkout=checkout, origin=asked.sealed_from or checkout, digests=asked.digests)

    # No judge is asked: the second job has no key of anybody.
    grading = verify_made(made, read, config, Grader(environ=dict(os.environ)), pipeline=asked.pipeline)
    return publish_run(asyncio.run(grading), out, as_json=as_json)


def _stored(asked: Asked, run: Path, out: Path, *, as_json: bool) -> int:
    from gha_router.cli.results import EXIT_CODES, publish  # noqa: PLC0415
    from gha_router.cli.session import prepare_out  # noqa: PLC0415
    from gha_router.experiment.recorded import read as read_result  # noqa: PLC0415
    from gha_router.records import RunResult  # noqa: PLC0415
    from gha_router.regrade import books, stored  # noqa: PLC0415
    from gha_router.regrade.verify import verify_stored  # noqa: PLC0415

    recorded = read_result(run)
    expected = _expected(asked, recorded)
    lives = recorded.lives if isinstance(recorded, RunResult) else ()
    read = books.read(asked.ledger or run / "ledger.jsonl", head=asked.head)
    if lives and asked.ledger is None:
        read = books.of_lives(run, lives, head=asked.head)
    store = stored.read_store(run, read)
    prepare_out(out, apart_from=asked.workspace)

    async def session() -> "Regraded":
        async with AsyncExitStack() as stack:
            grader = await _grader(stack, asked, expected, out)
            with _counting("attempts", every=1) as seen:
                bases = () if asked.workspace is None else (asked.workspace,)
                return await verify_stored(recorded, store, read, expected, grader, bases=bases, on_attempt=seen)

    regraded = asyncio.run(session())
    _write_regrade(regraded, out)
    publish(regraded.result, out, as_json=as_json)
    if not regraded.holds:
        for line in (*regraded.faults, *map(str, regraded.differences)):
            print(f"gha-router: {line}", file=sys.stderr)  # noqa: T201
        return 1
    return EXIT_CODES[regraded.result.verdict] if isinstance(regraded.result, RunResult) else 0


def _write_regrade(regraded: "Regraded", out: Path) -> None:
    import json  # noqa: PLC0415

    from gha_router.cli.results import write_whole  # noqa: PLC0415
    from gha_router.records import ExperimentResult, dumps, to_json  # noqa: PLC0415

    document = {
        "schema": "gha-router/regrade/1",
        "holds": regraded.holds,
        "faults": list(regraded.faults),
        "differences": to_json(regraded.differences),
        "basis": to_json(regraded.basis),
    }
    write_whole(out / "regrade.json", json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    if isinstance(regraded.result, ExperimentResult):
        write_whole(out / "trials.jsonl", "".join(dumps(trial) + "\n" for trial in regraded.result.trials))


def _expected(asked: Asked, recorded: "RunResult | ExperimentResult | None") -> "Expected":
    from gha_router.records import ExperimentResult  # noqa: PLC0415
    from gha_router.regrade import expected  # noqa: PLC0415

    named = [name for name in ("task", "checks", "suite") if getattr(asked, name) is not None]
    if len(named) > 1:
        raise UsageError(f"--{named[0]} and --{named[1]} exclude each other", hint="Name one of them.")
    if asked.task is not None:
        return expected.of_task(asked.task)
    if asked.checks is not None:
        return expected.of_checks(asked.checks)
    if asked.suite is not None:
        return expected.of_suite(asked.suite)
    if isinstance(recorded, ExperimentResult):
        return expected.of_suite(recorded.suite)
    if asked.config is not None:
        return expected.of_config(asked.config, str(asked.config_file), asked.pipeline)
    raise UsageError(
        "nothing says what is expected", hint="Name --task DIR, --checks FILE, or --config FILE with its steps."
    )


async def _grader(stack: AsyncExitStack, asked: Asked, expected: "Expected", out: Path) -> "Grader":
    """Return what grades; with a gateway of its own where a judge is to be asked and a configuration says whom."""
    from gha_router.cli.session import bench  # noqa: PLC0415
    from gha_router.pipeline.judges import judges_of  # noqa: PLC0415
    from gha_router.regrade.grading import Grader  # noqa: PLC0415

    plans = (*expected.plans.values(), *([expected.any] if expected.any else []))
    judges = judges_of(asked.config, (check for plan in plans for check in plan.checks)) if asked.config else {}
    environ = dict(os.environ)
    if not judges or asked.config is None:
        return Grader(environ=environ)
    made = await stack.enter_async_context(bench(asked.config, {}, judges=judges, out=out, environ=environ))
    stack.push_async_callback(made.gateway.close)
    return Grader(environ=environ, bench=made)


@contextmanager
def _counting(what: str = "entries", *, every: int = EVERY) -> "Iterator[Callable[[FileEntry | object], None]]":
    """Yield what counts each: a running number on a terminal, a line for every so many elsewhere."""
    from rich.console import Console  # noqa: PLC0415

    console = Console(stderr=True, highlight=False, emoji=False)
    count = 0
    if not console.is_terminal:

        def tell(_one: object) -> None:
            nonlocal count
            count += 1
            if every > 1 and count % every == 0:
                print(f"{count:,} {what}", file=sys.stderr, flush=True)  # noqa: T201

        yield tell
        return
    with console.status(what) as status:

        def show(_one: object) -> None:
            nonlocal count
            count += 1
            if every == 1 or count % 100 == 0:
                status.update(f"{count:,} {what}")

        yield show
