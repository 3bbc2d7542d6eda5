"""The inputs of the action: a superset of anthropics/claude-code-action's, of the same names and meanings.

A field is an input, its metadata the one cleaner that reads it, ``repr=False`` a secret. The runner hands an input
over as ``INPUT_NAME``: upper case, blanks as ``_``, hyphens as they are; one that was not given arrives empty.
"""

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

from gha_router.agent.egress import Egress
from gha_router.checks import Check
from gha_router.config import TaskType, suggest
from gha_router.errors import UsageError
from gha_router.github import cleaners as clean
from gha_router.github.claude_args import ClaudeArgs, claude_args
from gha_router.github.push import CommitTo
from gha_router.github.unsupported import NO_EFFECT, REFUSED
from gha_router.records import AgentKind

PREFIX = "INPUT_"
# An input that ends so is a provider's key, and the variable of the same name is where the configuration looks.
KEYS = ("_api_key", "_oauth_token")
OUTSIDE = "outside:"  # keeps the runner from translating the path behind it into ours


class FailOn(StrEnum):
    """When the step fails."""

    FAILED = "failed"  # unless the result is verified
    ERROR = "error"  # when it could not be run, but not when its result did not hold
    NEVER = "never"  # whatever became of the run; a mistake in the workflow still fails


class ReportTo(StrEnum):
    """Where the report goes, beside the files."""

    SUMMARY = "summary"
    COMMENT = "comment"


