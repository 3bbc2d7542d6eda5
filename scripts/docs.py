"""Write what action.yml, the providers, the checks and the configuration's models say into docs."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.gallery.page import page as errors_page
from typer.main import get_command

from gha_router import errors
from gha_router.checks.reference import COMMON, entries
from gha_router.cli.app import app
from gha_router.cli.suites import app as suites
from gha_router.config import KNOWN_PROVIDERS
from gha_router.github.unsupported import NO_EFFECT, REFUSED
from gha_router.pipeline.whole import whole_schema
from gha_router.report.schema import report_schema

ACTION = ROOT / "action.yml"
PAGE = ROOT / "docs" / "inputs.md"
PROVIDERS = ROOT / "docs" / "providers.md"
CHECKS = ROOT / "docs" / "checks.md"
EXPLAINED = ROOT / "tests" / "golden" / "checks"
SCHEMA = ROOT / "docs" / "gha-router.schema.json"
ERRORS = ROOT / "docs" / "errors.md"
REPORT = ROOT / "docs" / "report.schema.json"
COMMANDS = ROOT / "docs" / "commands.md"
DECISIONS = ROOT / "docs" / "decisions"

CHECKS_HEAD = """\
# Checks

Made from the catalogue by `scripts/docs.py`; `gha-router checks` prints the same. A check is an item of a list under
`checks`: of the configuration, of a step, of the action's input, of a task. It runs after the agent has ended, on
what it left, and the agent never sees it. A step is verified when every required check passes.

A check is a mapping with its kind as a key. Every check also takes:
"""

COMMANDS_HEAD = """\
# Commands and exit codes

Made from the commands themselves by `scripts/docs.py`; `gha-router COMMAND --help` says the same.

## Exit codes

| code | meaning | what to do |
|--:|---|---|
| 0 | verified, or done | |
| 1 | it ran, and is not verified | read the report |
| 2 | a mistake in the configuration or the command line | the message says file, line and the nearest valid name |
| 3 | a provider, the network, the disk: not counted against a model | try again; `gha-router doctor` |
| 4 | the budget refused | raise it, or a cheaper model |
| 5 | who asked may not | somebody who may write asks |
| 130 | cancelled | |
"""
DECISIONS_HEAD = "# Decisions\n\nWhy things are as they are, each with what was measured and what else there was.\n\n"

Entry = Mapping[str, str]

HEAD = """\
# Inputs and outputs of the action

