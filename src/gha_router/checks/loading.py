"""YAML and TOML as an agent may have written them: a few hundred bytes of either can ask for all memory there is.

YAML's merge keys (``<<``) copy what they name, so that each line may multiply the one before; its base 60 (``1:30``)
and TOML's dotted keys take time and memory by the square of their length. All three are bounded here.
"""

import re
import tomllib
from typing import Any

import yaml

LARGEST = 1_000_000  # characters; PyYAML reads about 100,000 a second
MOST_MERGED = LARGEST  # keys of all mappings, as often as they are merged: a file has fewer
DEEPEST = 100  # parts of a dotted key
LONGEST_NUMBER = 100  # characters of one in base 60
_PART = r"(?:[A-Za-z0-9_-]+|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*')"
_DEEP = re.compile(rf"(?:\.[ \t]*+{_PART}[ \t]*+){{{DEEPEST}}}")


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader, with bounds."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._merged = 0

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Put what merge keys name into a mapping. Raises ``ValueError`` where that is more than anybody writes."""
        super().flatten_mapping(node)  # which comes here for each that is named, each time that it is
        self._merged += len(node.value)
        if self._merged > MOST_MERGED:
            raise ValueError(f"merge keys make more than {MOST_MERGED:,} keys of it")

    def construct_yaml_int(self, node: yaml.ScalarNode) -> int:
        """Return a whole number. Raises ``ValueError`` for one that is too long."""
        return int(super().construct_yaml_int(_short(node)))

    def construct_yaml_float(self, node: yaml.ScalarNode) -> float:
        """Return a number. Raises ``ValueError`` for one that is too long."""
        return float(super().construct_yaml_float(_short(node)))


_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.construct_yaml_int)
_Loader.add_constructor("tag:yaml.org,2002:float", _Loader.construct_yaml_float)


def _short(node: yaml.ScalarNode) -> yaml.ScalarNode:
    if ":" in node.value and len(node.value) > LONGEST_NUMBER:
        raise ValueError(f"a number in base 60 of {len(node.value):,} characters: not read")
    return node


def yaml_of(text: str) -> Any:
    """Return the first and only document. Raises ``yaml.YAMLError``, ``ValueError``, ``RecursionError``."""
    if len(text) > LARGEST:
        raise ValueError(f"{len(text):,} characters: not parsed, the limit is {LARGEST:,}")
    loader = _Loader(text)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


def toml_of(text: str) -> dict[str, Any]:
    """Return the table. Raises ``ValueError``, ``RecursionError``."""
    if len(text) > LARGEST:
        raise ValueError(f"{len(text):,} characters: not parsed, the limit is {LARGEST:,}")
    if _DEEP.search(text):
        raise ValueError(f"a key of more than {DEEPEST} parts: not parsed")
    return tomllib.loads(text)
