"""``${NAME}`` in texts: the grammar, and nothing of where the texts stand.

    text     = { variable | escape | any character }
    variable = "${" NAME "}"       NAME: a letter or _, then letters, digits and _ (ASCII)
    escape   = "$${"               stands for a literal "${"

``${`` that begins no variable is a mistake.
"""

import re
from collections.abc import Iterator, Mapping

import yaml

# Beyond these a text is refused as a configuration, so that nothing in it will be used.
MAX_CHARACTERS = 500_000
MAX_DEPTH = 30

_TOKEN = re.compile(r"\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$\{", re.ASCII)


def variables_in(text: str) -> tuple[str, ...]:
    """Return the names of all variables in a text, in order."""
    return tuple(match[1] for match in _TOKEN.finditer(text) if match[1])


def is_well_formed(text: str) -> bool:
    """Return whether each ``${`` begins a variable or is escaped."""
    return all(match[0] != "${" for match in _TOKEN.finditer(text))


def substitute(text: str, env: Mapping[str, str]) -> str:
    """Return the text with its variables' values; what a value holds is not looked at again.

    Raises ``KeyError`` for a variable that ``env`` does not have.
    """
    return _TOKEN.sub(lambda match: env[match[1]] if match[1] else "${", text)


def escape(text: str) -> str:
    """Return the text that ``substitute`` turns into this one."""
    return text.replace("${", "$${")


def referenced_variables(text: str) -> frozenset[str]:
    """Return the names of all variables that a configuration reads; never fails, whatever the text.

    Who keeps secrets from the agent needs the names also when the file is broken. Scalars are looked at too, because
    YAML's own escapes can hide a ``$`` from a search in the file's text; up to where the file would be refused.
    """
    return frozenset(name for part in (text, *_scalars(text)) for name in variables_in(part))


_OPENING = (yaml.FlowSequenceStartToken, yaml.FlowMappingStartToken)
_CLOSING = (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken)


def _scalars(text: str) -> Iterator[str]:
    if len(text) > MAX_CHARACTERS:
        return
    depth = 0
    try:
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            if isinstance(token, yaml.ScalarToken):
                yield token.value
            depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
            if depth > MAX_DEPTH:  # PyYAML takes ever longer for each bracket
                return
    except (yaml.YAMLError, ValueError, OverflowError):  # the last two: "\UFFFFFFFF" is no character
        return
