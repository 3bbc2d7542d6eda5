"""Whatever the text: the runner sees the one command that was meant, and in plain output none."""

import io
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gha_router.errors import ConfigError, InfrastructureError, Position
from gha_router.github.core import SHORTEST_LINE, Core
from tests.unit.github.runner import Command, commands, outputs

IN_ACTIONS = {"GITHUB_ACTIONS": "true"}
signs = st.sampled_from(
    [
        *"\r\n\t :=,%[]#\v\f\x1c\x85\u2028\u200b\ud800\0",
        "::",
        "##[error]",
        "::error::",
        "%0A",
        "%250A",
        "::set-output name=a::",
    ]
)
texts = st.lists(signs | st.text(max_size=5), max_size=12).map("".join)


def core(env: dict[str, str] | None = None) -> tuple[Core, io.StringIO]:
    log = io.StringIO()
    return Core(env=IN_ACTIONS if env is None else env, log=log), log


def seen(text: str) -> str:
    """The text as UTF-8 can hold it."""
    return text.encode("utf-8", "backslashreplace").decode()


@given(texts, texts, texts)
@example("a\n::error::b", "x,line=1::y", "::warning::")
def test_an_annotation_is_one_command_whatever_is_in_it(message: str, file: str, title: str) -> None:
    one, log = core()
    one.error(message, at=Position(file, 3, 4), title=title)
    [command] = commands(log.getvalue())
    assert command.name == "error"
    assert command.data == (seen(message) or "(no message)")
    given_names = {"file": file, "title": title}
    expected = {name: seen(text) for name, text in given_names.items() if text and not text.startswith("input `")}
    shown = {name: value for name, value in command.properties.items() if name in given_names}
    assert {name: value.strip() for name, value in shown.items()} == {
        name: value.strip() for name, value in expected.items()
    }
    assert command.properties["line"] == "3"


@given(texts)
def test_plain_output_is_never_a_command(text: str) -> None:
    one, log = core()
    one.info(text)
    assert commands(log.getvalue()) == []


@given(texts)
def test_a_group_s_title_is_one_command(title: str) -> None:
    one, log = core()
    with one.group(title):
        one.info("inside")
    assert [command.name for command in commands(log.getvalue())] == ["group", "endgroup"]


@given(texts)
def test_others_may_print_what_they_like_between_stop_and_resume(text: str) -> None:
    one, log = core()
    with one.quoted():
        log.write(f"{text}\n")
    one.notice("obeyed again")
    first, resumed, last = commands(log.getvalue())
    assert (first.name, last.name) == ("stop-commands", "notice")
    assert resumed.name == first.data


def test_the_word_that_resumes_commands_is_new_each_time() -> None:
    one, log = core()
    with one.quoted(), one.quoted():
        pass
    words = {line.removeprefix("::stop-commands::") for line in log.getvalue().splitlines() if "stop-" in line}
    assert len(words) == 2
    assert all(len(word) == 32 for word in words)


def test_properties_that_nobody_gave_are_left_out() -> None:
    one, log = core()
    one.warning("careful")
    one.error("wrong", at=Position("a.yml", 2))
    assert log.getvalue() == "::warning::careful\n::error file=a.yml,line=2::wrong\n"


def test_a_failure_points_at_its_file_and_says_what_to_do() -> None:
    one, log = core()
    one.failure(ConfigError("unknown model `opsu`", where=Position("g.yml", 4, 9), hint="Did you mean `opus`?"))
    [command] = commands(log.getvalue())
    assert command == Command(
        "error",
        {"file": "g.yml", "line": "4", "col": "9", "title": "gha-router"},
        "unknown model `opsu`\nDid you mean `opus`?",
    )


def test_a_failure_in_an_input_points_at_no_file() -> None:
    one, log = core()
    one.failure(ConfigError("there is no check `exist`", where=Position("input `checks`", 2, 3)))
    assert log.getvalue() == "::error title=gha-router::input `checks`:2:3: there is no check `exist`\n"


@given(texts)
def test_every_line_of_a_secret_is_masked_and_nothing_empty_ever(secret: str) -> None:
    one, log = core()
    one.mask(secret)
    found = commands(log.getvalue())
    assert {command.name for command in found} <= {"add-mask"}
    assert all(command.data.strip() for command in found)
    masks = [command.data for command in found]
    lines = [line.strip() for line in seen(secret).replace("\r", "\n").split("\n") if line.strip()]
    assert masks == (lines if len(lines) == 1 else [line for line in lines if len(line) >= SHORTEST_LINE])


def test_a_bracket_of_a_json_key_is_no_mask() -> None:
    one, log = core()
    one.mask('{\n  "private_key": "abc"\n}\n')
    assert log.getvalue() == '::add-mask::"private_key": "abc"\n'


def test_outside_of_actions_a_mask_would_show_the_secret() -> None:
    one, log = core({})
    one.mask("sk-canary")
    assert log.getvalue() == ""


@settings(deadline=None)  # it writes a file
@given(st.lists(st.tuples(st.sampled_from(["verdict", "ledger"]), texts), max_size=4))
def test_an_output_is_read_back_as_it_was_and_sets_no_other(pairs: list[tuple[str, str]]) -> None:
    from tempfile import TemporaryDirectory  # noqa: PLC0415  a fixture would be shared by all examples

    with TemporaryDirectory() as folder:
        file = Path(folder) / "output"
        file.write_text("before=1\n")
        one, log = core({"GITHUB_OUTPUT": str(file)})
        for name, value in pairs:
            one.output(name, value)
        read = outputs(file.read_bytes().decode())
    assert read == {"before": "1"} | {name: seen(value) for name, value in pairs}
    assert log.getvalue() == ""


def test_two_outputs_never_share_a_delimiter(tmp_path: Path) -> None:
    file = tmp_path / "output"
    one, _ = core({"GITHUB_OUTPUT": str(file)})
    file.touch()
    one.output("a", "1")
    one.output("b", "2")
    delimiters = {line.partition("<<")[2] for line in file.read_text().splitlines() if "<<" in line}
    assert len(delimiters) == 2


def test_without_an_output_file_the_log_shows_the_output_and_obeys_nothing() -> None:
    one, log = core()
    one.output("verdict", "::error::no")
    assert log.getvalue() == "output verdict: : :error::no\n"


def test_an_output_file_that_cannot_be_written_is_infrastructure(tmp_path: Path) -> None:
    one, _ = core({"GITHUB_OUTPUT": str(tmp_path)})
    with pytest.raises(InfrastructureError, match="the output `verdict` cannot be written"):
        one.output("verdict", "verified")
