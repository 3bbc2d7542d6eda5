import pytest

from gha_router.claims.paths import is_bare_path, is_quoted_path
from gha_router.claims.shell import is_command, runs_tests


@pytest.mark.parametrize(
    "command",
    [
        "pytest",
        "pytest -q tests/unit",
        "cd app && npm test",
        "CI=1 npm run test -- --watch=false",
        "uv run pytest",
        ".venv/bin/python -m pytest -x",
        "python3 -m unittest discover",
        "timeout 60 go test ./...",
        "cargo test | tail -5",
        "make test",
        "./gradlew test",
        "bash run_tests.sh",
    ],
)
def test_a_test_command_is_known_in_any_clothing(command: str) -> None:
    assert runs_tests(command)


@pytest.mark.parametrize(
    "command",
    ["pip install pytest", "echo pytest", "cat pytest.ini", "make", "grep -r test .", "npm install", "", "&&"],
)
def test_naming_a_test_tool_is_not_running_tests(command: str) -> None:
    assert not runs_tests(command)


def test_a_quoted_command_is_told_from_a_quoted_text() -> None:
    assert is_command("grep -c foo README.md")
    assert is_command("$ ls")
    assert not is_command("Claude Code")


@pytest.mark.parametrize("path", ["report.md", "out/x.json", "./run", "Makefile", "a-b_c.tar.gz", "/opt/x"])
def test_a_bare_path_is_known(path: str) -> None:
    assert is_bare_path(path)


@pytest.mark.parametrize("word", ["Node.js", "e.g", "1.4", "v1.2.3", "and/or", "example.com", "12/12", "done"])
def test_a_word_with_a_dot_or_a_slash_is_no_path_yet(word: str) -> None:
    assert not is_bare_path(word)


def test_quotes_make_more_words_a_path() -> None:
    assert is_quoted_path("報告.md")
    assert is_quoted_path("src/main")
    assert is_quoted_path(".gitignore")
    assert not is_quoted_path("Claude Code")
    assert not is_quoted_path("foo()")
    assert not is_quoted_path("out/")
    assert not is_quoted_path("https://example.com/a.html")
