"""A schema is its author's, the data an agent's: neither reaches elsewhere, and no data makes it slow."""

import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.checks import parse, patterns
from gha_router.errors import ConfigError
from gha_router.records import CheckResult, CheckStatus
from tests.unit.checks.world import HERE, STEADY, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def judged(world: World, schema: Any, text: str, file: str = "a.json") -> CheckResult:
    world.write(file, text)
    return world.check({"json_schema": {"file": file, "schema": schema}})


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ("x", "must be a mapping"),
        ({"type": "strng"}, "is no schema: type: 'strng' is not valid"),
        ({"required": "a"}, "is no schema: required"),
        ({"$ref": "https://example.org/schema"}, '"https://example.org/schema" leads out of it; nothing is fetched'),
        ({"properties": {"a": {"$ref": "file:///etc/passwd"}}}, "leads out of it"),
        ({"$schema": "https://example.org/mine"}, "is not known; for example https://json-schema.org"),
        ({"$schema": 7}, "is not known"),
        ({"$id": []}, "is no schema: $id"),
        ({"pattern": "("}, "'(' is not a 'regex'"),
        ({"patternProperties": {"(": {}}}, "'(' is not a 'regex'"),
    ],
)
def test_what_is_no_schema_is_told_when_it_is_read(schema: Any, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse({"json_schema": {"file": "a.json", "schema": schema}}, HERE)
    assert words in str(caught.value)


def test_a_file_has_to_be_of_a_known_format() -> None:
    with pytest.raises(ConfigError, match=r"must end in \.json, \.yaml, \.yml, \.toml"):
        parse({"json_schema": {"file": "a.txt", "schema": {}}}, HERE)


def test_a_reference_that_leads_nowhere_is_nobodys_failure(world: World) -> None:
    result = judged(world, {"$ref": "#/$defs/none"}, "1")
    assert result.status is CheckStatus.ERROR
    assert "leads nowhere" in result.found


def test_references_inside_are_followed_and_may_be_circular(world: World) -> None:
    tree = {"$ref": "#/$defs/t", "$defs": {"t": {"type": "array", "items": {"$ref": "#/$defs/t"}}}}
    assert judged(world, tree, "[[], [[]]]").passed
    assert judged(world, tree, "[[], [1]]").found == "[1][0]: 1 is not of type 'array'"


@pytest.mark.parametrize(
    ("file", "text"),
    [("a.yaml", "total: 3\nday: 2026-07-01\non: x\n"), ("a.toml", "total = 3\nday = 2026-07-01\non = 'x'\n")],
)
def test_yaml_and_toml_are_seen_as_json_would_have_them(world: World, file: str, text: str) -> None:
    schema = {"properties": {"total": {"type": "integer"}, "day": {"type": "string", "pattern": "^2026-"}}}
    assert judged(world, schema, text, file).passed


def test_an_older_draft_is_read_as_it_says(world: World) -> None:
    schema = {"$schema": "http://json-schema.org/draft-07/schema#", "items": [{"type": "string"}]}
    assert judged(world, schema, '["a", 1]').passed
    assert not judged(world, schema, "[1]").passed


def test_the_first_faults_are_named_each_with_its_place(world: World) -> None:
    schema = {"items": {"required": ["id"], "properties": {"id": {"type": "integer"}}}}
    found = judged(world, schema, '[{}, {"id": "x"}, {"id": 1}, {}, {}]').found
    assert found.startswith("[0]: 'id' is a required property; [1].id: 'x' is not of type 'integer'")
    assert found.endswith("and more")


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("a.json", "[" * 100_000, "nested too deeply"),
        ("a.json", "[" * 500 + "]" * 500, ""),
        ("a.json", "{", "not valid JSON"),
        ("a.json", "", "nothing (empty file)"),
        ("a.json", "[" + "1," * 60_000 + "1]", "more than 50,000 values"),
        ("a.yml", "a: &a [1]\nb: &b [*a, *a]\n" + "", ""),
        (
            "a.yml",
            "a: &a [x, x, x, x, x, x, x, x, x]\n"
            + "".join(f"{c}: &{c} [{', '.join([f'*{p}'] * 9)}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True)),
            "more than 50,000 values",
        ),
        ("a.yml", "a: &a [*a]\n", "nested too deeply"),
    ],
)
def test_hostile_data_ends(world: World, file: str, text: str, words: str) -> None:
    nested = {
        "$ref": "#/$defs/t",
        "$defs": {"t": {"items": {"$ref": "#/$defs/t"}, "additionalProperties": {"$ref": "#"}}},
    }
    began = time.process_time()
    assert words in judged(world, nested, text, file).found
    assert time.process_time() - began < 15


def test_unique_items_take_no_time_for_each_pair(world: World) -> None:
    rows = ", ".join(f'{{"a": {number}}}' for number in range(10_000))
    began = time.process_time()
    assert judged(world, {"uniqueItems": True}, f"[{rows}]").passed
    assert not judged(world, {"uniqueItems": True}, f'[{rows}, {{"a": 7}}]').passed
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    ("text", "unique"), [("[1, true]", True), ("[1, 1.0]", False), ('[{"a": 1, "b": 2}, {"b": 2, "a": 1}]', False)]
)
def test_unique_is_by_value(world: World, text: str, *, unique: bool) -> None:
    assert judged(world, {"uniqueItems": True}, text).passed is unique


@pytest.mark.parametrize("schema", [{"pattern": "^(a|a)+$"}, {"patternProperties": {"^(a|a)+$": False}}])
def test_patterns_that_backtrack_end(world: World, monkeypatch: pytest.MonkeyPatch, schema: Any) -> None:
    monkeypatch.setattr(patterns, "LIMIT_S", 0.2)
    long = "a" * 60 + "!"
    text = f'"{long}"' if "pattern" in schema else f'{{"{long}": 1}}'
    assert "too many ways" in judged(world, schema, text).found


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
WORDS = st.sampled_from(
    ["type", "required", "properties", "items", "enum", "const", "minimum", "pattern", "$ref", "$id", "not"]
)


@STEADY
@given(
    st.dictionaries(WORDS | st.text(max_size=4), JSON | st.sampled_from(["string", "array", "#", "#/x"]), max_size=4)
)
def test_any_schema_is_one_or_a_mistake(schema: dict[str, Any]) -> None:
    try:
        parse({"json_schema": {"file": "a.json", "schema": schema}}, HERE)
    except ConfigError as mistake:
        assert "schema" in str(mistake)  # noqa: PT017 - either way is right
    else:
        with tempfile.TemporaryDirectory() as name:
            assert judged(World(Path(name)), schema, '{"a": ["b", 1]}').found
