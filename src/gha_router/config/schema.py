"""The JSON schema of a configuration, made from its models, so that editors complete and check a file.

It says what has the right shape; whether names mean something only the loader knows. Three things differ from
pydantic's own schema, because the loader reads every scalar as the text that was written: a text may be written as a
number, a number as a text, and any text may hold ``${NAME}``, whose value nobody knows before it is read.
"""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from gha_router.config.models import Config
from gha_router.config.words import KNOWN_PROVIDERS
from gha_router.records import Json

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_VARIABLE = {"type": "string", "pattern": r"\$\{"}
_WHOLE = {"type": "string", "pattern": r"^\s*[+-]?[0-9]+(\.0*)?\s*$|\$\{"}
_NUMBER = {"type": "string", "pattern": r"^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\s*$|\$\{"}
_TRUTH = {"type": "string", "pattern": r"^([tT]|[tT][rR][uU][eE]|[yY]|[yY][eE][sS]|[oO][nN]|[fF]|[fF][aA][lL][sS][eE]|"
          r"[nN]|[nN][oO]|[oO][fF][fF]|0|1)$|\$\{"}  # fmt: skip
_UNQUOTED = {"type": ["number", "boolean"]}  # 012 and true are texts here
_ONE_WAY = ("route", "tier", "model")


def config_schema() -> Json:
    """Return the schema of a whole configuration, as JSON values."""
    schema: Json = Config.model_json_schema(schema_generator=_Generator)
    schema["properties"]["version"] = {"enum": [1, "1"], "default": 1, "description": "Of this format."}
    schema["properties"]["providers"] |= _providers()
    definitions = schema["$defs"]
    definitions["Provider"]["required"].remove("format")
    definitions["Step"]["not"] = {"anyOf": [_both(a, b) for i, a in enumerate(_ONE_WAY) for b in _ONE_WAY[i + 1 :]]}
    return {"$schema": DRAFT, "title": "gha-router.yml", **{k: v for k, v in schema.items() if k != "title"}}


def _providers() -> Json:
    """Return what is known of providers by their names: only one of one's own has to say what it speaks."""
    described = {"$ref": "#/$defs/Provider"}
    own = {"allOf": [described, {"anyOf": [{"required": ["format"]}, {"required": ["like"]}]}]}
    return {"properties": dict.fromkeys(KNOWN_PROVIDERS, described), "additionalProperties": own}


def _both(one: str, other: str) -> Json:
    given = {"not": {"type": "null"}}
    return {"required": [one, other], "properties": {one: given, other: given}}


class _Generator(GenerateJsonSchema):
    """pydantic's generator for values that are texts; what it is not told of keeps pydantic's own form."""

    def generate(self, schema: Any, mode: Any = "validation") -> JsonSchemaValue:
        """Return a whole schema without what says nothing."""
        made = super().generate(schema, mode)
        _tidy(made)
        return made

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        """Return a text, or a number that is read as one."""
        made = super().str_schema(schema)
        if "pattern" in made:
            return {"anyOf": [made, {"type": "number", "minimum": 0}, {"type": "boolean"}, _VARIABLE]}
        return {"anyOf": [made, _UNQUOTED]}

    def int_schema(self, schema: core_schema.IntSchema) -> JsonSchemaValue:
        """Return a whole number, or a text that is one."""
        return {"anyOf": [super().int_schema(schema), _WHOLE]}

    def float_schema(self, schema: core_schema.FloatSchema) -> JsonSchemaValue:
        """Return a number, or a text that is one."""
        return {"anyOf": [super().float_schema(schema), _NUMBER]}

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        """Return a number, or a text that is one."""
        bounds = {"minimum": "ge", "maximum": "le", "exclusiveMinimum": "gt", "exclusiveMaximum": "lt"}
        limits = {name: schema.get(bound) for name, bound in bounds.items()}
        number = {"type": "number", **{name: float(str(limit)) for name, limit in limits.items() if limit is not None}}
        return {"anyOf": [number, _NUMBER]}

    def bool_schema(self, schema: core_schema.BoolSchema) -> JsonSchemaValue:
        """Return a truth value, or a text that is one."""
        return {"anyOf": [super().bool_schema(schema), {"enum": [0, 1]}, _TRUTH]}

    def enum_schema(self, schema: core_schema.EnumSchema) -> JsonSchemaValue:
        """Return one of some words."""
        return {"anyOf": [super().enum_schema(schema), _VARIABLE]}

    def literal_schema(self, schema: core_schema.LiteralSchema) -> JsonSchemaValue:
        """Return one word."""
        return {"anyOf": [super().literal_schema(schema), _VARIABLE]}

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """Return a mapping; its keys are texts in which no variable is read."""
        made: JsonSchemaValue = {"type": "object"}
        if "values_schema" in schema:
            values = self.generate_inner(schema["values_schema"])
            made["additionalProperties"] = values or True
        keys = schema.get("keys_schema")
        if keys and keys["type"] not in {"str", "any"}:
            made["propertyNames"] = self._names(keys)
        elif keys and keys.get("min_length"):
            made["propertyNames"] = {"minLength": 1}
        elif keys and keys.get("pattern"):
            made["propertyNames"] = {"pattern": keys["pattern"]}
        return made

    def _names(self, keys: core_schema.CoreSchema) -> JsonSchemaValue:
        if keys["type"] == "enum":
            return {"enum": [member.value for member in keys["members"]]}
        made = self.generate_inner(keys)
        alternatives = made.get("anyOf", [made])
        return {"anyOf": [one for one in alternatives if one != _VARIABLE]}


def _tidy(value: Any) -> None:
    """Take out what says nothing: titles made of keys, ``null`` as a default, a type beside the alternatives to it."""
    match value:
        case dict():
            if isinstance(value.get("title"), str):
                del value["title"]
            if "anyOf" in value:
                value.pop("type", None)
            if value.get("default", "") is None:
                del value["default"]
            for inner in value.values():
                _tidy(inner)
        case list():
            for inner in value:
                _tidy(inner)
