"""Validate a document's shape, and say in plain words what does not fit, where, and what would.

pydantic's own messages are never shown: they speak of types and repeat their input, which may be a key.
"""

from collections.abc import Callable, Iterable
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from gha_router.config.caching import Cache, Exact, RouteCache, Semantic
from gha_router.config.comments import Comments
from gha_router.config.document import Document, Trail, dotted
from gha_router.config.fields import MISTAKE
from gha_router.config.models import (
    AwsKeys,
    Budget,
    Classifier,
    Config,
    Credit,
    Deployment,
    Learned,
    LongPromptRates,
    Origin,
    Provider,
    Rates,
    Route,
    RouterSettings,
    Supports,
)
from gha_router.config.money import CacheShares, Estimate, Part, Subscription
from gha_router.config.record import Record
from gha_router.config.steps import Input, Limits, OnFail, Pipeline, Step, Then, Tree
from gha_router.config.words import KNOWN_PROVIDERS, Format, TaskType, suggest
from gha_router.errors import ConfigError, Position

# Sections of the design that this version does not have: to ignore a budget-saving cache would be worse.
LATER_SECTIONS = {"report", "experiment"}

_COLLECTIONS = {
    "tuple_type": "a list",
    "mapping_type": "a mapping",
    "dict_type": "a mapping",
    "model_type": "a mapping",
}
_EXPECTED = {
    **_COLLECTIONS,
    "string_type": "a text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a number",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "bool_type": "`true` or `false`",
    "bool_parsing": "`true` or `false`",
    "literal_error": "`free` or `{{input: USD, output: USD}}` for a million tokens",
    "greater_than": "greater than {gt:g}",
    "greater_than_equal": "at least {ge:g}",
    "less_than_equal": "at most {le:g}",
    "less_than": "less than {lt:g}",
}
_SECTIONS: dict[str | int, type[Record]] = {
    "providers": Provider,
    "models": Deployment,
    "routes": Route,
    "budget": Budget,
    "cache": Cache,
    "comments": Comments,
    "learned": Learned,
    "classifier": Classifier,
    "estimate": Estimate,
    "router_settings": RouterSettings,
    "steps": Step,
    "pipelines": Pipeline,
}
_PARTS_OF_STEP: dict[str | int, type[Record]] = {"on_fail": OnFail, "limits": Limits, "inputs": Input}

_PARTS_OF_CACHE: dict[str | int, type[Record]] = {"exact": Exact, "semantic": Semantic}
_PARTS_OF_ESTIMATE: dict[str, type[Record]] = {
    "cache": CacheShares,
    "mix": Part,
    "strategies": Part,
    "subscriptions": Subscription,
}


def validate(document: Document, origin: Origin) -> Config:
    """Return the document as a ``Config``. Raises the first ``ConfigError`` in the order of the file."""
    try:
        return Config.model_validate(document.data, context=origin)
    except ValidationError as error:
        raise first(_complaint(details, document) for details in error.errors(include_url=False)) from None


def first(errors: Iterable[ConfigError]) -> ConfigError:
    """Return the error that stands first in the file."""
    return min(errors, key=lambda error: _order(error.where))


def _order(where: Position | None) -> tuple[int, int]:
    return (where.line or 0, where.column or 0) if where else (0, 0)


def _complaint(details: ErrorDetails, document: Document) -> ConfigError:
    trail = _trail(details["loc"], document.data)
    if say := _SPECIAL.get(details["type"]):
        return say(details, trail, document)
    at = f"`{dotted(trail)}`" if trail else "the configuration"
    context = details.get("ctx", {})
    match details["type"]:
        case kind if kind == MISTAKE:
            what = f": {context['what']}"
        case "string_too_short":
            what = " must not be empty"
        case "string_pattern_mismatch":
            what = " may hold letters, digits, `_`, `.` and `-` only"
        case kind:
            expected = _EXPECTED.get(kind, "something else").format(**context)
            what = f" must be {expected}"
            found = _kind(_value(trail, document.data))
            if found != "a text" or kind in _COLLECTIONS:
                what += f", not {found}"
    return ConfigError(f"{at}{what}", where=document.place(trail), hint=context.get("hint"))


