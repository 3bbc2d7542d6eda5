"""Write docs/inputs.md, and the README's tables between their markers, from action.yml."""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "src"))

from gha_router.github.unsupported import NO_EFFECT, REFUSED

ACTION = ROOT / "action.yml"
PAGE = ROOT / "docs" / "inputs.md"
README = ROOT / "README.md"
BEGIN, END = "<!-- inputs: begin (scripts/docs.py) -->\n", "<!-- inputs: end -->"

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


def readme_block(action: Mapping[str, Mapping[str, Entry]]) -> str:
    """Return what the README shows: the inputs that do something."""
    inputs = action["inputs"]
    return table(inputs, served(inputs)) + "\nAll inputs and outputs: [docs/inputs.md](docs/inputs.md).\n"


def with_block(readme: str, block: str) -> str:
    """Return the README's text with this block. Raises ``SystemExit`` when it has no markers."""
    head, begin, rest = readme.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"README.md has no place for the inputs; put these lines into it:\n{BEGIN}{END}")
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


def main() -> None:
    """Write both."""
    action = yaml.safe_load(ACTION.read_text(encoding="utf-8"))
    PAGE.write_text(page(action), encoding="utf-8")
    README.write_text(with_block(README.read_text(encoding="utf-8"), readme_block(action)), encoding="utf-8")


if __name__ == "__main__":
    main()
