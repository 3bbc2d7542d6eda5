"""Trap 14: what Gemini takes of JSON Schema. Source: ai.google.dev/api/caching#Schema."""

from collections.abc import Iterator

from bench.traps.case import Feature, case, exchange, streamed
from bench.traps.retold import gemini
from bench.traps.retold.telling import reply_by
from bench.traps.seen import Seen
from bench.traps.wire import Dialect, Json, request, wrote

KEYWORDS = {
    *("type", "format", "title", "description", "nullable", "enum", "default", "example"),
    *("properties", "propertyOrdering", "required", "minProperties", "maxProperties"),
    *("items", "minItems", "maxItems", "anyOf", "minLength", "maxLength", "pattern", "minimum", "maximum"),
}
TYPES = {"STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL"}
ODD: Json = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "kind": {"const": "file"},
        "path": {"type": ["string", "null"], "format": "uri"},
        "pair": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}]},
        "tuple": {"type": "array", "items": [{"type": "string"}, {"type": "integer"}]},
        "limit": {"type": "integer", "exclusiveMinimum": 0},
        "env": {"type": "object", "propertyNames": {"pattern": "^[A-Z]+$"}, "additionalProperties": {"type": "string"}},
        "either": {"oneOf": [{"type": "string"}, {"$ref": "#/$defs/point"}]},
        "level": {"type": "integer", "enum": [1, 2]},
    },
    "required": ["kind", "gone"],
    "$defs": {"point": {"type": "object", "properties": {"x": {"type": "number"}}}},
}
TOOL: Json = {"name": "Odd", "description": "Takes much.", "input_schema": ODD}


def _schemas(schema: Json, where: str) -> Iterator[tuple[str, Json]]:
    yield where, schema
    for name, sub in schema.get("properties", {}).items():
        yield from _schemas(sub, f"{where}.{name}")
    deeper = [schema["items"]] if "items" in schema else []
    for sub in [*deeper, *schema.get("anyOf", [])]:
        yield from _schemas(sub, f"{where}[]")


@case(
    "14-schemas-are-reduced-gemini",
    {Dialect.GEMINI: exchange(request(tools=[TOOL]), reply_by(gemini.Teller(), streamed(wrote("fine"))), None)},
    needs=[Feature.GEMINI],
)
def schemas_are_reduced(seen: Seen) -> None:
    """A tool's schema holds words that Gemini does not know, and every request with it is refused."""  # noqa: D401
    assert seen.got.text == "fine", f"expected the reply, found {seen.got.shown}"
    [declared] = [one for tool in seen.sent.json["tools"] for name in tool for one in tool[name]]
    parameters = declared["parameters"]
    assert set(parameters["properties"]) == set(ODD["properties"]), f"expected all properties, found {parameters}"
    for where, schema in _schemas(parameters, "parameters"):
        unknown = sorted(schema.keys() - KEYWORDS)
        assert not unknown, f"expected Gemini's keywords at {where}, found {unknown}"
        kind = schema.get("type")
        assert isinstance(kind, str) or "anyOf" in schema, f"expected one type at {where}, found {schema}"
        assert kind is None or kind.upper() in TYPES, f"expected a type at {where}, found {kind!r}"
        assert kind is None or kind.upper() != "ARRAY" or schema.get("items"), (
            f"expected items at {where}, found {schema}"
        )
        texts = all(isinstance(one, str) for one in schema.get("enum", []))
        assert texts, f"expected an enum of texts at {where}, found {schema}"
        lacking = set(schema.get("required", [])) - set(schema.get("properties", {}))
        assert not lacking, f"expected required properties that there are at {where}, found {sorted(lacking)}"
