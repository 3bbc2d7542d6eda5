"""Task folders become scripts; a mistake in one is an error that says where and what to do."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.errors import ConfigError, GhaRouterError, Position, TaskError
from gha_router.sim import Parallel, Script, Step, load_scripts

TASK = "id: t\nprompt: |\n  Count the lines.\n"
ORACLE = """\
steps:
  - tool: Bash
    input: {command: wc -l < a.txt}
    save: lines
final: a.txt has ${lines} lines.
"""


def task_folder(suite: Path, name: str, task: str = TASK, oracle: str | None = ORACLE) -> Path:
    folder = suite / name
    folder.mkdir(parents=True)
    (folder / "task.yml").write_text(task, encoding="utf-8")
    if oracle is not None:
        (folder / "oracle.yml").write_text(oracle, encoding="utf-8")
    return folder


def refused(suite: Path) -> GhaRouterError:
    with pytest.raises((TaskError, ConfigError)) as caught:
        load_scripts([suite])
    return caught.value


def test_a_task_folder_becomes_a_script(tmp_path: Path) -> None:
    task_folder(tmp_path, "count")
    assert load_scripts([tmp_path]) == (
        Script(
            prompt="Count the lines.\n",
            steps=(Step(tool="Bash", input={"command": "wc -l < a.txt"}, save="lines"),),
            final="a.txt has ${lines} lines.",
        ),
    )


def test_a_single_task_may_stand_for_a_suite(tmp_path: Path) -> None:
    assert len(load_scripts([task_folder(tmp_path, "count")])) == 1


def test_scripts_of_several_suites_come_together(tmp_path: Path) -> None:
    task_folder(tmp_path / "a", "count")
    task_folder(tmp_path / "b", "other", task="prompt: Something else.\n")
    assert [script.prompt for script in load_scripts([tmp_path / "a", tmp_path / "b"])] == [
        "Count the lines.\n",
        "Something else.",
    ]


def test_a_task_without_an_oracle_is_left_out(tmp_path: Path) -> None:
    task_folder(tmp_path, "count", oracle=None)
    assert load_scripts([tmp_path]) == ()


def test_an_oracle_may_have_no_steps(tmp_path: Path) -> None:
    task_folder(tmp_path, "talk", oracle="final: Hello.\n")
    assert load_scripts([tmp_path])[0].steps == ()


def test_a_folder_without_a_task_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path / "none")
    assert error.where == Position(str(tmp_path / "none"))
    assert "task.yml" in str(error)


def test_two_tasks_with_one_prompt_are_refused(tmp_path: Path) -> None:
    task_folder(tmp_path, "count")
    task_folder(tmp_path, "again", task="prompt: Count   the lines.\n")
    error = refused(tmp_path)
    assert "same prompt" in error.what
    assert str(tmp_path / "again" / "task.yml") in str(error)
    assert str(tmp_path / "count" / "task.yml") in str(error)


@pytest.mark.parametrize(
    ("oracle", "line", "message", "hint"),
    [
        ("final: [", 1, "not valid YAML", None),
        ("- final: Hello.", 1, "must hold a mapping", None),
        ("steps: []", 1, "`final` is missing", "add `final:` (text)"),
        ("final: ''", 1, "`final` is empty", None),
        ("final: 3", 1, "`final` has to be text", None),
        ("finale: Hello.", 1, "unknown key `finale`", "Did you mean `final`?"),
        ("final: Hi\nsteps: all", 2, "`steps` has to be a list", None),
        ("final: Hi\nsteps:\n  - Bash", 3, "`0` has to be a mapping", None),
        (
            "final: Hi\nsteps:\n  - tool: bash\n    input: {}",
            3,
            "unknown tool `bash`",
            "Did you mean `Bash`?",
        ),
        ("final: Hi\nsteps:\n  - tool: Bash", 3, "`input` is missing", "add `input:` (a mapping)"),
        (
            "final: Hi\nsteps:\n  - tool: Bash\n    inptu: {}",
            4,
            "unknown key `inptu`",
            "Did you mean `input`?",
        ),
        ("final: Hi\nsteps:\n  - tool: Bash\n    input: {}\n    save: a-b", 5, "`a-b` is no name", "letters"),
        ("final: Hi ${lins}\nsteps:\n  - {tool: Bash, input: {}, save: lines}", 1, "`${lins}`", "`lines`"),
        ("final: Hi\nsteps:\n  - tool: Bash\n    input: {command: '${x}'}", 4, "`${x}`", "written `$x`"),
    ],
)
def test_an_oracle_that_cannot_be_played_is_refused(
    tmp_path: Path, oracle: str, line: int, message: str, hint: str | None
) -> None:
    folder = task_folder(tmp_path, "count", oracle=oracle)
    error = refused(tmp_path)
    assert error.where is not None
    assert (error.where.file, error.where.line) == (str(folder / "oracle.yml"), line)
    assert message in error.what
    assert hint is None or (error.hint and hint in error.hint)


DATE = "{tool: Bash, input: {command: date}, save: now}"
LOOK = "{tool: Bash, input: {command: ls}}"


def test_calls_in_parallel_are_one_turn(tmp_path: Path) -> None:
    task_folder(tmp_path, "count", oracle=f"final: ${{now}}\nsteps:\n  - parallel: [{DATE}, {LOOK}]\n  - {LOOK}\n")
    (script,) = load_scripts([tmp_path])
    date = Step(tool="Bash", input={"command": "date"}, save="now")
    look = Step(tool="Bash", input={"command": "ls"})
    assert script.steps == (Parallel(steps=(date, look)), look)
    assert script.turns == ((date, look), (look,))


SUBAGENT = """\
steps:
  - tool: Agent
    input: {description: Count, prompt: Count the words., run_in_background: false}
    subagent:
      steps:
        - {tool: Bash, input: {command: wc -w a.txt}, save: words}
      final: It has ${words} words.
