"""The commands. Each parses its options, builds the effects, and calls the room that does the work."""

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from gha_router.cli import (
    before,
    handoff,
    init,
    keeping,
    learning,
    parse_comment,
    propose,
    regrade,
    suites,
    together,
    trying,
    vault,
)
from gha_router.cli.configured import (
    AgentOption,
    ConfigOption,
    JsonOption,
    OutOption,
    QuietOption,
    VerboseOption,
    configuration,
)
from gha_router.cli.faults import of_disk
from gha_router.cli.loudness import listener_of, loudness_of
from gha_router.errors import Cancelled, GhaRouterError, LedgerBroken, UsageError
from gha_router.records import Verdict

NAME = "gha-router"  # also where it was started as a module: completion goes by it

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Run Claude Code on the cheapest model that provably does the job.",
)
ledger_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Read a ledger.")
app.add_typer(ledger_app, name="ledger")
app.add_typer(keeping.app, name="cache")
app.command(epilog=before.ESTIMATE_EXAMPLE)(before.estimate)
app.command(epilog=before.DOCTOR_EXAMPLE)(before.doctor)
app.command(epilog=before.CHECKS_EXAMPLE)(before.checks)
app.command(epilog="Example: gha-router calibrate outcomes.csv --prompts tasks.jsonl --strong opus --out policy.yml")(
    learning.calibrate
)
app.command(epilog="Example: gha-router replay outcomes.csv --policy policy.yml --alpha 0.1 --beta 0.1 --json")(
    learning.replay
)
app.command(cls=suites.WithSubcommands, epilog=trying.EXAMPLE)(trying.experiment)
app.command(epilog="Example: gha-router demo --out out/demo")(trying.demo)
app.command(epilog=together.AGGREGATE_EXAMPLE)(together.aggregate)
app.command(epilog=together.COMPARE_EXAMPLE)(together.compare)
app.command(epilog=propose.EXAMPLE)(propose.propose)
app.command(epilog=regrade.SNAPSHOT_EXAMPLE)(regrade.snapshot)
app.command(epilog=regrade.REPORT_EXAMPLE)(regrade.report)
app.command(name="parse-comment", epilog=parse_comment.EXAMPLE)(parse_comment.parse_comment)
app.command(epilog=init.EXAMPLE)(init.init)
app.command(name="handoff", epilog=handoff.EXAMPLE)(handoff.show)


@app.command(
    epilog="Example: gha-router run --config gha-router.yml --prompt 'Fix the typo' --workspace . --out /tmp/run"
)
def run(
    *,
    config: ConfigOption = None,
    prompt: Annotated[str | None, typer.Option(help="What the agent is to do; checked by the file's `checks`.")] = None,
    pipeline: Annotated[str | None, typer.Option(help="A pipeline of the configuration, by its name.")] = None,
    task: Annotated[Path | None, typer.Option(help="A task folder to run instead.")] = None,
    model: Annotated[str | None, typer.Option(help="A configured model, or provider/model.")] = None,
    tier: Annotated[int | None, typer.Option(help="A configured tier, 0 to 4.")] = None,
    route: Annotated[str | None, typer.Option(help="A task type, such as quick_fix.")] = None,
    agent: AgentOption = None,
    workspace: Annotated[
        Path | None, typer.Option(help="The files to work on; verified changes are carried back into it.")
    ] = None,
    out: OutOption,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run in --out that was killed: what is verified stays.")
    ] = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    as_json: JsonOption = False,
) -> None:
    """Run a prompt, a pipeline, a task, or the configuration's steps; verify; carry verified changes back."""
    from gha_router.cli import run as command  # noqa: PLC0415  each command loads what it needs
    from gha_router.cli.progress import clock  # noqa: PLC0415
    from gha_router.cli.results import publish_run  # noqa: PLC0415

    loudness = loudness_of(quiet=quiet, verbose=verbose)
    if sum(named is not None for named in (model, tier, route)) > 1:
        raise UsageError("--model, --tier and --route exclude each other", hint="Name one of them.")
    if workspace is None and task is None:
        raise UsageError("the workspace is missing", hint="Name it: --workspace DIR.")
    settings = configuration(config, simulated=(model or "").startswith("sim/")).by_agent(agent)
    steps = command.plans(
        settings,
        prompt=prompt,
        pipeline=pipeline,
        task=task,
        target=command.Target(model=model, tier=tier, route=route),
    )
    with clock(loudness) as tell:
        result = command.run(
            settings,
            steps,
            workspace=workspace or command.workspace_of(task),
            out=out,
            environ=dict(os.environ),
            carry=workspace is not None,
            say=tell,
            suites=(task,) if task else (),
            resume=resume,
            listener=listener_of(loudness, tell),
        )
    code = publish_run(result, out, as_json=as_json)
    if result.verdict is Verdict.ERROR and any(step.attempts for step in result.steps):
        _say("  `gha-router doctor` asks each model once, and says what to mend.")
    raise typer.Exit(code)


