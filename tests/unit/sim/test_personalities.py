"""Each personality keeps to its character, turn by turn."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.sim import FIVE, MUTANTS, PERSONALITIES, PRICES
from gha_router.sim.personalities.clock_blind import BOAST, TASK_S
from gha_router.sim.personalities.miscounter import misremember
from gha_router.sim.personalities.slow import DELAY_S, PATIENCE
from gha_router.sim.personality import Scene
from gha_router.sim.reply import Reply, Text, ToolUse
from gha_router.sim.script import Parallel, Step
from tests.unit.sim.scenes import SCRIPT, scene


def first_step() -> Step:
    """Return the first call of the script, under no name."""
    ((step,), *_) = SCRIPT.turns
    return replace(step, save=None)


OUTPUTS = ("354", "354 again", "File created")
WORKERS = ("sim/honest", "sim/oracle", "sim/slow", "sim/clock-blind", "sim/miscounter")


def answer(name: str, seen: Scene) -> Reply:
    return PERSONALITIES[name].answer(seen)


def said(reply: Reply) -> str:
    (block,) = reply.blocks
    assert isinstance(block, Text)
    return block.text


def called(reply: Reply) -> ToolUse:
    (block,) = reply.blocks
    assert isinstance(block, ToolUse)
    return block


def test_all_are_found_and_have_a_price() -> None:
    assert set(PERSONALITIES) == {*FIVE, *MUTANTS, "sim/oracle", "sim/nop", "sim/judge"}
    assert set(PRICES) == set(PERSONALITIES)
    assert PRICES["sim/honest"] == (Decimal(3), Decimal(15))


def test_the_prices_of_the_five_are_ordered_as_the_real_ones() -> None:
    output = {name: PRICES[name][1] for name in FIVE}
    assert max(FIVE, key=output.__getitem__) == "sim/honest"
    assert output["sim/slow"] == output["sim/lazy"] > output["sim/clock-blind"] > output["sim/miscounter"]


@pytest.mark.parametrize("name", ["sim/honest", "sim/oracle"])
def test_the_honest_model_replays_the_script(name: str) -> None:
    assert called(answer(name, scene(SCRIPT))).input == {"command": "ls | wc -l"}
    assert called(answer(name, scene(SCRIPT, *OUTPUTS[:1]))).input == {"command": "echo 354 again"}
    assert called(answer(name, scene(SCRIPT, *OUTPUTS[:2]))) == ToolUse(
        name="Write", input={"file_path": "/home/me/project/notes.txt", "content": "354\n354 again\n"}
    )
    assert said(answer(name, scene(SCRIPT, *OUTPUTS))) == "There are 354 notes. I wrote notes.txt. Done."


def test_the_slow_model_is_right_after_a_delay() -> None:
    last = answer("sim/slow", scene(SCRIPT, *OUTPUTS))
    assert said(last) == "There are 354 notes. I wrote notes.txt. Done."
    assert last.delay_s == answer("sim/slow", scene(SCRIPT)).delay_s == DELAY_S


def test_the_slow_model_gives_up_a_long_task_after_a_look() -> None:
    long = replace(SCRIPT, steps=SCRIPT.steps[:1] * (PATIENCE + 1))
    assert called(answer("sim/slow", scene(long))).name == "Bash"
    message = said(answer("sim/slow", scene(long, "354")))
    assert "I stop here" in message
    assert "done" not in message.lower()


def test_the_clock_blind_model_is_right_and_boasts_at_the_end_only() -> None:
    assert called(answer("sim/clock-blind", scene(SCRIPT))).input == {"command": "ls | wc -l"}
    message = said(answer("sim/clock-blind", scene(SCRIPT, *OUTPUTS)))
    assert message == f"There are 354 notes. I wrote notes.txt. Done.\n\n{BOAST}"


def test_the_clock_blind_model_takes_far_longer_than_it_claims() -> None:
    turns = [answer("sim/clock-blind", scene(SCRIPT, *OUTPUTS[:n])) for n in range(4)]
    assert sum(turn.delay_s for turn in turns) == pytest.approx(TASK_S)
    assert TASK_S > 3 * 1.4


def test_the_miscounter_scales_counts_in_files_and_messages_but_not_in_commands() -> None:
    assert called(answer("sim/miscounter", scene(SCRIPT, "354"))).input == {"command": "echo 354 again"}
    write = called(answer("sim/miscounter", scene(SCRIPT, *OUTPUTS[:2])))
    assert write.input["content"] == "184\n354 again\n"
    assert said(answer("sim/miscounter", scene(SCRIPT, *OUTPUTS))).startswith("There are 184 notes.")


@given(st.integers(min_value=1, max_value=10**9))
def test_a_count_that_is_misremembered_is_always_wrong(number: int) -> None:
    assert int(misremember(str(number))) < number


@pytest.mark.parametrize("output", ["", "2025-08-09T12:34:56Z", "README.md\nsrc", "-3", "3.5", "３"])
def test_what_is_no_plain_whole_number_is_remembered(output: str) -> None:
    assert misremember(output) == output


def test_the_lazy_model_claims_without_a_call() -> None:
    assert said(answer("sim/lazy", scene(SCRIPT))) == "I'll analyze the files... Done! The task is complete."


def test_nop_ends_the_turn_and_claims_nothing() -> None:
    assert said(answer("sim/nop", scene(SCRIPT))) == "…"


@pytest.mark.parametrize("name", WORKERS)
def test_after_a_failed_call_a_worker_says_so_and_stops(name: str) -> None:
    message = said(answer(name, scene(SCRIPT, "354", "Exit code 2\nno such file", failed=True)))
    assert message == "A tool call failed: Exit code 2\nI stop here without a result."
    assert "Done" not in message
    assert BOAST not in message


@pytest.mark.parametrize("name", WORKERS)
def test_a_worker_calls_no_tool_that_is_not_offered(name: str) -> None:
    seen = scene(SCRIPT)
    bare = replace(seen, conversation=replace(seen.conversation, tools=frozenset({"Read"})))
    assert "Bash, which is not offered" in said(answer(name, bare))


PARALLEL = replace(SCRIPT, steps=(Parallel(steps=(first_step(), first_step())), *SCRIPT.steps))


@pytest.mark.parametrize("name", WORKERS)
def test_parallel_calls_are_made_in_one_turn(name: str) -> None:
    assert [block for block in answer(name, scene(PARALLEL)).blocks if isinstance(block, ToolUse)] == [
        ToolUse(name="Bash", input={"command": "ls | wc -l"}),
        ToolUse(name="Bash", input={"command": "ls | wc -l"}),
    ]
    assert called(answer(name, scene(PARALLEL, "1", "2"))).input == {"command": "ls | wc -l"}
    assert called(answer(name, scene(PARALLEL, "1", "2", "3"))).input == {"command": "echo 3 again"}


@pytest.mark.parametrize("name", WORKERS)
def test_a_result_that_was_lost_on_the_way_is_noticed(name: str) -> None:
    message = said(answer(name, scene(PARALLEL, "1")))
    assert message == "I made 2 tool calls in one turn and got results of 1.\nI stop here without a result."
