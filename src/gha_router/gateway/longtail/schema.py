"""Tool schemas as Gemini takes them.

``Schema`` of ai.google.dev/api/caching#Schema is a part of OpenAPI 3.0's; any other keyword is refused with HTTP 400.
LiteLLM leaves most of them out by itself, but fails on tuples and loses ``const`` and ``null`` (the decision record has
the cases). So the schema arrives there already in Gemini's words.
"""

from collections.abc import Mapping, Sequence
from typing import Any

KEYWORDS = frozenset(
    {
        "type",
        "format",
        "title",
        "description",
        "nullable",
        "enum",
        "items",
        "minItems",
        "maxItems",
        "properties",
        "required",
        "minProperties",
        "maxProperties",
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
        "pattern",
        "anyOf",
        "propertyOrdering",
    }
)
# Formats that it takes with a type; any other is refused.
_FORMATS = {
    "string": frozenset({"enum", "date-time"}),
    "number": frozenset({"float", "double"}),
    "integer": frozenset({"int32", "int64"}),
}
_MAX_DEPTH = 30  # a schema that refers to itself ends here


def for_gemini(tool: Mapping[str, Any]) -> dict[str, Any]:
    """Return an OpenAI function tool with its parameters in Gemini's part of JSON Schema."""
    function = dict(tool["function"])
    parameters = function.get("parameters")
    if isinstance(parameters, dict):
        function["parameters"] = {"type": "object", "properties": {}} | narrowed(parameters)
    return {**tool, "function": function}


def narrowed(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema that allows at least what this one allows, in the keywords that Gemini takes."""
    definitions = {**_mapping(schema.get("definitions")), **_mapping(schema.get("$defs"))}
    return _narrow(schema, definitions, 0)


def _narrow(schema: Any, definitions: Mapping[str, Any], depth: int) -> dict[str, Any]:
    if not isinstance(schema, dict) or depth > _MAX_DEPTH:
        return {"type": "object"} if depth > _MAX_DEPTH else {"type": "string"}
    schema = _resolved(schema, definitions)

    def inner(part: Any) -> dict[str, Any]:
        return _narrow(part, definitions, depth + 1)

    kept = {name: value for name, value in schema.items() if name in KEYWORDS}
    if "const" in schema:
        kept["enum"] = [schema["const"]]
    _properties(kept, inner)
    _items(kept, schema, inner)
    _choices(kept, schema, inner)
    _types(kept)
    if kept.get("type") == "array":  # also one that a list of types named
        kept.setdefault("items", {"type": "string"})  # refused without
    _enum(kept)
    if str(kept.get("format")) not in _FORMATS.get(kept.get("type", ""), ()):
        kept.pop("format", None)
    return kept


def _resolved(schema: dict[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema with what it refers to, and with all that it has to satisfy at once, put in its place."""
    reference = schema.get("$ref")
    parts = [definitions.get(reference.rpartition("/")[2])] if isinstance(reference, str) else []
    parts += _list(schema.get("allOf"))
    for part in parts:
        if not isinstance(part, dict):
            continue
        found = {name: value for name, value in part.items() if name != "$ref"}
        both = {**_mapping(found.get("properties")), **_mapping(schema.get("properties"))}
        needed = [*_list(schema.get("required")), *_list(found.get("required"))]
        schema = found | {name: value for name, value in schema.items() if name not in {"$ref", "allOf"}}
        schema |= ({"properties": both} if both else {}) | ({"required": needed} if needed else {})
    return schema


def _properties(kept: dict[str, Any], inner: Any) -> None:
    properties = kept.get("properties")
    if isinstance(properties, dict):
        kept["properties"] = {name: inner(value) for name, value in properties.items()}
        kept.setdefault("type", "object")
        if isinstance(kept.get("required"), list):
            kept["required"] = [name for name in dict.fromkeys(kept["required"]) if name in properties]
    else:
        kept.pop("properties", None)
        kept.pop("required", None)
    if not kept.get("required"):
        kept.pop("required", None)


def _items(kept: dict[str, Any], schema: Mapping[str, Any], inner: Any) -> None:
    """Make one schema of a tuple's (``prefixItems``, or ``items`` as a list): each item is any of them."""
    items = schema.get("items")
    entries = schema.get("prefixItems") if isinstance(schema.get("prefixItems"), list) else None
    if isinstance(items, list):
        entries = items
    if entries is not None:
        rest = [items] if isinstance(items, dict) else []
        kept["items"] = _any_of([inner(entry) for entry in [*entries, *rest]])
        kept.setdefault("type", "array")
    elif isinstance(items, dict):
        kept["items"] = inner(items)
    else:
        kept.pop("items", None)


def _choices(kept: dict[str, Any], schema: Mapping[str, Any], inner: Any) -> None:
    choices = schema.get("anyOf") or schema.get("oneOf")
    kept.pop("anyOf", None)
    if not isinstance(choices, list):
        return
    real = [choice for choice in choices if _mapping(choice).get("type") != "null"]
    if len(real) < len(choices):
        kept["nullable"] = True
    if len(real) == 1:
        kept.update({name: value for name, value in inner(real[0]).items() if name not in {"description", "title"}})
    elif real and not (kept.keys() & {"type", "properties"}):
        kept["anyOf"] = [inner(choice) for choice in real]


def _types(kept: dict[str, Any]) -> None:
    """Give one type: Gemini takes no list of them, and says ``null`` by ``nullable``."""
    kind = kept.get("type")
    if isinstance(kind, list):
        kinds = [one for one in kind if isinstance(one, str) and one != "null"]
        if len(kinds) < len(kind):
            kept["nullable"] = True
        kept.pop("type")
        if len(kinds) == 1:
            kept["type"] = kinds[0]
        elif kinds:
            kept["anyOf"] = [
                {"type": one, **({"items": {"type": "string"}} if one == "array" else {})} for one in kinds
            ]
    elif not isinstance(kind, str):
        kept.pop("type", None)
    if not kept.keys() & {"type", "anyOf"}:
        kept["type"] = "object" if "properties" in kept else "string"


def _enum(kept: dict[str, Any]) -> None:
    """Keep an ``enum`` of texts only: that is what Gemini's is."""
    values = _list(kept.pop("enum", None))
    if values and all(isinstance(value, str) and value for value in values):
        kept |= {"type": "string", "enum": values}
    elif values:
        said = ", ".join(str(value) for value in values)
        described = f"{kept['description']} " if kept.get("description") else ""
        kept["description"] = f"{described}One of: {said}."
        kind = {bool: "boolean", int: "integer", float: "number"}.get(type(values[0]))
        if kind and kept.get("type") == "string":
            kept["type"] = kind


def _any_of(schemas: Sequence[dict[str, Any]]) -> dict[str, Any]:
    different = [schema for index, schema in enumerate(schemas) if schema not in schemas[:index]]
    match different:
        case []:
            return {"type": "string"}
        case [only]:
            return only
    return {"anyOf": different}


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
