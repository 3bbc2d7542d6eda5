"""A command that is called proven ended well whenever the line did: held against bash itself."""

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gha_router.checks.shell import commands_in


def proven(line: str) -> list[str]:
    return [command.text for command in commands_in(line) if command.proven]


def all_of(line: str) -> list[str]:
    return [command.text for command in commands_in(line)]


@pytest.mark.parametrize(
    "line",
    [
        "pytest",
        "cd app && pytest",
        "cd app\npytest",
        "echo run; pytest",
        "pytest && echo ok",
        "CI=1 pytest",
        "pytest > log 2>&1",
        "pytest &> log",
        "set -o pipefail; pytest | tail -5",
        "set -eo pipefail\npytest | tee log",
        "set -e; pytest",
        "time pytest",
        "export CI=1; pytest",
        "ls | head; pytest",
        "pytest # all of them",
        "cat <<EOF > note\nhello\nEOF\npytest",
        "pytest \\\n",
    ],
)
def test_what_a_good_end_of_the_line_proves(line: str) -> None:
    assert [text.split()[-1] for text in proven(line) if "pytest" in text] == ["pytest"]


@pytest.mark.parametrize(
    "line",
    [
        "pytest || true",
        "pytest; true",
        "pytest\necho ok",
        "pytest | tail -5",
        "pytest &",
        "! pytest",
        "if pytest; then echo; fi",
        "false && pytest || true",
        "echo x || pytest",
        "(pytest)",
        "{ pytest; }",
        "exit 0; pytest",
        "X=exit; $X 0; pytest",
        "trap 'exit 0' EXIT; pytest",
        "set -e; pytest && echo ok; true",
        "set -e; pytest; echo done",
        "set -n\npytest",
        "set -- -e; pytest | cat",
        "set x -o pipefail\npytest | cat",
        "cat <<EOF\nx\\\nEOF\npytest",
        "echo $[1|pytest ]",
        'echo "$[1]"; echo $[0&&pytest ]',
        "time ! pytest",
        "PYTEST_ADDOPTS=--co pytest",
        "export PATH=/tmp/fake:$PATH; pytest",
        "set -e; set +e; pytest; true",
        "pytest() { true; }; pytest",
        "alias pytest=true; pytest",
        "hash -p /bin/true pytest; pytest",
        "while false; do pytest; done",
        "eval exit; pytest",
        ">f || pytest",
        "pytest\n>f",
    ],
)
def test_what_it_does_not_prove(line: str) -> None:
    assert [text for text in proven(line) if "pytest" in text] == []


@pytest.mark.parametrize(
    "line",
    [
        "echo 'x; pytest'",
        'echo "x && pytest"',
        "# pytest",
        "ls # ; pytest",
        "cat <<'EOF'\npytest\nEOF",
        "cat <<-EOF\n\tpytest\n\tEOF",
        "echo $(pytest)",
        "echo `pytest`",
        'echo "$(echo " && pytest && ")"',
        'echo "${x:-" && pytest && "}"',
        "echo ${x:- && pytest && y}",
        "echo $'\\'; pytest #'",
        'cat <<E"O"F\nE\npytest\nEOF',
        "cat <<EOF\npytest",
        "echo 'pytest",
        "echo > pytest",
        "cat <<< pytest",
    ],
)
def test_what_is_no_command_at_all(line: str) -> None:
    assert [text for text in all_of(line) if text.split()[0] == "pytest"] == []


def test_words_are_those_that_bash_would_see() -> None:
    assert commands_in("a 'b c'\"d\" e\\ f 2>&1 >x g")[0].words == ("a", "b cd", "e f", "g")


def test_a_line_that_is_too_long_has_no_commands() -> None:
    assert commands_in("a" * 100_001) == ()


PIECES = st.sampled_from(
    [
        *(
            "ok N",
            "no N",
            "ok N",
            "no N",
            "&&",
            "||",
            "|",
            ";",
            "\n",
            "|&",
            "!",
            "(",
            ")",
            "{",
            "}",
            "#",
            "'",
            '"',
            "\\",
        ),
        *("set -e", "set -o pipefail", "set -eo pipefail", "set +e", "true", "false", "exit 0", "X=exit", "$X", "X=1"),
        *(
            "if",
            "then",
            "else",
            "fi",
            "for x in 1; do",
            "done",
            "$(",
            "`",
            "${x:-",
            "$'",
            "<<E",
            "<<'E'",
            "\nE\n",
            ">f",
        ),
        *("2>&1", "<", "eval", "command", "builtin", "f()", "break", "time", "a=(", "[[", "]]", "case x in", "esac"),
    ]
)
SIMPLE = st.sampled_from(["ok N", "no N", "&&", "||", "|", ";", "\n", ">f", "set -e", "set -o pipefail", "#"])
LINES = st.lists(st.tuples(SIMPLE | PIECES, st.sampled_from(["", " ", " "])), min_size=1, max_size=9)
SCRIPT = '#!/bin/sh\necho "$1" >> "$LOG"\nexit {code}\n'


@settings(deadline=None, max_examples=400)
@given(pieces=LINES)
def test_bash_agrees(tmp_path_factory: pytest.TempPathFactory, pieces: list[tuple[str, str]]) -> None:
    line = "".join(piece.replace("N", str(at)) + gap for at, (piece, gap) in enumerate(pieces))
    claimed = [command.words for command in commands_in(line) if command.proven]
    claimed = [words for words in claimed if words[0] in {"ok", "no"} and words[1:2] and words[1].isalnum()]
    if not claimed:
        return
    root = tmp_path_factory.mktemp("bash")
    for name, code in (("ok", 0), ("no", 1)):
        (root / name).write_text(SCRIPT.format(code=code))
        (root / name).chmod(0o755)
    (root / "log").touch()
    environ = {"PATH": f"{root}:/usr/bin:/bin", "LOG": str(root / "log")}
    ended = subprocess.run(
        # As the agent's tool runs it: before a `&&` of its own, where `set -e` ends nothing.
        ["/bin/bash", "-c", 'eval "$1" < /dev/null && pwd -P > /dev/null', "bash", line],
        cwd=root,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=10,
        check=False,
    )
    if ended.returncode == 0:
        ran = (root / "log").read_text().split()
        for words in claimed:
            assert words[0] == "ok", line
            assert words[1] in ran, line
