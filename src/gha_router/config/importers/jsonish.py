"""JSON as people write it by hand: comments, commas at the end, keys without quotes.

YAML's flow style takes nearly all of that, and our reader of YAML knows places, limits and keys that stand twice. So
what YAML does not take is put right first, without moving anything to another line.
"""

import re
from collections.abc import Callable

from gha_router.config.document import Document
from gha_router.config.reading import check_length, read_document
from gha_router.errors import ConfigError, Position

# Each part takes what it begins to its end, closed or not, and gives nothing back: whatever the text, it is read once.
_TOKEN = re.compile(
    r"""
    (?P<double>"(?:[^"\\\n]|\\.)*+"?)
  | (?P<single>'(?:[^'\\\n]|\\.)*+'?)
  | (?P<line>//[^\n]*)
  | (?P<block>/\*.*?(?:\*/|\Z))
  | (?<![\w$])(?P<key>[A-Za-z_$][\w$]*+)(?P<colon>\s*+:)
  | (?P<tab>[\t\r\f\v\ufeff])
    """,
    re.VERBOSE | re.DOTALL,
)
_PAIR = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


def read_json(text: str, *, name: str) -> Document:
    """Return the object in a text; each scalar stays the text that was written. Raises ``ConfigError``."""
    check_length(text, name)
    return read_document(_TOKEN.sub(_as_yaml(text, name), text), name=name, typed=lambda _trail: False)


def _as_yaml(text: str, name: str) -> Callable[[re.Match[str]], str]:
    def replaced(match: re.Match[str]) -> str:
        found = match[0]
        match match.lastgroup:
            case "double":
                return _PAIR.sub(_whole, found.replace("\t", "\\t"))
            case "single" if "\\" in found:
                line = text.count("\n", 0, match.start()) + 1
                raise ConfigError(
                    "a backslash in single quotes is not read", where=Position(name, line), hint='Use "double quotes".'
                )
            case "colon":  # `key:"value"` is one word in YAML
                return f'"{match["key"]}"{match["colon"]} '
            case "single":
                return found
        return re.sub(r"[^\n]", " ", found)

    return replaced


def _whole(pair: re.Match[str]) -> str:
    """Return the one character that JSON writes as two halves."""
    high, low = (int(half, 16) for half in pair.groups())
    return f"\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08X}"