def _by(cleaner: clean.Cleaner) -> Mapping[str, clean.Cleaner]:
    return {"clean": cleaner}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What the workflow asks for. ``None``, empty or the default: it does not say."""

    # What is to be done, by whom, and how it is checked
    prompt: str | None = field(default=None, metadata=_by(clean.text))
    task: Path | None = field(default=None, metadata=_by(clean.path))
    pipeline: str | None = field(default=None, metadata=_by(clean.text))
    config: Path | clean.Inline | None = field(default=None, metadata=_by(clean.document))
    model: str | None = field(default=None, metadata=_by(clean.text))
    tier: int | None = field(default=None, metadata=_by(clean.tier))
    route: TaskType | None = field(default=None, metadata=_by(clean.one_of(TaskType)))
    checks: tuple[Check, ...] = field(default=(), metadata=_by(clean.inline_checks))
    agent: AgentKind | None = field(default=None, metadata=_by(clean.one_of(AgentKind)))
    budget_usd: Decimal | None = field(default=None, metadata=_by(clean.money))
    claude_args: ClaudeArgs = field(default=ClaudeArgs(), metadata=_by(claude_args))
    egress: Egress = field(default=Egress.OPEN, metadata=_by(clean.one_of(Egress)))
    # What comes of it
    report_to: tuple[ReportTo, ...] = field(default=(ReportTo.SUMMARY,), metadata=_by(clean.some_of(ReportTo)))
    commit: CommitTo = field(default=CommitTo.NONE, metadata=_by(clean.one_of(CommitTo)))
    commit_unverified: bool = field(default=False, metadata=_by(clean.boolean))
    handoff: Path | None = field(default=None, metadata=_by(clean.path))
    fail_on: FailOn = field(default=FailOn.FAILED, metadata=_by(clean.one_of(FailOn)))
    out: Path | None = field(default=None, metadata=_by(clean.path))
    runner_temp: Path | None = field(default=None, metadata=_by(clean.outside(OUTSIDE)))
    # Keys
    claude_code_oauth_token: str | None = field(default=None, repr=False, metadata=_by(clean.secret))
    anthropic_api_key: str | None = field(default=None, repr=False, metadata=_by(clean.secret))
    openrouter_api_key: str | None = field(default=None, repr=False, metadata=_by(clean.secret))
    openai_api_key: str | None = field(default=None, repr=False, metadata=_by(clean.secret))
    gemini_api_key: str | None = field(default=None, repr=False, metadata=_by(clean.secret))
    deepseek_api_key: str | None = field(default=None, repr=False, metadata=_by(clean.secret))
    zai_api_key: str | None = field(default=None, repr=False, metadata=_by(clean.secret))
    moonshot_api_key: str | None = field(default=None, repr=False, metadata=_by(clean.secret))
    mistral_api_key: str | None = field(default=None, repr=False, metadata=_by(clean.secret))
    groq_api_key: str | None = field(default=None, repr=False, metadata=_by(clean.secret))
    azure_api_key: str | None = field(default=None, repr=False, metadata=_by(clean.secret))
    github_token: str | None = field(default=None, repr=False, metadata=_by(clean.secret))
    # Of claude-code-action
    allowed_bots: tuple[str, ...] = field(default=(), metadata=_by(clean.names))
    display_report: bool = field(default=False, metadata=_by(clean.boolean))
    base_branch: str | None = field(default=None, metadata=_by(clean.text))
    branch_prefix: str = field(default="claude/", metadata=_by(clean.text))
    bot_id: str = field(default="41898282", metadata=_by(clean.text))
    bot_name: str = field(default="claude[bot]", metadata=_by(clean.text))
    # Of claude-code-action, and without effect or refused
    settings: str | None = field(default=None, metadata=_by(clean.text))
    trigger_phrase: str = field(default="@claude", metadata=_by(clean.text))
    assignee_trigger: str | None = field(default=None, metadata=_by(clean.text))
    label_trigger: str = field(default="claude", metadata=_by(clean.text))
    branch_name_template: str | None = field(default=None, metadata=_by(clean.text))
    allowed_non_write_users: tuple[str, ...] = field(default=(), metadata=_by(clean.names))
    include_comments_by_actor: tuple[str, ...] = field(default=(), metadata=_by(clean.names))
    exclude_comments_by_actor: tuple[str, ...] = field(default=(), metadata=_by(clean.names))
    anthropic_federation_rule_id: str | None = field(default=None, metadata=_by(clean.text))
    anthropic_organization_id: str | None = field(default=None, metadata=_by(clean.text))
    anthropic_service_account_id: str | None = field(default=None, metadata=_by(clean.text))
    anthropic_workspace_id: str | None = field(default=None, metadata=_by(clean.text))
    anthropic_oidc_audience: str | None = field(default=None, metadata=_by(clean.text))
    use_bedrock: bool = field(default=False, metadata=_by(clean.boolean))
    use_vertex: bool = field(default=False, metadata=_by(clean.boolean))
    use_foundry: bool = field(default=False, metadata=_by(clean.boolean))
    additional_permissions: tuple[str, ...] = field(default=(), metadata=_by(clean.lines))
    use_sticky_comment: bool = field(default=False, metadata=_by(clean.boolean))
    classify_inline_comments: bool = field(default=True, metadata=_by(clean.boolean))
    use_commit_signing: bool = field(default=False, metadata=_by(clean.boolean))
    ssh_signing_key: str | None = field(default=None, repr=False, metadata=_by(clean.text))
    track_progress: bool = field(default=False, metadata=_by(clean.boolean))
    include_fix_links: bool = field(default=True, metadata=_by(clean.boolean))
    path_to_claude_code_executable: str | None = field(default=None, metadata=_by(clean.text))
    path_to_bun_executable: str | None = field(default=None, metadata=_by(clean.text))
    show_full_output: bool = field(default=False, metadata=_by(clean.boolean))
    plugins: tuple[str, ...] = field(default=(), metadata=_by(clean.lines))
    plugin_marketplaces: tuple[str, ...] = field(default=(), metadata=_by(clean.lines))


FIELDS = {one.name: one for one in dataclasses.fields(Inputs)}


def variable(name: str) -> str:
    """Return the variable in which the runner hands an input over."""
    return PREFIX + name.replace(" ", "_").upper()


SECRET_VARIABLES = frozenset(variable(name) for name, one in FIELDS.items() if not one.repr)


def read_inputs(env: Mapping[str, str]) -> Inputs:
    """Return the inputs. Raises ``UsageError`` for the first that cannot be used, by its name in the workflow."""
    given = {name: text for name in FIELDS if (text := _trimmed(env.get(variable(name), "")))}
    values: dict[str, Any] = {name: FIELDS[name].metadata["clean"](name, text) for name, text in given.items()}
    inputs = Inputs(**values)
    for name in _beyond(inputs, REFUSED):
        raise clean.wrong(name, "this version cannot do that", REFUSED[name])
    _one_of(inputs, "prompt", "pipeline", "task")
    _one_of(inputs, "model", "tier", "route")
    if inputs.claude_args.model and (inputs.model or inputs.tier is not None or inputs.route):
        hint = "Remove `--model` from `claude_args`, or the other input."
        raise UsageError("inputs name two models to ask: `--model` in `claude_args` is one of them", hint=hint)
    if inputs.commit_unverified and inputs.commit is CommitTo.NONE:
        raise UsageError("input `commit_unverified` has nothing to commit", hint="Say where: `commit: branch` or `pr`.")
    if inputs.task and inputs.checks:
        raise UsageError("inputs `task` and `checks` exclude each other", hint="A task brings its own checks.")
    return inputs


def warnings(inputs: Inputs, env: Mapping[str, str]) -> tuple[str, ...]:
    """Return a line for each input that was given and does nothing."""
    unknown = sorted(name for name in env if name.startswith(PREFIX) and name not in map(variable, FIELDS))
    mistyped = (name.removeprefix(PREFIX).lower() for name in unknown if env[name].strip())
    return (
        *(f"input `{name}` does not exist, so nothing reads it. {suggest(name, FIELDS)}" for name in mistyped),
        *(f"input `{name}` has no effect: {NO_EFFECT[name]}" for name in _beyond(inputs, NO_EFFECT)),
        *(f"input `claude_args`: `{flag}` has no effect in this version" for flag in inputs.claude_args.left_out),
    )


def given_secrets(env: Mapping[str, str]) -> tuple[str, ...]:
    """Return the secrets as they were handed over, for masking: also those that no cleaner would take."""
    return tuple(text for name in sorted(SECRET_VARIABLES) if (text := env.get(name, "").strip()))


def secret_values(inputs: Inputs) -> tuple[str, ...]:
    """Return every secret that was given, for redaction."""
    return tuple(value for name, one in FIELDS.items() if not one.repr and (value := getattr(inputs, name)))


def provider_env(inputs: Inputs) -> dict[str, str]:
    """Return the provider keys as the variables in which the configuration looks for them."""
    given = {name.upper(): getattr(inputs, name) for name in FIELDS if name.endswith(KEYS)}
    return {name: value for name, value in given.items() if value}


def _trimmed(text: str) -> str:
    """Return the text without what surrounds it; a first line keeps its indentation, which YAML needs."""
    kept = re.sub(r"\A(?:[ \t]*\r?\n)+", "", text).rstrip()
    return kept if "\n" in kept else kept.strip()


def _beyond(inputs: Inputs, table: Mapping[str, str]) -> list[str]:
    """Return the inputs of a table that ask for something: what is switched off needs no support."""
    return [name for name in table if (value := getattr(inputs, name)) and value != FIELDS[name].default]


def _one_of(inputs: Inputs, *names: str) -> None:
    named = [f"`{name}`" for name in names if getattr(inputs, name) is not None]
    if len(named) > 1:
        raise UsageError(f"inputs {' and '.join(named)} exclude each other", hint="Keep one of them.")
