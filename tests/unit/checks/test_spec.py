"""A specification is read strictly, and its mistakes are explained."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gha_router.checks import CATALOGUE, Check, default_name, parse, parse_all
from gha_router.errors import ConfigError, Position
from tests.unit.checks.world import HERE, STEADY


def mistake(raw: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        parse(raw, HERE)
    return str(caught.value)


def test_common_keys_are_read_and_have_defaults() -> None:
    plain = parse({"exists": "a.md"}, HERE)
    full = parse({"exists": "a.md", "name": "the file", "weight": 2, "required": False}, HERE)

    assert (plain.name, plain.weight, plain.required) == ("exists a.md", 1.0, True)
    assert (full.name, full.weight, full.required) == ("the file", 2.0, False)
    assert [check.gate for check in (plain, full, parse({"exists": "a.md", "gate": True}, HERE))] == [
        False,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("exists", ["task.yml:7", "a check is a mapping", "exists: report.md"]),
        ({}, ["a check without a kind", "exists"]),
        ({"name": "x"}, ["a check without a kind"]),
        ({"exsits": "a"}, ['"exsits" is no key of a check', "did you mean `exists`?"]),
        ({"exists": "a", "wieght": 2}, ['"wieght"', "did you mean `weight`?"]),
        ({"exists": "a", "absent": "b"}, ["one kind, not exists and absent", "two checks"]),
        ({True: "a"}, ["true is no key of a check"]),
        ({"exists": "a", "gate": "yes"}, ['`gate` must be true or false, not "yes"']),
        ({"exists": "a", "gate": True, "required": False}, ["not required is no gate", "leave out `required: false`"]),
        ({"exists": "a", "weight": 0}, ["`weight` must be a number above 0, not 0"]),
        ({"exists": "a", "weight": True}, ["`weight`", "not true"]),
        ({"exists": "a", "required": "yes"}, ['`required` must be true or false, not "yes"']),
        ({"exists": "a", "name": ""}, ["`name` must be text"]),
        ({"exists": 3}, ["`file` must be text, not 3", "`exists: report.md`"]),
        ({"exists": None}, ["`file` must be text, not null"]),
        ({"exists": ""}, ["`file` is empty"]),
        ({"exists": "/etc/passwd"}, ["`file` must be a path inside the workspace"]),
        ({"exists": "a/../../b"}, ["`file` must be a path inside the workspace"]),
        ({"exists": "a\0b"}, ["`file` cannot be the name of a file"]),
        ({"exists": "\ud800"}, ["`file` cannot be the name of a file"]),
        ({"contains": {"txt": "a"}}, ['contains has no parameter "txt"', "did you mean `text`?"]),
        ({"contains": {"in": "a.md"}}, ["`text` is missing"]),
        ({"contains": 42}, ["`text` must be text, not 42", "quotation marks"]),
        ({"contains": {"text": "a", "in": "../a"}}, ["`in` must be a path inside"]),
        ({"regex": "a("}, ["no regular expression", "at character 2"]),
        ({"regex": "[[a]]"}, ["no usable regular expression"]),
        ({"regex": "a{99999999999}"}, ["no usable regular expression"]),
        ({"line_count": "a.md"}, ['line_count needs a mapping, not "a.md"', "min: 10"]),
        ({"line_count": {"file": "a.md"}}, ["either `equals`, or `min`"]),
        ({"line_count": {"file": "a.md", "equals": 1, "min": 1}}, ["either `equals`, or `min`"]),
        ({"line_count": {"file": "a.md", "min": 3, "max": 2}}, ["`min` 3 is more than `max` 2"]),
        ({"line_count": {"file": "a.md", "equals": -1}}, ["whole number from 0 on, not -1"]),
        ({"line_count": {"file": "a.md", "equals": True}}, ["whole number from 0 on, not true"]),
        ({"count_of": {"text": "a", "file": "b"}}, ["nothing to compare with"]),
        ({"number": {"unit": "lines"}}, ["`equals` is missing"]),
        ({"number": {"equals": "354"}}, ['`equals` must be a number, not "354"']),
        ({"number": {"equals": float("nan")}}, ["`equals` must be a number"]),
        ({"number": {"equals": 1, "unit": "%"}}, ["`unit` must be a word"]),
        ({"yaml": {"file": "a", "path": "a..b"}}, ['`path` "a..b" cannot be read from character 2 on']),
        ({"yaml": {"file": "a", "equals": 1, "length": 1}}, ["one of `equals`, `length` and `contains`"]),
        ({"json": {"file": "a", "length": "3"}}, ["`length` must be a whole number"]),
        ({"timestamp": {"file": "a", "tolerance_s": -1}}, ["`tolerance_s` must be from 0 to 86400"]),
        ({"command": {"run": "a", "exit": 256}}, ["`exit` is at most 255"]),
        ({"command": {"run": "a", "time_limit_s": 0}}, ["more than 0"]),
        ({"command": "a\0"}, ["NUL character"]),
    ],
)
def test_a_mistake_names_what_is_wrong_and_where_and_what_to_write(raw: Any, words: list[str]) -> None:
    message = mistake(raw)
    assert message.startswith("task.yml:7: ")
    for word in words:
        assert word in message


def test_each_mistake_in_a_list_has_its_own_place() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_all([{"exists": "a"}, {"exsts": "b"}], lambda index: Position("task.yml", 10 + index))
    assert str(caught.value).startswith("task.yml:11: ")


def test_names_that_are_the_same_are_told_apart() -> None:
    raws = [{"contains": "a"}, {"contains": "b"}, {"exists": "c", "name": "contains message (2)"}]
    names = [check.name for check in parse_all(raws, lambda _: HERE)]
    assert names == ["contains message", "contains message (2)", "contains message (2) (2)"]


@pytest.mark.parametrize(
    ("kind", "params", "name"),
    [
        ("exists", "report.md", "exists report.md"),
        ("contains", "the answer", "contains message"),
        ("contains", {"text": "the answer", "in": "a.md"}, "contains a.md"),
        ("number", {"equals": 354, "unit": "lines"}, "number lines"),
        ("yaml", {"file": "ci.yml", "path": "on", "equals": 1}, "yaml ci.yml on"),
        ("command", "pytest -q\nmake", "command pytest -q\\nmake"),
        ("command", "x" * 200, "command " + "x" * 71 + "…"),
        ("exists", 3, "exists"),
    ],
)
def test_a_default_name_says_the_subject_and_never_the_answer(kind: str, params: Any, name: str) -> None:
    assert default_name(kind, params) == name


def test_a_path_is_kept_in_its_shortest_form() -> None:
    assert parse({"exists": "./docs//a.md"}, HERE) == parse(
        {"exists": "docs/a.md", "name": "exists ./docs//a.md"}, HERE
    )


def test_a_file_called_message_is_not_the_message() -> None:
    check = parse({"contains": {"text": "a", "in": "./message"}}, HERE)
    assert check.where == "message"
    assert parse({"contains": {"text": "a", "in": "message"}}, HERE).where is None


PARAMETERS = sorted({name for check in CATALOGUE.values() for name in check.parameters})
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates() | st.binary()
    | st.sampled_from(["message", "a.md", "[", "(", "a.b[0]", "lines"])
)  # fmt: skip
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)
PARAMS = VALUES | st.dictionaries(st.sampled_from(PARAMETERS) | SCALARS, VALUES, max_size=4)
KEYS = st.sampled_from([*CATALOGUE, "name", "weight", "required", "gate"]) | SCALARS


def outcome(raw: Any) -> Check | ConfigError:
    try:
        return parse(raw, HERE)
    except ConfigError as problem:
        return problem


@STEADY
@given(VALUES | st.dictionaries(KEYS, PARAMS, max_size=3) | st.fixed_dictionaries({"number": PARAMS}))
def test_whatever_is_written_is_a_check_or_a_config_error(raw: Any) -> None:
    match outcome(raw):
        case ConfigError() as problem:
            assert str(problem).startswith("task.yml:7: ")
        case check:
            assert check.expected


@STEADY
@given(st.sampled_from(sorted(CATALOGUE)), st.sampled_from(PARAMETERS), VALUES)
def test_a_good_check_with_one_bad_value_is_a_check_or_a_config_error(kind: str, key: str, value: Any) -> None:
    raw = yaml.safe_load(CATALOGUE[kind].example)
    given_params = raw[kind] if isinstance(raw[kind], dict) else {CATALOGUE[kind].short: raw[kind]}
    match outcome({kind: given_params | {key: value}}):
        case ConfigError() as problem:
            assert problem.hint
        case check:
            assert check.expected


def test_a_number_that_python_does_not_print_is_a_config_error() -> None:
    huge = 16**5000  # YAML may hold it in hexadecimal
    for raw in ({"exists": huge}, {huge: "a"}, {"number": {"equals": huge}}, {"exists": "a", "weight": huge}):
        assert "a huge number" in mistake(raw)