Made from [action.yml](../action.yml) by `scripts/docs.py`. An input that is empty counts as not given. Lists are
written with commas or in lines, truth values as `true` or `false`.
"""
REFUSED_HEAD = "Whoever uses one of these gets an error that names it: to go on without it would not be safe."
NO_EFFECT_HEAD = "These are accepted, so that a workflow for claude-code-action runs; whoever uses one gets a warning."


def page(action: Mapping[str, Mapping[str, Entry]]) -> str:
    """Return docs/inputs.md."""
    inputs = action["inputs"]
    return "\n".join(
        (
            HEAD,
            "## Inputs\n",
            table(inputs, served(inputs)),
            f"## Refused in this version\n\n{REFUSED_HEAD}\n",
            table(inputs, (name for name in inputs if name in REFUSED)),
            f"## Without effect in this version\n\n{NO_EFFECT_HEAD}\n",
            table(inputs, (name for name in inputs if name in NO_EFFECT)),
            "## Outputs\n",
            outputs_table(action["outputs"]),
        )
    )


def checks_page() -> str:
    """Return docs/checks.md: each kind with parameters, an example, and how it explains itself."""
    found = entries()
    index = "".join(f"| [`{one['kind']}`](#{one['kind']}) | {_cell(one['summary'])} |\n" for one in found)
    return (
        "\n".join(
            (
                CHECKS_HEAD,
                _pairs("key", COMMON),
                "| kind | passes when |\n|---|---|\n" + index,
                *(_check_section(one) for one in found),
            )
        ).rstrip("\n")
        + "\n"
    )


def _check_section(one: Mapping[str, Any]) -> str:
    parameters = dict(one["parameters"])
    if one["short"]:
        parameters = {one["short"]: parameters[one["short"]], **parameters}
    explained = (EXPLAINED / f"{one['kind']}.txt").read_text(encoding="utf-8")
    short = f"`{one['kind']}: X` is short for `{one['kind']}: {{{one['short']}: X}}`.\n\n" if one["short"] else ""
    return (
        f"## {one['kind']}\n\n{_cell(one['summary'])}.\n\n{_pairs('parameter', parameters)}\n{short}"
        f"```yaml\n- {one['example']}\n```\n\n```text\n{explained}```\n"
    )


def _pairs(head: str, rows: Mapping[str, str]) -> str:
    return f"| {head} | what |\n|---|---|\n" + "".join(f"| `{name}` | {_cell(what)} |\n" for name, what in rows.items())


def commands_page() -> str:
    """Return docs/commands.md: each command with its options, as the program itself knows them."""
    named = [*_commands(get_command(app), "gha-router"), *_commands(get_command(suites), "gha-router experiment")]
    codes = {one.exit_code for one in vars(errors).values() if hasattr(one, "exit_code")}
    missing = [code for code in codes if f"| {code} |" not in COMMANDS_HEAD]
    if missing:
        raise SystemExit(f"the page of commands lacks the exit codes {missing}")
    return "\n".join([COMMANDS_HEAD, *(_command_section(name, one) for name, one in sorted(named))]).rstrip("\n") + "\n"


def _commands(one: Any, name: str) -> Iterator[tuple[str, Any]]:
    inside = getattr(one, "commands", None)
    if inside is None:
        yield name, one
        return
    for word, command in inside.items():
        if not command.hidden:
            yield from _commands(command, f"{name} {word}")


def _command_section(name: str, one: Any) -> str:
    options = [option for option in one.params if option.name != "help" and not getattr(option, "hidden", False)]
    rows = "".join(
        f"| {_option(option)} | {_cell(option.help or '')}{' Required.' if option.required else ''} |\n"
        for option in options
    )
    table = f"| option | what |\n|---|---|\n{rows}\n" if rows else ""
    example = (one.epilog or "").removeprefix("Example: ")
    return f"## {name}\n\n{_cell(one.help or '')}\n\n{table}```sh\n{example}\n```\n"


def _option(option: Any) -> str:
    named = [option.metavar or option.name.upper()] if option.param_type_name == "argument" else option.opts
    return ", ".join(f"`{name}`" for name in named)


def decisions_page() -> str:
    """Return docs/decisions/README.md: each record by its title."""
    titles = {file.name: file.read_text(encoding="utf-8").partition("\n")[0] for file in DECISIONS.glob("0*.md")}
    return DECISIONS_HEAD + "".join(f"- [{title.lstrip('# ')}]({name})\n" for name, title in sorted(titles.items()))


def providers_table() -> str:
    """Return a Markdown table of the providers that are known by name."""
    rows = []
    for name, known in KNOWN_PROVIDERS.items():
        key = " or ".join(f"`{variable}`" for variable in (known.variable, known.token) if variable) or "none"
        rows.append(f"| `{name}` | {key} | `{known.format}` | {known.base_url or ''} |\n")
    return "| provider | key | format | address |\n|---|---|---|---|\n" + "".join(rows)


def with_block(text: str, name: str, block: str) -> str:
    """Return a text with this block between its markers. Raises ``SystemExit`` when it has none."""
    begin_line, end_line = f"<!-- {name}: begin (scripts/docs.py) -->\n", f"<!-- {name}: end -->"
    head, begin, rest = text.partition(begin_line)
    _, end, tail = rest.partition(end_line)
    if not (begin and end):
        raise SystemExit(f"there is no place for the {name}; put these lines where they go:\n{begin_line}{end_line}")
    return head + begin + block + end + tail


def served(inputs: Iterable[str]) -> list[str]:
    """Return the inputs that do something, in action.yml's order."""
    return [name for name in inputs if name not in REFUSED and name not in NO_EFFECT]


def table(inputs: Mapping[str, Entry], names: Iterable[str]) -> str:
    """Return a Markdown table of inputs."""
    rows = (f"| `{name}` | {_default(inputs[name])} | {_cell(inputs[name]['description'])} |\n" for name in names)
    return "| input | default | what |\n|---|---|---|\n" + "".join(rows)


def outputs_table(outputs: Mapping[str, Entry]) -> str:
    """Return a Markdown table of outputs."""
    rows = (f"| `{name}` | {_cell(output['description'])} |\n" for name, output in outputs.items())
    return "| output | what |\n|---|---|\n" + "".join(rows)


def _default(entry: Entry) -> str:
    default = entry.get("default", "")
    return f"`{default}`" if default else ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def pages() -> dict[Path, str]:
    """Return every file that this script writes, and what it should hold."""
    action = yaml.safe_load(ACTION.read_text(encoding="utf-8"))
    return {
        PAGE: page(action),
        PROVIDERS: with_block(PROVIDERS.read_text(encoding="utf-8"), "providers", providers_table()),
        CHECKS: checks_page(),
        COMMANDS: commands_page(),
        DECISIONS / "README.md": decisions_page(),
        SCHEMA: json.dumps(whole_schema(), indent=2) + "\n",
        ERRORS: errors_page(),
        REPORT: json.dumps(report_schema(), indent=2) + "\n",
    }


def main() -> None:
    """Write them."""
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
