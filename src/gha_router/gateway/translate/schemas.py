"""JSON schemas, as far as an upstream takes them."""

from gha_router.gateway.translate.reading import an_object
from gha_router.records import Json

# Gemini API, "Schema": a subset of OpenAPI 3.0. Anything else is answered with 400 ("Unknown name ...").
_GEMINI = frozenset(
    {"type", "format", "title", "description", "nullable", "enum", "properties", "required", "items", "anyOf"}
    | {"minItems", "maxItems", "minProperties", "maxProperties", "minLength", "maxLength", "minimum", "maximum"}
    | {"pattern"}
)
_GEMINI_FORMATS = frozenset({"enum", "date-time", "float", "double", "int32", "int64"})
# OpenAI, "Structured outputs": strict mode wants every property required, and no other ones allowed.
_NOT_STRICT = frozenset(
    {"allOf", "oneOf", "not", "if", "then", "else", "dependentRequired", "dependentSchemas", "patternProperties"}
    | {"propertyNames", "prefixItems", "unevaluatedProperties", "additionalItems", "contains", "$dynamicRef"}
)


def parameters(schema: object, *, gemini: bool) -> Json:
    """Return a tool's input schema as a function's parameters: always an object's, with its properties named."""
    found = an_object(schema)
    if gemini:
        found = for_gemini(found)
    if found.get("type") == "object" and isinstance(found.get("properties"), dict):
        return found
    return {**found, "type": "object", "properties": an_object(found.get("properties"))}


def for_gemini(schema: Json) -> Json:
    """Return a schema with Gemini's keywords only; what can be said with them otherwise is."""
    kept: Json = {}
    for key, value in schema.items():
        match key:
            case "properties":
                kept[key] = {name: for_gemini(an_object(sub)) for name, sub in an_object(value).items()}
            case "items":
                kept[key] = for_gemini(an_object(value)) or {"type": "string"}
            case "anyOf" | "oneOf":
                kept["anyOf"] = [for_gemini(an_object(sub)) for sub in value] if isinstance(value, list) else []
            case "const":
                kept["enum"] = [str(value)]
            case "enum":
                kept[key] = [str(item) for item in value if item is not None] if isinstance(value, list) else []
            case "type" if isinstance(value, list):
                kinds = [kind for kind in value if kind != "null"]
                kept |= {"type": kinds[0] if kinds else "string"} | ({"nullable": True} if "null" in value else {})
            case "format":
                kept |= {key: value} if value in _GEMINI_FORMATS else {}
            case _ if key in _GEMINI:
                kept[key] = value
    return _mended(kept)


def _mended(schema: Json) -> Json:
    """Return a schema without the combinations that Gemini refuses."""
    if "enum" in schema:
        schema["type"] = "string"  # the only kind that may have one
        if not schema["enum"]:
            del schema["enum"]
    if schema.get("anyOf") == []:
        del schema["anyOf"]
    if schema.get("type") == "array":
        schema.setdefault("items", {"type": "string"})
    if "required" in schema:
        known = an_object(schema.get("properties"))
        required = schema["required"] if isinstance(schema["required"], list) else []
        schema["required"] = [name for name in required if isinstance(name, str) and name in known]
        if not schema["required"]:
            del schema["required"]
    return schema


def is_strict(schema: object) -> bool:
    """Return whether OpenAI's strict mode takes a schema."""
    if isinstance(schema, list):
        return all(is_strict(item) for item in schema)
    if not isinstance(schema, dict):
        return True
    if _NOT_STRICT & schema.keys():
        return False
    if ("properties" in schema or schema.get("type") == "object") and not _is_closed(schema):
        return False
    deeper = [value for key, value in schema.items() if key in ("items", "anyOf")]
    for key in ("properties", "$defs", "definitions"):
        deeper += an_object(schema.get(key)).values()
    return all(is_strict(sub) for sub in deeper)


def _is_closed(schema: Json) -> bool:
    """Return whether an object's schema wants all of its properties, and no other ones."""
    required = schema.get("required")
    if schema.get("additionalProperties") is not False or not isinstance(required, list):
        return False
    return all(name in required for name in an_object(schema.get("properties")))
