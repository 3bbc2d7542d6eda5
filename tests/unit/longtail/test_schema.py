"""Trap 14: whatever schema a tool has, Gemini gets one in its own words, that allows at least as much."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.gateway.longtail.schema import KEYWORDS, for_gemini, narrowed

CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "constant": ({"const": "x"}, {"type": "string", "enum": ["x"]}),
    "number as constant": ({"const": 3}, {"type": "integer", "description": "One of: 3."}),
    "tuple": (
        {"type": "array", "items": [{"type": "string"}, {"type": "integer"}]},
        {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]}},
    ),
    "tuple of today": (
        {"type": "array", "prefixItems": [{"type": "number"}, {"type": "number"}], "items": False},
        {"type": "array", "items": {"type": "number"}},
    ),
    "array of anything": ({"type": "array"}, {"type": "array", "items": {"type": "string"}}),
    "or null": ({"type": ["string", "null"]}, {"type": "string", "nullable": True}),
    "or null, told the other way": (
        {"description": "d", "anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}]},
        {"description": "d", "type": "integer", "minimum": 1, "nullable": True},
    ),
    "two types": ({"type": ["string", "integer"]}, {"anyOf": [{"type": "string"}, {"type": "integer"}]}),
    "one of": (
        {"oneOf": [{"type": "string"}, {"const": 3}]},
        {"anyOf": [{"type": "string"}, {"type": "integer", "description": "One of: 3."}]},
    ),
    "numbers to choose from": (
        {"type": "integer", "enum": [1, 2]},
        {"type": "integer", "description": "One of: 1, 2."},
    ),
    "unknown keywords": (
        {"$schema": "x", "type": "object", "properties": {}, "additionalProperties": False, "propertyNames": {}},
        {"type": "object", "properties": {}},
    ),
    "a property that is called like a keyword": (
        {"type": "object", "properties": {"const": {"type": "string"}, "$schema": {"type": "string"}}},
        {"type": "object", "properties": {"const": {"type": "string"}, "$schema": {"type": "string"}}},
    ),
    "unknown format": ({"type": "string", "format": "uri"}, {"type": "string"}),
    "known format": ({"type": "string", "format": "date-time"}, {"type": "string", "format": "date-time"}),
    "reference": (
        {"type": "object", "properties": {"a": {"$ref": "#/$defs/A"}}, "$defs": {"A": {"type": "integer"}}},
        {"type": "object", "properties": {"a": {"type": "integer"}}},
    ),
    "all of": (
        {"allOf": [{"properties": {"a": {"type": "string"}}, "required": ["a"]}], "properties": {"b": {"const": "x"}}},
        {
            "type": "object",
            "properties": {"a": {"type": "string"}, "b": {"type": "string", "enum": ["x"]}},
            "required": ["a"],
        },
    ),
    "required and not there": (
        {"type": "object", "properties": {}, "required": ["a"]},
        {"type": "object", "properties": {}},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_schema_says_the_same_in_fewer_words(case: str) -> None:
    given_schema, expected = CASES[case]
    assert narrowed(given_schema) == expected


def test_a_schema_that_contains_itself_ends() -> None:
    tree = {"type": "object", "properties": {"child": {"$ref": "#/$defs/T"}}}
    assert_geminis({**narrowed(tree | {"$defs": {"T": tree}})})


def test_a_tool_without_parameters_stays_without() -> None:
    tool = {"type": "function", "function": {"name": "Now"}}
    assert for_gemini(tool) == tool


def assert_geminis(schema: Any) -> None:
    assert isinstance(schema, dict)
    assert schema.keys() <= KEYWORDS
    assert "type" in schema or "anyOf" in schema
    assert isinstance(schema.get("type", ""), str)
    assert all(isinstance(value, str) for value in schema.get("enum", ()))
    if schema.get("type") == "array":
        assert_geminis(schema["items"])
    for inner in (*schema.get("properties", {}).values(), *schema.get("anyOf", ())):
        assert_geminis(inner)


WORDS = st.sampled_from([*sorted(KEYWORDS), "$ref", "const", "oneOf", "allOf", "prefixItems", "$defs", "not", "a"])
TYPES = st.sampled_from(["string", "number", "integer", "boolean", "array", "object", "null"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4) | TYPES | st.lists(TYPES, max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(WORDS, ANYTHING, max_size=5))
def test_whatever_a_schema_holds_gemini_gets_its_own_words(schema: dict[str, Any]) -> None:
    assert_geminis(narrowed(schema))
