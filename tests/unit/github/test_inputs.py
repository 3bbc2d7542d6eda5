"""Inputs as the runner hands them over: a value, or an error that names the input as the workflow does."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gha_router.config import KNOWN_PROVIDERS, TaskType
from gha_router.errors import UsageError
from gha_router.github.claude_args import ClaudeArgs
from gha_router.github.cleaners import Inline
from gha_router.github.inputs import (
    FIELDS,
    SECRET_VARIABLES,
    FailOn,
    Inputs,
    ReportTo,
    provider_env,
    read_inputs,
    secret_values,
    variable,
    warnings,
)
from gha_router.github.unsupported import NO_EFFECT, REFUSED
from tests.golden import check_golden

CANARY = "sk-canary-7f3a9c"
PRIVATE = "-----BEGIN KEY-----\nabcdef\n-----END KEY-----"
MISTAKES = {
    "budget_usd": "two",
    "tier": "5",
    "route": "quickfix",
    "fail_on": "fail",
    "report_to": "summary,mail",
    "track_progress": "yes",
    "claude_args": "--disallowedTools Bash",
    "checks": "- exists: a.md\n- exist: b.md",
    "settings": '{"permissions": {"deny": ["Bash"]}}',
    "use_bedrock": "true",
    "openai_api_key": "two words",
}


def read(**inputs: str) -> Inputs:
    return read_inputs({variable(name): text for name, text in inputs.items()})


def mistake(**inputs: str) -> str:
    with pytest.raises(UsageError) as caught:
        read(**inputs)
    return str(caught.value)


def test_nothing_given_is_nothing_asked() -> None:
    assert read_inputs({}) == Inputs()
    assert read_inputs({variable(name): " \n" for name in FIELDS}) == Inputs()


def test_a_pipeline_is_named_alone() -> None:
    assert read(pipeline="research").pipeline == "research"
    assert mistake(prompt="Fix it", pipeline="research").startswith("inputs `prompt` and `pipeline` exclude each other")


def test_every_kind_of_input_is_read() -> None:
    inputs = read(
        prompt="  Fix the typo\n",
        config="ci/gha-router.yml",
        tier="3",
        budget_usd="2.50",
        checks="- exists: a.md\n- line_count: {file: a.md, equals: 3}",
        claude_args="# fewer\n--max-turns 7",
        allowed_bots="dependabot[bot], renovate,\nrenovate",
        fail_on="never",
        report_to="none",
        out="results",
        runner_temp="outside:/home/runner/work/_temp",
    )
    assert inputs.prompt == "Fix the typo"
    assert inputs.config == Path("ci/gha-router.yml")
    assert (inputs.tier, inputs.budget_usd) == (3, Decimal("2.50"))
    assert [check.name for check in inputs.checks] == ["exists a.md", "line_count a.md"]
    assert inputs.claude_args == ClaudeArgs(turn_limit=7)
    assert inputs.allowed_bots == ("dependabot[bot]", "renovate")
    assert (inputs.fail_on, inputs.report_to) == (FailOn.NEVER, ())
    assert (inputs.out, inputs.runner_temp) == (Path("results"), Path("/home/runner/work/_temp"))


@pytest.mark.parametrize("text", ["version: 1", "default: a\nmodels: {}", "{version: 1}", "# ours\nversion: 1"])
def test_a_configuration_may_stand_in_the_workflow(text: str) -> None:
    assert read(config=text).config == Inline(name="input `config`", text=text)


@pytest.mark.parametrize("text", ["gha-router.yml", ".github/gha-router.yml", "a:b.yml", "/etc/x"])
def test_and_a_path_stays_a_path(text: str) -> None:
    assert read(config=text).config == Path(text)


@pytest.mark.parametrize(("yes", "no"), [("true", "false"), ("True", "False"), ("TRUE", "FALSE")])
def test_truth_values_are_those_of_yaml(yes: str, no: str) -> None:
    assert read(track_progress=yes).track_progress
    assert not read(classify_inline_comments=no).classify_inline_comments


def test_mistakes_name_the_input_and_what_is_allowed() -> None:
    check_golden("inputs/mistakes.txt", "\n\n".join(mistake(**{name: text}) for name, text in MISTAKES.items()) + "\n")


@pytest.mark.parametrize(("name", "text"), MISTAKES.items())
def test_a_mistake_s_message_begins_with_the_input_s_name(name: str, text: str) -> None:
    assert mistake(**{name: text}).startswith(f"input `{name}`:")


@pytest.mark.parametrize(
    "inputs",
    [
        {"prompt": "a", "task": "b"},
        {"model": "a", "tier": "1"},
        {"tier": "0", "route": "docs"},
        {"tier": "0", "claude_args": "--model a"},
        {"task": "a", "checks": "- exists: b"},
    ],
)
def test_what_excludes_each_other_is_refused(inputs: dict[str, str]) -> None:
    message = mistake(**inputs)
    assert all(f"`{name}`" in message for name in inputs if name != "tier" or "claude_args" not in inputs)


def test_a_mistake_in_the_checks_says_in_which_line_of_the_input() -> None:
    assert mistake(checks="- exists: a\n- contains: 3").startswith("input `checks`:2:3: ")
    assert mistake(checks="- exists: a\n- ]").startswith("input `checks`:2:3: ")
    assert mistake(checks="exists: a").startswith("input `checks`: this is no list")


def test_an_indented_list_of_checks_keeps_its_shape() -> None:
    assert len(read(checks="\n  \n  - exists: a\n  - exists: b\n").checks) == 2


@settings(deadline=None)
@given(st.text())
def test_any_text_as_checks_gives_checks_or_a_usage_error(text: str) -> None:
    try:
        assert isinstance(read(checks=text).checks, tuple)
    except UsageError as error:
        assert str(error).startswith("input `checks`:")  # noqa: PT017  both ways out are right


@settings(deadline=None)
@given(st.sampled_from(sorted(set(FIELDS) - {"checks"})), st.text())
def test_any_text_in_any_input_gives_inputs_or_an_error_that_names_it(name: str, text: str) -> None:
    try:
        assert isinstance(read(**{name: text}), Inputs)
    except UsageError as error:
        assert str(error).startswith(f"input `{name}`:")  # noqa: PT017  both ways out are right


def test_secrets_are_given_out_and_never_shown() -> None:
    names = [name for name, field in FIELDS.items() if not field.repr]
    inputs = read(**{name: CANARY + name for name in names if name != "ssh_signing_key"}, ssh_signing_key=PRIVATE)
    assert set(secret_values(inputs)) == {CANARY + name for name in names if name != "ssh_signing_key"} | {PRIVATE}
    assert CANARY not in repr(inputs)
    assert "BEGIN" not in repr(inputs)
    assert {variable(name) for name in names} == SECRET_VARIABLES


def test_a_broken_secret_is_not_repeated() -> None:
    assert CANARY not in mistake(anthropic_api_key=f"{CANARY}\n{CANARY}")


def test_whatever_is_named_a_key_or_a_token_is_a_secret() -> None:
    looks = [name for name in FIELDS if name.endswith(("_api_key", "_token", "_signing_key"))]
    assert looks
    assert not [name for name in looks if FIELDS[name].repr]


def test_keys_reach_the_variables_that_the_configuration_knows() -> None:
    keys = {name: CANARY for name in FIELDS if name.endswith(("_api_key", "_oauth_token"))}
    found = provider_env(read(**keys))
    known = {variable for known in KNOWN_PROVIDERS.values() for variable in (known.variable, known.token) if variable}
    assert found.keys() == known
    assert set(found.values()) == {CANARY}
    assert provider_env(Inputs()) == {}


def other_than_default(name: str) -> str:
    match FIELDS[name].default:
        case True:
            return "false"
        case False:
            return "true"
    return "something-else"


@pytest.mark.parametrize("name", NO_EFFECT)
def test_an_input_without_effect_warns_once_when_it_asks_for_something(name: str) -> None:
    inputs = read(**{name: other_than_default(name)})
    found = warnings(inputs, {})
    switched_off = FIELDS[name].default is True
    assert [line.startswith(f"input `{name}` has no effect: ") for line in found] == ([] if switched_off else [True])
    assert CANARY not in "".join(found)


@pytest.mark.parametrize("name", REFUSED)
def test_an_input_that_must_not_be_ignored_ends_the_run(name: str) -> None:
    assert mistake(**{name: other_than_default(name)}).startswith(f"input `{name}`: this version cannot do that")


def test_a_mistyped_input_is_named_with_the_nearest() -> None:
    env = {"INPUT_BUDGET_USB": "1", "INPUT_EMPTY": "", "INPUT_PROMPT": "x"}
    assert warnings(read_inputs(env), env) == (
        "input `budget_usb` does not exist, so nothing reads it. Did you mean `budget_usd`?",
    )


def test_arguments_of_claude_are_read_left_out_or_refused() -> None:
    inputs = read(claude_args="--model=opus --max-turns 20\n  # nothing\n--verbose --mcp-config 'a b.json' --verbose")
    assert inputs.claude_args == ClaudeArgs(model="opus", turn_limit=20, left_out=("--verbose", "--mcp-config"))
    assert warnings(inputs, {}) == (
        "input `claude_args`: `--verbose` has no effect in this version",
        "input `claude_args`: `--mcp-config` has no effect in this version",
    )


@pytest.mark.parametrize(
    "text",
    [
        "--allowedTools Read",
        "--permission-mode plan",
        "--append-system-prompt 'never push'",
        "--model",
        "--max-turns many",
        "--max-turns 0",
        "'open",
        "stray",
        "-p",
    ],
)
def test_no_other_argument_passes(text: str) -> None:
    assert mistake(claude_args=text).startswith("input `claude_args`: ")


def test_names_are_the_runner_s() -> None:
    assert variable("allowed bots") == "INPUT_ALLOWED_BOTS"
    assert variable("dry-run") == "INPUT_DRY-RUN"


def test_closed_lists_are_those_of_the_configuration() -> None:
    assert {read(route=task.value).route for task in TaskType} == set(TaskType)
    assert read(report_to="summary").report_to == (ReportTo.SUMMARY,)
