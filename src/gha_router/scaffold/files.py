"""The text of each file, from its template: ``<< >>`` is ours there, since ``${{ }}`` is GitHub's."""

import json
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from importlib.resources import files as of_package
from typing import TYPE_CHECKING

from gha_router.config import built_in_document
from gha_router.errors import UsageError
from gha_router.scaffold.seen import OURS, Seen

if TYPE_CHECKING:
    from jinja2 import Environment

CONFIG = ".github/gha-router.yml"
CHECKOUT = "actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0"


class Workflow(StrEnum):
    """What can be chosen: a prompt by hand, ``/route`` comments, experiments, claude-code-action verified."""

    RUN = "run"
    COMMENT = "comment"
    EXPERIMENT = "experiment"
    OFFICIAL = "official"


# The keys that the workflows to be called take; all others go through the action's own inputs.
CALLED: Sequence[str] = (
    "ANTHROPIC_API_KEY",
    "CLAUDE_CODE_OAUTH_TOKEN",
    "OPENROUTER_API_KEY",
    "OPENAI_API_KEY",
    "GEMINI_API_KEY",
    "DEEPSEEK_API_KEY",
)
TAKES: Mapping[Workflow, Sequence[str]] = {
    Workflow.RUN: (*CALLED, "ZAI_API_KEY", "MOONSHOT_API_KEY", "MISTRAL_API_KEY", "GROQ_API_KEY"),
    Workflow.COMMENT: CALLED,
    Workflow.EXPERIMENT: tuple(name for name in CALLED if name != "CLAUDE_CODE_OAUTH_TOKEN"),
    Workflow.OFFICIAL: CALLED,
}


def takes(workflow: Workflow, seen: Seen) -> list[str]:
    """Return the keys that a workflow would be given; without one it could ask nobody."""
    return [name for name in seen.secrets if name in TAKES[workflow]]


def files(seen: Seen, chosen: Sequence[Workflow]) -> Iterator[tuple[str, str]]:
    """Yield each file's path in the repository and its text, the configuration first.

    Raises ``UsageError`` where a workflow takes none of the keys.
    """
    document = built_in_document(dict.fromkeys(seen.secrets, "set"))
    models = {name: _deployments(given) for name, given in document["models"].items()}
    made = _environment()
    for workflow in chosen:  # before the first file: who is refused has not half of them
        if not takes(workflow, seen):
            raise UsageError(
                f"the workflow `{workflow}` takes none of the keys that are named here: {', '.join(seen.secrets)}",
                hint=f"It takes {', '.join(TAKES[workflow])}. Leave it out: `--with run` takes all.",
            )
    yield (
        CONFIG,
        made.from_string(_template("config")).render(
            seen=seen, document=document | {"models": models}, official=Workflow.OFFICIAL in chosen
        ),
    )
    for workflow in chosen:
        text = made.from_string(_template(workflow)).render(
            keys=takes(workflow, seen), names=list(models), checkout=CHECKOUT
        )
        yield f".github/workflows/{OURS}{workflow}.yml", text


def _deployments(given: Sequence[Mapping[str, object]]) -> str:
    """Return a model's deployments as they are written by hand: one as a text, several as a list."""
    names = [str(one["model"]) for one in given]
    return names[0] if len(names) == 1 else f"[{names[0]}, {{model: {names[1]}, order: 2}}]"


def _environment() -> "Environment":
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415  the other commands load without it

    made = Environment(
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  YAML, of names that we know and texts that are quoted
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["tojson"] = lambda value: json.dumps(value, ensure_ascii=False)  # a double-quoted text of YAML
    return made


def _template(name: str) -> str:
    return (of_package("gha_router.scaffold") / "templates" / f"{name}.yml.jinja").read_text(encoding="utf-8")
