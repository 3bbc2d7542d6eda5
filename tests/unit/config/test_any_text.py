"""Whatever the text, a configuration comes out or one ``ConfigError``."""

from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gha_router.config import Config, parse
from gha_router.errors import ConfigError

SECRET = "hush-hush"
ENV = {"A": SECRET, "ANTHROPIC_API_KEY": SECRET}

words = st.sampled_from(
    [
        *Config.model_fields,
        *("api_key", "base_url", "format", "model", "order", "price", "input", "output", "to", "over_tokens", "id"),
        *("prompt", "route", "tier", "on_fail", "escalate", "tier-1", "docs", "anthropic", "a", "b", "sim/a", "x/a"),
        *("${A}", "${B}", "$${A}", "${", "free", "0", "1", "on", "null", "1e999", "nan", "[key]", "rates", "", "-1"),
    ]
)
scalars = words | st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
trees = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=4), max_leaves=15
)
sections = st.fixed_dictionaries({}, optional={name: trees for name in Config.model_fields if name != "version"})
yaml_bits = st.lists(
    words
    | st.sampled_from([*"{}[]:,-?&*!|>%@`\"'#\n\t \0\\", "\n  ", "- ", ": ", "&a ", "*a", "<<", "---\n", "\\ud800"]),
    max_size=25,
).map("".join)


def outcome(text: str) -> str:
    """What a person sees in the end."""
    try:
        return repr(parse(text, name="any", env=ENV))
    except ConfigError as error:
        return str(error)


@settings(deadline=None)
@given(st.text())
def test_any_text(text: str) -> None:
    assert outcome(text)


@settings(deadline=None)
@given(yaml_bits)
def test_any_heap_of_yaml_s_signs(text: str) -> None:
    assert outcome(text)


@settings(max_examples=120, deadline=None)
@given(trees | sections)
def test_any_tree_of_our_own_words(tree: Any) -> None:
    message = outcome(yaml.safe_dump(tree, allow_unicode=True))
    assert message.startswith(("any", "Config("))


@settings(deadline=None)
@given(st.dictionaries(words, st.just("${A}") | words, max_size=3))
def test_no_tree_makes_an_error_show_a_variable_s_value(tree: dict[str, str]) -> None:
    for text in (yaml.safe_dump(tree), yaml.safe_dump({"providers": {"lab": tree}}), yaml.safe_dump({"routes": tree})):
        shown = outcome(text)
        assert shown.startswith("Config(") or SECRET not in shown