def _trail(loc: tuple[int | str, ...], data: Any) -> Trail:
    """Return the part of pydantic's ``loc`` that the file has: short forms and unions add steps of their own."""
    trail: list[str | int] = []
    for part in loc:
        match data, part:
            case (dict(), str()) if part in data:
                pass
            case (list(), int()) if part < len(data):
                pass
            case _:
                continue
        trail.append(part)
        data = data[part]
    return tuple(trail)


def _value(trail: Trail, data: Any) -> Any:
    for part in trail:
        data = data[part]
    return data


def _kind(value: Any) -> str:
    match value:
        case None | "":
            return "nothing"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case str():
            return "a text"
    return "a number or truth value"


def _unknown_key(_: ErrorDetails, trail: Trail, document: Document) -> ConfigError:
    *around, key = trail
    where = document.keys.get(trail)
    if not around and key in LATER_SECTIONS:
        return ConfigError(f"this version does not read `{key}`", where=where, hint="Remove the section.")
    inside = f" in `{dotted(tuple(around))}`" if around else ""
    fields = _model_at(tuple(around)).model_fields
    hint = suggest(str(key), [field.alias or name for name, field in fields.items()])
    return ConfigError(f"unknown key `{key}`{inside}", where=where, hint=hint)


def _model_at(trail: Trail) -> type[Record]:  # noqa: C901, PLR0911  a table of patterns
    match trail:
        case ("models", _, *_, "price", "long_prompt"):
            return LongPromptRates
        case ("models", _, *_, "price" | "supports" as key):
            return Rates if key == "price" else Supports
        case ("budget", "credits", *_):
            return Credit
        case ("estimate", section, *inside) if inside or section == "cache":
            return _PARTS_OF_ESTIMATE[str(section)]
        case ("cache", part, *_):
            return _PARTS_OF_CACHE[part]
        case ("routes", _, "cache"):
            return RouteCache
        case ("providers", _, "credentials"):
            return AwsKeys
        case ("pipelines", _, "steps", *inside):
            return _model_at(("steps", *inside))
        case ("steps", _, part, *_):
            return _PARTS_OF_STEP[part]
        case (section, *_):
            return _SECTIONS[section]
    return Config


_WORDS: dict[str | int, tuple[type[Format | TaskType | Tree | Then], str]] = {
    "format": (Format, "format"),
    "workspace": (Tree, "kind of workspace"),
    "then": (Then, "way to go on"),
}


def _unknown_word(details: ErrorDetails, trail: Trail, document: Document) -> ConfigError:
    is_key = details["loc"][-1] == "[key]"
    words, what = _WORDS.get(trail[-1], (TaskType, "task type"))
    wrong = str(trail[-1]) if is_key else str(_value(trail, document.data))
    where = document.keys[trail] if is_key else document.place(trail)
    shown = wrong if is_key else document.shown(trail, wrong)
    return ConfigError(f"unknown {what} `{shown}`", where=where, hint=suggest(wrong, words))


def _missing_key(details: ErrorDetails, trail: Trail, document: Document) -> ConfigError:
    key = details["loc"][-1]
    hint = None
    if key == "format":
        known = suggest(str(trail[1]), KNOWN_PROVIDERS)
        hint = f"{known} A provider of your own needs `base_url` and `format`."
    return ConfigError(f"`{dotted(trail)}` needs `{key}`", where=document.place(trail), hint=hint)


_SPECIAL: dict[str, Callable[[ErrorDetails, Trail, Document], ConfigError]] = {
    "extra_forbidden": _unknown_key,
    "enum": _unknown_word,
    "missing": _missing_key,
}
