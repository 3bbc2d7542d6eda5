"""A model knows its task by the prompt; without one it says so."""

from dataclasses import replace

import pytest

from gha_router.sim import FIVE, PERSONALITIES
from gha_router.sim.anthropic_api.request import read_conversation
from gha_router.sim.cast import Cast, personality_of
from gha_router.sim.reply import Text, ToolUse
from gha_router.sim.script import Script, Step
from tests.unit.sim.scenes import SCRIPT, request

CAST = Cast(scripts=(SCRIPT,))


@pytest.mark.parametrize(
    "prompt",
    ["Count the notes.", "  Count\n the   notes.\n", "Be brief.\n\nCount the notes.\n\nAnswer in JSON."],
)
def test_a_script_is_found_whatever_the_white_space_and_what_stands_around_it(prompt: str) -> None:
    assert CAST.script_for(prompt) is SCRIPT


def test_the_longest_prompt_that_fits_wins() -> None:
    longer = replace(SCRIPT, prompt="Count the notes. Then count again.")
    assert Cast(scripts=(SCRIPT, longer)).script_for("Count the notes. Then count again.") is longer


@pytest.mark.parametrize("name", FIVE)
def test_without_a_script_every_model_says_so(name: str) -> None:
    conversation = read_conversation(request("Give this session a title."))
    (block,) = CAST.reply(PERSONALITIES[name], conversation).blocks
    assert block == Text(text="sim: no script for this prompt, so nothing was done.")


@pytest.mark.parametrize("model", ["sim/clock-blind", "clock-blind"])
def test_a_model_is_known_with_and_without_the_prefix(model: str) -> None:
    assert personality_of(model) is PERSONALITIES["sim/clock-blind"]


@pytest.mark.parametrize("model", ["", "sim/", "honest/sim", "claude-sonnet-4-5"])
def test_other_models_are_unknown(model: str) -> None:
    assert personality_of(model) is None


def improvised(prompt: str) -> tuple[Step, Script]:
    """Return the one step of a script, and the script."""
    script = CAST.script_for(prompt)
    assert script is not None
    ((step,),) = script.turns
    return step, script


@pytest.mark.parametrize(
    ("prompt", "path", "content"),
    [
        ("Create a file hello.txt containing hello world", "${cwd}/hello.txt", "hello world\n"),
        ("create a file `a/b.md` containing 'one two', please.", "${cwd}/a/b.md", "one two\n"),
        ("Create a file x containing 1.5\n\nAnswer in JSON.", "${cwd}/x", "1.5\n"),
    ],
)
def test_a_plain_prompt_for_a_file_writes_it(prompt: str, path: str, content: str) -> None:
    step, script = improvised(prompt)
    assert step.tool == "Write"
    assert step.input == {"file_path": path, "content": content}
    assert script.final.endswith("Done.")


@pytest.mark.parametrize(("prompt", "command"), [("Run make x", "make x"), ("Run `ls -l` now", "ls -l")])
def test_a_plain_prompt_for_a_command_runs_it(prompt: str, command: str) -> None:
    assert improvised(prompt)[0].input["command"] == command


@pytest.mark.parametrize("prompt", ["Count the lines of README.md.", "Count the lines of `README.md`"])
def test_a_plain_prompt_for_a_count_counts(prompt: str) -> None:
    step, script = improvised(prompt)
    assert step.input["command"] == "wc -l < README.md"
    assert script.final.startswith("README.md has ${lines} lines.")


def test_an_improvised_script_is_played_like_any_other() -> None:
    prompt = "Count the lines of README.md"
    (first,) = CAST.reply(PERSONALITIES["sim/honest"], read_conversation(request(prompt))).blocks
    (last,) = CAST.reply(PERSONALITIES["sim/miscounter"], read_conversation(request(prompt, "354"))).blocks
    assert isinstance(first, ToolUse)
    assert last == Text(text="README.md has 184 lines.\n\nDone.")
