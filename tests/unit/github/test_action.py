"""action.yml, the code and the documents say the same."""

import dataclasses
import runpy
from pathlib import Path
from typing import Any

import pytest
import yaml

from gha_router.agent.egress import Egress
from gha_router.errors import Position
from gha_router.github.claude_args import READ
from gha_router.github.inputs import FIELDS, OUTSIDE, FailOn, Inputs, ReportTo, read_inputs, variable
from gha_router.github.outputs import Outputs
from gha_router.github.unsupported import NO_EFFECT, REFUSED
from gha_router.records import Verdict

ROOT = Path(__file__).parents[3]
DOCS = runpy.run_path(str(ROOT / "scripts" / "docs.py"))  # a script, no module

# anthropics/claude-code-action v1, action.yml: every input, and its outputs that 6-github.md names.
THEIRS = set(
    """
additional_permissions allowed_bots allowed_non_write_users anthropic_api_key anthropic_federation_rule_id
anthropic_oidc_audience anthropic_organization_id anthropic_service_account_id anthropic_workspace_id assignee_trigger
base_branch bot_id bot_name branch_name_template branch_prefix classify_inline_comments claude_args
claude_code_oauth_token display_report exclude_comments_by_actor github_token include_comments_by_actor
include_fix_links label_trigger path_to_bun_executable path_to_claude_code_executable plugin_marketplaces plugins prompt
settings show_full_output ssh_signing_key track_progress trigger_phrase use_bedrock use_commit_signing use_foundry
use_sticky_comment use_vertex
""".split()  # noqa: SIM905  forty names read better so
)
THEIR_OUTPUTS = {"conclusion", "execution_file", "structured_output", "session_id", "branch_name"}


@pytest.fixture(scope="module")
def action() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8")))


def test_every_input_has_a_field_with_a_cleaner_and_every_field_an_input(action: dict[str, Any]) -> None:
    assert set(action["inputs"]) == set(FIELDS)
    assert all(callable(field.metadata["clean"]) for field in FIELDS.values())


def test_inputs_are_a_superset_of_claude_code_action_s() -> None:
    assert set(FIELDS) >= THEIRS


def test_defaults_in_action_yml_are_those_of_the_code(action: dict[str, Any]) -> None:
    defaults = {name: entry.get("default", "") for name, entry in action["inputs"].items()}
    computed = {name for name, default in defaults.items() if "${{" in default}
    assert computed == {"github_token", "runner_temp"}
    assert defaults["runner_temp"].startswith(OUTSIDE)
    assert read_inputs({variable(name): text for name, text in defaults.items() if name not in computed}) == Inputs()


def test_nothing_is_required_and_no_input_misses_its_description(action: dict[str, Any]) -> None:
    assert all(entry["required"] is False for entry in action["inputs"].values())
    assert all(entry["description"].endswith(".") for entry in action["inputs"].values())


def test_descriptions_say_what_this_version_does_not_do(action: dict[str, Any]) -> None:
    said = {name: entry["description"] for name, entry in action["inputs"].items()}
    assert {name for name, text in said.items() if text.startswith("No effect in this version")} == set(NO_EFFECT)
    assert {name for name, text in said.items() if text.startswith("Refused in this version")} == set(REFUSED)
    assert NO_EFFECT.keys() | REFUSED.keys() <= THEIRS | {"pipeline"}


def test_descriptions_name_every_word_of_a_closed_list(action: dict[str, Any]) -> None:
    said = {name: entry["description"] for name, entry in (action["inputs"] | action["outputs"]).items()}
    for name, words in (
        ("fail_on", FailOn),
        ("egress", Egress),
        ("report_to", ReportTo),
        ("verdict", Verdict),
        ("claude_args", READ),
    ):
        assert [word for word in words if f"`{word}`" not in said[name]] == []


def test_every_output_is_set_and_every_field_is_an_output(action: dict[str, Any]) -> None:
    assert set(action["outputs"]) == {field.name for field in dataclasses.fields(Outputs)}
    assert set(action["outputs"]) >= THEIR_OUTPUTS


def test_it_is_a_container_action_that_runs_our_command(action: dict[str, Any]) -> None:
    assert action["runs"] == {"using": "docker", "image": "Dockerfile"}


@pytest.mark.parametrize("path", DOCS["pages"](), ids=lambda path: path.name)
def test_a_generated_page_is_what_its_sources_say(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == DOCS["pages"]()[path], "run python scripts/docs.py"


def test_the_page_has_every_input_and_output_once(action: dict[str, Any]) -> None:
    rows = [line.split("`")[1] for line in DOCS["page"](action).splitlines() if line.startswith("| `")]
    assert sorted(rows) == sorted([*action["inputs"], *action["outputs"]])


def test_a_block_is_put_between_its_markers() -> None:
    begin, end = "<!-- x: begin (scripts/docs.py) -->\n", "<!-- x: end -->"
    written = DOCS["with_block"](f"before\n{begin}old\n{end}\nafter\n", "x", "new\n")
    assert written == f"before\n{begin}new\n{end}\nafter\n"
    with pytest.raises(SystemExit, match="no place for the x"):
        DOCS["with_block"]("no markers", "x", "new\n")


def test_an_input_s_place_is_no_file() -> None:
    assert str(Position("input `checks`", 1, 2)) == "input `checks`:1:2"
