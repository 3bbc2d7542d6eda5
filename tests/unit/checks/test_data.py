"""Values are found in structured files along a path."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.checks.data import same
from gha_router.checks.datapath import NotThere, PathError, Segment, format_path, parse_path, walk
from gha_router.records import CheckResult
from tests.unit.checks.world import STEADY, World

WORKFLOW = """\
on:
  push: {branches: [main]}
permissions: {contents: read}
jobs:
  build:
    runs-on: ubuntu-latest
    if: true
    steps:
      - uses: actions/checkout@v4
      - run: make
"c.d": dotted
8080: port
day: 2025-08-09
nothing: null
"""


def checked(tmp_path: Path, content: str, kind: str = "yaml", **question: Any) -> CheckResult:
    world = World(tmp_path)
    world.write("f", content)
    return world.check({kind: {"file": "f", **question}})


@pytest.mark.parametrize(
    ("path", "question", "value"),
    [
        ("jobs.build.steps[0].uses", "equals", "actions/checkout@v4"),
        ("jobs.build.runs-on", "equals", "ubuntu-latest"),
        ("jobs.build.steps", "length", 2),
        ("jobs.build.steps", "contains", {"run": "make"}),
        ("jobs", "contains", "build"),
        ("jobs.build.runs-on", "contains", "ubuntu"),
        ("on.push.branches", "equals", ["main"]),
        ("on", "length", 1),
        ('"on".push', "equals", {"branches": ["main"]}),
        ('"c.d"', "equals", "dotted"),
        ("8080", "equals", "port"),
        ("day", "equals", date(2025, 8, 9)),
        ("day", "equals", "2025-08-09"),
        ("jobs.build.if", "equals", True),
        ("nothing", "equals", None),
    ],
)
def test_a_value_at_a_path_is_found(tmp_path: Path, path: str, question: str, value: Any) -> None:
    result = checked(tmp_path, WORKFLOW, path=path, **{question: value})
    assert result.passed, result.found


@pytest.mark.parametrize(
    ("path", "question", "value", "found"),
    [
        ("jobs.test", "equals", 1, "no test at jobs"),
        ("jobs.build.steps[2]", "equals", 1, "no [2] at jobs.build.steps"),
        ("jobs[0]", "equals", 1, "no [0] at jobs"),
        ("off", "equals", 1, "no off at the top"),
        ("jobs.build.if", "equals", 1, "true"),
        ("jobs.build.if", "length", 1, "true, which has no length"),
        ("jobs.build.steps", "length", 3, "length 2"),
        ("8080", "contains", 1, '"port"'),
        ("jobs.build.if", "contains", True, "true"),
        ("nothing", "equals", "null", "null"),
    ],
)
def test_what_is_there_instead_is_shown(tmp_path: Path, path: str, question: str, value: Any, found: str) -> None:
    result = checked(tmp_path, WORKFLOW, path=path, **{question: value})
    assert (result.passed, result.found) == (False, found)


@pytest.mark.parametrize(
    ("kind", "content", "found"),
    [
        ("yaml", "a: [1\nb: 2\n", "not valid YAML: line 2: expected ',' or ']', but got ':'"),
        ("yaml", "\x00", "not valid YAML: unacceptable character #x0000"),
        ("yaml", "!!bool maybe", "not valid YAML: a value does not fit its tag"),
        ("yaml", "!!int ''", "not valid YAML: a value does not fit its tag"),
        ("yaml", "!!timestamp x", "not valid YAML: a value does not fit its tag"),
        ("yaml", "!!python/object:os.system {}", "not valid YAML: line 1: could not determine a constructor"),
        ("yaml", "a: 2025-13-45", "not valid YAML: month must be in 1..12"),
        ("yaml", "[" * 5000, "not valid YAML: nested too deeply"),
        ("yaml", "#" * 1_000_001, "not valid YAML: 1,000,001 characters: not parsed"),
        ("json", "{'a': 1}", "not valid JSON: Expecting property name"),
        ("json", "[" * 100_000, "not valid JSON: nested too deeply"),
        ("json", "1" * 5000, "not valid JSON: Exceeds the limit"),
        ("toml", "a = ", "not valid TOML: Invalid value"),
        ("toml", "", "nothing (empty file)"),
    ],
)
def test_a_file_that_is_not_well_formed_fails_with_the_reason(
    tmp_path: Path, kind: str, content: str, found: str
) -> None:
    result = checked(tmp_path, content, kind)
    assert not result.passed
    assert result.found.startswith(found)


@pytest.mark.parametrize("content", ["&a [*a]", "a: 0x" + "f" * 5000, "{a: [[[[[[1]]]]]]}"])
def test_values_that_cannot_be_written_out_are_still_shown(tmp_path: Path, content: str) -> None:
    assert checked(tmp_path, content).passed
    assert not checked(tmp_path, content, equals=1).passed


def test_true_is_not_1_anywhere() -> None:
    assert not same([1, {"a": 0}], [True, {"a": 0}])
    assert not same({"a": [0]}, {"a": [False]})
    assert same({"a": [1, 2.0]}, {"a": [1.0, 2]})
    assert not same({"a": 1}, {"a": 1, "b": 2})


def test_toml_dates_compare_with_text(tmp_path: Path) -> None:
    assert checked(tmp_path, "day = 2025-08-09", "toml", path="day", equals="2025-08-09").passed


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("a", ("a",)),
        ("a.b[0].c", ("a", "b", 0, "c")),
        ("[0][1]", (0, 1)),
        ('a."c.d"[3]', ("a", "c.d", 3)),
        (r'"a\"b\\c"', ('a"b\\c',)),
        ('""', ("",)),
        ("node version.on", ("node version", "on")),
    ],
)
def test_a_path_is_read(text: str, segments: tuple[str | int, ...]) -> None:
    assert parse_path(text) == segments


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("", 1),
        (".a", 1),
        ("a.", 2),
        ("a..b", 2),
        ("a[", 2),
        ("a[-1]", 2),
        ("a[x]", 2),
        ('a"b"', 2),
        ('"a', 1),
        ("[0]a", 4),
        ("a[1234567890]", 2),
    ],
)
def test_a_mistake_in_a_path_has_its_column(text: str, column: int) -> None:
    with pytest.raises(PathError) as caught:
        parse_path(text)
    assert caught.value.column == column


@STEADY
@given(st.lists(st.text() | st.integers(min_value=0, max_value=10**9 - 1), min_size=1))
def test_every_path_that_is_written_is_read_back(segments: list[str | int]) -> None:
    assert parse_path(format_path(segments)) == tuple(segments)


@STEADY
@given(st.text() | st.text(alphabet='ab.[]"\\01'))
def test_any_text_is_a_path_or_a_path_error(text: str) -> None:
    match parsed(text):
        case PathError() as problem:
            assert 1 <= problem.column <= len(text) + 1
        case segments:
            assert parse_path(format_path(segments)) == segments


def parsed(text: str) -> tuple[Segment, ...] | PathError:
    try:
        return parse_path(text)
    except PathError as problem:
        return problem


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers() | st.booleans(), inner),
)


@STEADY
@given(JSON, st.lists(st.text() | st.integers(0, 9) | st.sampled_from(["on", "1", "0"])))
def test_a_walk_ends_at_a_value_or_says_how_far_it_came(data: Any, segments: list[str | int]) -> None:
    try:
        end = walk(data, segments)
    except NotThere as obstacle:
        end = str(obstacle)
    assert end is data if not segments else isinstance(data, (dict, list)) or " at " in end