@app.command(epilog="Example: the entry point of the container action; see docs/inputs.md")
def action() -> None:
    """Run one step of a workflow: reads INPUT_* and GITHUB_*, sets outputs, writes the job summary."""
    from gha_router.cli.action import action as command  # noqa: PLC0415

    raise typer.Exit(command(vault.environment()))


@app.command(
    epilog="Example: gha-router serve --config gha-router.yml --info-file /tmp/gateway.json --ledger /tmp/ledger.jsonl"
)
def serve(
    *,
    config: ConfigOption = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 picks a free one.")] = 0,
    info_file: Annotated[Path, typer.Option(help="Address, pid and virtual keys go here (mode 600) once it listens.")],
    ledger: Annotated[Path, typer.Option(help="The file that receipts go to; it must not exist yet.")],
    host: Annotated[str, typer.Option(help="Where it listens; 0.0.0.0 in a service container.")] = "127.0.0.1",
    pipeline: Annotated[str | None, typer.Option(help="Keys for the steps of this pipeline.")] = None,
    keys_stdin: Annotated[
        bool, typer.Option("--keys-stdin", help="Read variables from standard input, as `env -0` prints them.")
    ] = False,
    actions: Annotated[Path | None, typer.Option(help="A folder: masks, outputs and a summary for a workflow.")] = None,
) -> None:
    """Run the gateway alone, until SIGINT or SIGTERM; the ledger's head is printed at the end."""
    from gha_router.cli import serve as command  # noqa: PLC0415

    if keys_stdin:
        vault.take(sys.stdin.buffer.read())
    place = command.Place(host=host, port=port, info_file=info_file, ledger=ledger, actions=actions)
    head = command.serve(configuration(config), place, pipeline=pipeline)
    _out(json.dumps({"ledger": str(ledger), "head": head}))


