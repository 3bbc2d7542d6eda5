"""Output is held against the exit code, and a command line names its tests."""

import pytest

from gha_router.checks import CommandOutcome
from gha_router.checks.output import disagreement
from gha_router.checks.runners import is_pytest, names_python_module, places_of, selects


def outcome(text: str, code: int, *, stderr: str = "") -> CommandOutcome:
    return CommandOutcome(exit_code=code, stdout=text, stderr=stderr, timed_out=False, seconds=0.1)


FAILED = [
    "1 failed, 11 passed in 0.12s",
    "==== 3 failed, 9 passed, 1 skipped, 2 warnings in 63.10s (0:01:03) ====",
    "======= 1 error in 0.05s =======",
    "FAILED (failures=1, errors=2)",
    "Tests:       1 failed, 12 passed, 13 total",
    "      Tests  1 failed | 12 passed (13)",
    "  1 failing",
    "--- FAIL: TestDouble (0.00s)",
    "FAIL\texample.com/app\t0.003s",
    "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
    "# fail 2",
    "\x1b[31m\x1b[1m1 failed\x1b[0m, \x1b[32m2 passed\x1b[0m\x1b[31m in 0.01s\x1b[0m",
    "INTERNALERROR> Traceback (most recent call last):",
]
FINE = [
    "12 passed in 0.12s",
    "12 passed, 1 skipped, 1 xfailed, 3 warnings in 0.1s",
    "no tests ran in 0.01s",
    "Tests:       12 passed, 12 total",
    "ok  \texample.com/app\t0.003s",
    "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
    "# fail 0",
    "retried after 3 failed attempts",
    "it failed in 2.0s, then passed",
    "",
]


@pytest.mark.parametrize("line", FAILED)
def test_a_runner_that_says_failed_is_believed_against_exit_0(line: str) -> None:
    told = disagreement(outcome(f"begin\n{line}\nall good\n", 0))
    assert told is not None
    assert told.endswith("one of the two is not true")


@pytest.mark.parametrize("line", FINE)
def test_other_words_agree_with_exit_0(line: str) -> None:
    assert disagreement(outcome(f"begin\n{line}\n", 0)) is None


@pytest.mark.parametrize("line", ["12 passed", "All tests passed!", "all 3 checks pass", "2 passed in 0.1s", "Success"])
def test_words_of_success_with_another_exit_code_are_called_what_they_are(line: str) -> None:
    told = disagreement(outcome(f"{line}\n", 1))
    assert told is not None
    assert told.endswith("the exit code counts, not the text")
    assert disagreement(outcome("1 of 3 compiled\n", 1)) is None


def test_an_error_that_ended_a_program_contradicts_exit_0() -> None:
    trace = 'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\n    f()\nValueError: no\n'
    assert disagreement(outcome("", 0, stderr=trace))
    assert disagreement(outcome("", 0, stderr=f"{trace}recovered\n")) is None


@pytest.mark.parametrize(
    ("line", "places"),
    [
        ("pytest -q", ("",)),
        ("pytest tests/", ("tests",)),
        ("python -m pytest -q ./tests/a tests/test_b.py::test_x", ("tests/a", "tests/test_b.py")),
        (".venv/bin/pytest -q", ("",)),
        ("make test", ("",)),
        ("npm test", ("",)),
        ("go test ./...", ("",)),
        ("pytest tests", ("",)),
        ("python app.py", ()),
        ("cat report.md", ()),
        ("python test_app.py", ("test_app.py",)),
        ("echo 'unclosed", ()),
    ],
)
def test_a_line_names_the_places_of_its_tests(line: str, places: tuple[str, ...]) -> None:
    assert places_of(line) == places


def test_lines_are_told_apart() -> None:
    assert is_pytest("cd a && .venv/bin/pytest -q")
    assert not is_pytest("sh pytest.sh")
    assert names_python_module("python3 -W error -m pytest")
    assert not names_python_module("pytest -m slow")
    assert selects("pytest -k zero")
    assert selects("python -m pytest a.py::test_b")
    assert not selects("python -m pytest -q tests")