final: Done.
"""


def test_the_script_of_a_subagent_comes_after_that_of_its_task(tmp_path: Path) -> None:
    task_folder(tmp_path, "count", oracle=SUBAGENT)
    main, sub = load_scripts([tmp_path])
    assert (main.prompt.strip(), [step.tool for (step,) in main.turns]) == ("Count the lines.", ["Agent"])
    assert sub.prompt == "Count the words."
    assert sub.steps == (Step(tool="Bash", input={"command": "wc -w a.txt"}, save="words"),)
    assert sub.final == "It has ${words} words."


def test_subagents_may_work_in_parallel_and_have_subagents(tmp_path: Path) -> None:
    def agent(prompt: str, steps: str = "[]") -> str:
        script = f"{{steps: {steps}, final: Done.}}"
        return f"{{tool: Agent, input: {{description: d, prompt: {prompt}}}, subagent: {script}}}"

    nested = agent("Second.", f"[{agent('Third.')}]")
    task_folder(tmp_path, "count", oracle=f"final: Hi\nsteps:\n  - parallel: [{agent('First.')}, {nested}]\n")
    assert [script.prompt for script in load_scripts([tmp_path])] == [
        "Count the lines.\n",
        "First.",
        "Second.",
        "Third.",
    ]


def test_a_subagent_with_the_prompt_of_another_task_is_refused(tmp_path: Path) -> None:
    task_folder(tmp_path, "a", task="prompt: Count the words.\n")
    folder = task_folder(tmp_path, "b", oracle=SUBAGENT)
    error = refused(tmp_path)
    assert "same prompt" in error.what
    assert error.where is not None
    assert (error.where.file, error.where.line) == (str(folder / "oracle.yml"), 3)
    assert str(tmp_path / "a" / "task.yml") in str(error)


@pytest.mark.parametrize(
    ("steps", "line", "message", "hint"),
    [
        ("parallel: all", 3, "`parallel` has to be a list", None),
        (f"parallel: [{LOOK}]", 3, "`parallel` has to hold two calls or more", "a step of its own"),
        (f"{{parallel: [{LOOK}, {LOOK}], tool: Bash}}", 3, "unknown key `tool`", None),
        (f"parallel:\n      - {LOOK}\n      - ls", 5, "`1` has to be a mapping", None),
        (f"parallel:\n      - {LOOK}\n      - {{tool: bash, input: {{}}}}", 5, "unknown tool `bash`", "`Bash`"),
        (f"parallel:\n      - {LOOK}\n      - {{parallel: []}}", 5, "unknown key `parallel`", None),
        (
            f"parallel:\n      - {DATE}\n      - {{tool: Bash, input: {{command: '${{now}}'}}}}",
            5,
            "`${now}` is the output of no earlier step",
            None,
        ),
        ("{tool: Agent, input: {prompt: Go.}}", 3, "`subagent` is missing", "add `subagent:` (a mapping)"),
        ("{tool: Bash, input: {}, subagent: {final: Hi}}", 3, "unknown key `subagent`", None),
        ("{tool: Agent, input: {}, subagent: {final: Hi}}", 3, "`prompt` is missing", "add `prompt:` (text)"),
        ("tool: Agent\n    input: {prompt: Go.}\n    subagent: {steps: []}", 5, "`final` is missing", None),
        (
            "tool: Agent\n    input: {prompt: 'Go ${cwd}'}\n    subagent: {final: Hi}",
            4,
            "`${cwd}` cannot stand in the prompt of a subagent",
            "write the words themselves",
        ),
        (
            "tool: Agent\n    input: {prompt: Go.}\n    subagent:\n      final: Hi ${now}",
            6,
            "`${now}` is the output of no earlier step",
            None,
        ),
    ],
)
def test_turns_and_subagents_that_cannot_be_played_are_refused(
    tmp_path: Path, steps: str, line: int, message: str, hint: str | None
) -> None:
    folder = task_folder(tmp_path, "count", oracle=f"final: Hi\nsteps:\n  - {steps}\n")
    error = refused(tmp_path)
    assert error.where is not None
    assert (error.where.file, error.where.line) == (str(folder / "oracle.yml"), line)
    assert message in error.what
    assert hint is None or (error.hint and hint in error.hint)


def test_what_a_subagent_saved_is_not_known_to_its_task(tmp_path: Path) -> None:
    task_folder(tmp_path, "count", oracle=SUBAGENT.replace("final: Done.", "final: ${words}"))
    assert "`${words}` is the output of no earlier step" in refused(tmp_path).what


def test_an_output_can_only_be_used_after_it_was_saved(tmp_path: Path) -> None:
    first = "  - {tool: Bash, input: {command: 'echo ${later}'}}\n"
    second = "  - {tool: Bash, input: {command: date}, save: later}\n"
    task_folder(tmp_path, "count", oracle=f"final: Hi\nsteps:\n{first}{second}")
    assert "`${later}` is the output of no earlier step" in refused(tmp_path).what


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (task_folder(tmp_path, "count") / "oracle.yml").write_bytes(b"\xff\xfe\xff")
    assert "not UTF-8" in refused(tmp_path).what


def test_a_control_character_is_refused(tmp_path: Path) -> None:
    task_folder(tmp_path, "count", oracle="final: \x00")
    assert "not allowed in YAML" in refused(tmp_path).what


pieces = st.sampled_from(
    ["\n", "  ", "- ", "final: Hi", "steps:", "parallel:", "subagent:", "tool: Agent", "prompt: Go", LOOK]
)
texts = st.text(st.sampled_from("final: steps-tool[]{}&*!|>\n'\"#?0${x}"), max_size=40)


@given(oracle=texts | st.lists(pieces, max_size=12).map("".join))
def test_whatever_an_oracle_holds_it_is_a_script_or_one_error(
    oracle: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    suite = tmp_path_factory.mktemp("suite")
    task_folder(suite, "count", oracle=oracle)
    with suppress(TaskError, ConfigError):
        assert load_scripts([suite])