@ledger_app.command("verify", epilog="Example: gha-router ledger verify out/ledger.jsonl --head 3fa9...")
def verify_ledger(
    file: Annotated[Path, typer.Argument(help="A ledger.jsonl.")],
    *,
    head: Annotated[str | None, typer.Option(help="The head that was published when the run ended.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Say whether the chain is whole, and whether it ends with the published head."""
    from gha_router.ledger import verify  # noqa: PLC0415

    state = verify(file, head=head)
    if not state.anchored and not state.closed:
        raise LedgerBroken(
            f"{file} is not closed and there is no head: nobody can tell whether its end was cut",
            hint="Give --head with the published head, or keep ledger.jsonl.head beside it.",
        )
    if as_json:
        _out(json.dumps({name: getattr(state, name) for name in state.__slots__}))
        return
    _out(f"whole: {state.records} records, {state.receipts} receipts, head {state.head}")
    if not state.closed:
        _out("open: the gateway did not close it (killed, or still running)")
    if state.uncovered:
        _out("the last record is not covered by the head: written just before a kill, or added by somebody")
    if not state.anchored:
        _out("its end was held against no head: records may have been cut there; give --head")
    elif head is None:
        _out("held against the head file beside it; --head, with the published head, is stronger")


@app.command(name="import", epilog="Example: gha-router import litellm config.yaml --out .github/gha-router.yml")
def import_(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="litellm|ccr", help="Whose configuration it is.", autocompletion=lambda: ["litellm", "ccr"]
        ),
    ],
    file: Annotated[
        Path, typer.Argument(help="A file of LiteLLM's (YAML, Python) or claude-code-router's (JSON, SQLite).")
    ],
    *,
    out: Annotated[Path | None, typer.Option("--out", help="The file to write; standard output without it.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Convert another program's configuration into one of ours, and list what could not be carried over."""
    from gha_router.cli import imports as command  # noqa: PLC0415

    imported, made = command.convert(file, kind)
    if out is not None:
        command.write(made.text, out)
    elif not as_json:
        _out(made.text.rstrip())
    if as_json:
        _out(command.as_json(imported, made))
    elif notes := command.told(imported, made):
        _say(notes)


@app.command(epilog="Example: echo 'Done: README.md has 354 lines.' | gha-router claims -")
def claims(
    file: Annotated[typer.FileText, typer.Argument(help="A file with an agent's message; - for standard input.")],
) -> None:
    """Print the claims in a message as JSON: kind, value, unit, subject, text, start."""
    from gha_router.claims import claims_as_json, extract  # noqa: PLC0415

    _out(json.dumps(claims_as_json(extract(file.read())), ensure_ascii=False, indent=1))


@app.command(epilog="Example: gha-router route 'Fix the typo in the header' --config gha-router.yml")
def route(
    text: Annotated[str, typer.Argument(help="The prompt; - for standard input.")],
    *,
    config: ConfigOption = None,
    model: Annotated[
        str | None, typer.Option(help="As if this model were named: a configured one, or provider/model.")
    ] = None,
    tier: Annotated[int | None, typer.Option(help="As if this tier were named.")] = None,
    task_type: Annotated[str | None, typer.Option("--route", help="As if this task type were named.")] = None,
    classify: Annotated[
        bool, typer.Option("--classify", help="Ask the configured classifier, which costs a small request.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Say which model a prompt goes to, why, and which cheaper ones were passed over. Calls nobody."""
    from gha_router.cli import route as command  # noqa: PLC0415
    from gha_router.routing import Ask  # noqa: PLC0415

    if sum(named is not None for named in (model, tier, task_type)) > 1:
        raise UsageError("--model, --tier and --route exclude each other", hint="Name one of them.")
    ask = Ask(prompt=command.prompt_of(text, sys.stdin), model=model, tier=tier, route=task_type)
    # Who calls nobody needs no key; the classifier is asked in earnest.
    found = command.route(configuration(config, keyless=not classify), ask, classify=classify)
    _out(json.dumps(found, ensure_ascii=False, indent=1) if as_json else command.as_text(found))


@app.command(epilog=regrade.VERIFY_EXAMPLE)
def verify(
    *,
    run: regrade.RunOption = None,
    task: regrade.TaskOption = None,
    checks: regrade.ChecksOption = None,
    suite: regrade.SuiteOption = None,
    pipeline: regrade.PipelineOption = None,
    config: ConfigOption = None,
    workspace: regrade.WorkspaceOption = None,
    before: regrade.BeforeOption = None,
    before_digest: regrade.DigestOption = None,
    transcript: regrade.TranscriptOption = None,
    ledger: regrade.LedgerOption = None,
    head: regrade.HeadOption = None,
    step: regrade.StepOption = None,
    made: regrade.MadeOption = None,
    sealed_from: regrade.OriginOption = None,
    digests: regrade.DigestsOption = "",
    out: OutOption,
    as_json: JsonOption = False,
) -> None:
    """Verify a run that has been made: another action's by its pieces, or one of ours (--run) by what it kept.

    Exit code 0: verified, 1: not verified or tampered with, 2: wrong usage, 3: it cannot be told.
    """
    asked = regrade.Asked(
        run=run,
        task=task,
        checks=checks,
        suite=suite,
        config=None if config is None else configuration(config, keyless=made is not None),
        config_file=config,
        workspace=workspace,
        before=before,
        before_digest=before_digest,
        transcript=transcript,
        ledger=ledger,
        head=head,
        step=step,
        made=made,
        sealed_from=sealed_from,
        digests=tuple(map(str.strip, digests.split(","))) if digests.strip(" ,") else (),
        pipeline=pipeline,
    )
    raise typer.Exit(regrade.verify(asked, out=out, as_json=as_json))


def _say(message: str) -> None:
    """Tell people what is going on, beside the result. In a job's log no name of a file is a command."""
    from gha_router.report.neutral import told  # noqa: PLC0415  only when there is something to say

    print(told(message), file=sys.stderr, flush=True)  # noqa: T201


def _out(text: str) -> None:
    print(text)  # noqa: T201  the command's own output


def _version(*, wanted: bool) -> None:
    if wanted:
        from gha_router.cli.versions import versions  # noqa: PLC0415  looked up only when asked for

        _out(versions())
        raise typer.Exit


@app.callback()
def top(
    *,
    _version_wanted: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=lambda value: _version(wanted=value),
            is_eager=True,
            help="Print what is at work here.",
        ),
    ] = False,
) -> None:
    """Run Claude Code on the cheapest model that provably does the job."""


def main() -> int:
    """Run the command of ``sys.argv``; every error becomes one message and its exit code here."""
    code = 0
    try:
        code = app(prog_name=NAME, standalone_mode=False) or 0
    except GhaRouterError as error:
        _say(f"gha-router: {error}")
        code = error.exit_code
    except typer.TyperException as error:
        message = error.format_message()
        asked_nothing = message.startswith("Usage:")
        _say(message if asked_nothing else f"gha-router: {message}\n  `--help` behind a command shows what it takes.")
        code = UsageError.exit_code
    except (KeyboardInterrupt, typer.Abort):
        _say("gha-router: cancelled")
        code = Cancelled.exit_code
    except BrokenPipeError:  # the reader of our output has gone, as in `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:  # no traceback reaches a user; whoever wants to mend it asks for one
        if os.environ.get("GHA_ROUTER_DEBUG"):
            raise
        if known := of_disk(error):
            _say(f"gha-router: {known}")
            return known.exit_code
        _say(f"gha-router: this is a fault of gha-router: {type(error).__name__}: {error}")
        _say("  GHA_ROUTER_DEBUG=1 shows where.")
        code = GhaRouterError.exit_code
    return code
