"""Mutations: read beside the oracle, refused with their place, played by a model for each number."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.errors import ConfigError, Position, TaskError
from gha_router.sim import MUTANTS, PERSONALITIES, Script, Step, load_scripts
from gha_router.sim.oracle import MOST_MUTATIONS
from gha_router.sim.personality import GAVE_UP
from gha_router.sim.reply import Text
from tests.golden import check_golden
from tests.unit.sim.scenes import scene
from tests.unit.sim.test_load import refused, task_folder

LAZY = "  - {name: does nothing, caught_by: the count, final: Done.}\n"
WRONG = """\
  - name: guesses
    caught_by: the count
    steps:
      - {tool: Bash, input: {command: echo 7}, save: guess}
    final: ${guess} lines.
"""


def oracle(*mutations: str) -> str:
    return "steps: []\nfinal: Hi\nmutations:\n" + "".join(mutations)


def test_mutations_come_with_the_script(tmp_path: Path) -> None:
    folder = task_folder(tmp_path, "count", oracle=oracle(LAZY, WRONG))
    (script,) = load_scripts([tmp_path])
    lazy, wrong = script.mutations
    assert (lazy.name, lazy.caught_by, lazy.script.steps, lazy.script.final) == (
        "does nothing",
        "the count",
        (),
        "Done.",
    )
    guess = Step(tool="Bash", input={"command": "echo 7"}, save="guess")
    assert wrong.script == Script(prompt=script.prompt, steps=(guess,), final="${guess} lines.")
    assert wrong.where == Position(str(folder / "oracle.yml"), 6, 16)


def test_a_subagent_of_a_mutation_has_a_script(tmp_path: Path) -> None:
    agent = "{tool: Agent, input: {prompt: Guess it.}, subagent: {final: Seven.}}"
    task_folder(tmp_path, "count", oracle=oracle(f"  - {{name: n, caught_by: c, final: Hi, steps: [{agent}]}}\n"))
    assert [script.prompt for script in load_scripts([tmp_path])] == ["Count the lines.\n", "Guess it."]


MISTAKES = {
    "no-list": "final: Hi\nmutations: {name: x}\n",
    "no-mapping": "final: Hi\nmutations: [x]\n",
    "unknown-key": oracle("  - {name: x, caught: y, final: Hi}\n"),
    "no-name": oracle("  - {caught_by: y, final: Hi}\n"),
    "no-check": oracle("  - {name: x, final: Hi}\n"),
    "no-final": oracle("  - {name: x, caught_by: y}\n"),
    "empty-name": oracle("  - {name: ' ', caught_by: y, final: Hi}\n"),
    "same-name": oracle(LAZY, LAZY),
    "too-many": oracle(*(LAZY.replace("nothing", f"nothing {number}") for number in range(MOST_MUTATIONS + 1))),
    "unknown-tool": oracle("  - {name: x, caught_by: y, final: Hi, steps: [{tool: Bsh, input: {}}]}\n"),
    "unknown-output": oracle("  - {name: x, caught_by: y, final: '${lines}'}\n"),
    "in-a-subagent": "final: Hi\nsteps:\n  - tool: Agent\n    input: {prompt: Go.}\n"
    "    subagent: {final: Hi, mutations: []}\n",
}


def test_mistakes_are_told_with_place_and_mend(tmp_path: Path) -> None:
    told = []
    for name, text in MISTAKES.items():
        task_folder(tmp_path / name, "count", oracle=text)
        told.append(f"{name}\n{str(refused(tmp_path / name)).replace(f'{tmp_path / name}/', '')}\n")
    check_golden("mistakes/mutations.txt", "\n".join(told))


pieces = st.sampled_from(
    ["\n", "  ", "- ", "mutations:", "name: a", "caught_by: b", "final: Hi", "steps:", LAZY, WRONG]
)


@given(text=st.lists(pieces, max_size=14).map("".join))
def test_whatever_stands_there_it_is_mutations_or_one_error(
    text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    suite = tmp_path_factory.mktemp("suite")
    task_folder(suite, "count", oracle=f"final: Hi\nmutations:\n{text}")
    with suppress(TaskError, ConfigError):
        assert load_scripts([suite])


def test_there_is_a_model_for_each_that_a_task_may_have() -> None:
    assert tuple(f"sim/mutant-{number}" for number in range(1, MOST_MUTATIONS + 1)) == MUTANTS


def test_a_mutant_plays_the_mutation_of_its_number(tmp_path: Path) -> None:
    task_folder(tmp_path, "count", oracle=oracle(LAZY, WRONG))
    (script,) = load_scripts([tmp_path])
    replies = [PERSONALITIES[name].answer(scene(script)) for name in MUTANTS[:3]]
    assert replies[0].blocks == (Text(text="Done."),)
    assert "echo 7" in str(replies[1].blocks)
    assert replies[2].blocks == (Text(text=f"sim: this task has no mutation 3. {GAVE_UP}"),)
