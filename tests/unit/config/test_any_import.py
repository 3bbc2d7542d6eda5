"""Whatever another program's file holds, a configuration comes out or one ``ConfigError``; nothing goes unsaid."""

import json
import re
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gha_router.config import Config, Kind, of_imported, parse, variables_of_text, written
from gha_router.config.importers import from_text, recognised
from gha_router.config.importers.circles import without_circles
from gha_router.config.importers.jsonish import read_json
from gha_router.errors import ConfigError
from gha_router.variables import variables_in
from tests.unit.config.test_importers import FILES, environment, from_ours, kind_of, lookup
from tests.unit.config.test_schema import paths, put

SECRET = "hush-hush"

litellm_words = st.sampled_from(
    [
        *("model_list", "model_name", "litellm_params", "model", "api_key", "api_base", "order", "model_info", "mode"),
        *("router_settings", "litellm_settings", "fallbacks", "default_fallbacks", "context_window_fallbacks", "*"),
        *("input_cost_per_token", "output_cost_per_token", "credential_list", "model_group_alias", "timeout", "rpm"),
        *("openai/gpt-5", "azure/x", "bedrock/x", "ollama/x", "gpt-5", "a", "b", "os.environ/A", "http://h:1/v1"),
        *("0", "-1", "1e400", "nan", "chat", "embedding", "openai/*", "os.environ/", "${A}", "$${", "http://[", ""),
    ]
)
ccr_words = st.sampled_from(
    [
        *("Providers", "Router", "name", "api_base_url", "api_key", "models", "transformer", "use", "maxtoken"),
        *("default", "think", "background", "longContext", "longContextThreshold", "fallback", "rules", "mode"),
        *("routerConfig", "provider", "baseUrl", "apiKey", "fallbackChain", "profile", "profiles", "max_tokens"),
        *("model-chain", "retry", "type", "target", "capabilities", "API_TIMEOUT_MS", "$A", "${A}", "openrouter,x"),
        *("ollama/x", "a", "a,b", "https://x.example/v1/messages", "http://localhost:11434/v1", "http://[", "0", ""),
    ]
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4)


def trees(words: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return st.recursive(
        scalars | words,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=4),
        max_leaves=12,
    )


def changed(kind: Kind, words: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """A published file with one thing in it replaced."""
    sources = [file for file in FILES if kind_of(file) is kind and file.suffix in {".yaml", ".json"}]
    read = [file.read_text(encoding="utf-8").replace("\t", " ") for file in sources if "json5" not in file.name]
    wholes = [yaml.safe_load(text) for text in read if "//" not in text.replace("://", "")]
    choices = [(whole, path) for whole in wholes for path in paths(whole)]
    return st.builds(lambda choice, value: put(choice[0], choice[1], value), st.sampled_from(choices), trees(words))


def at(tree: Any, path: tuple[Any, ...]) -> Any:
    for part in path:
        tree = tree[part]
    return tree


def outcome(text: str, kind: Kind) -> str:
    try:
        imported = from_text(text, kind, name="any")
        made = written(imported)
        env = environment(imported.document.data) | {"A": SECRET}
        direct = of_imported(imported, env)
    except ConfigError as error:
        return str(error)
    ours = from_ours(made.text)
    literal = dict.fromkeys(made.variables, "")
    for trail, value in _texts(ours):
        if value.startswith("${") and value[2:-1] in literal:
            literal[value[2:-1]] = lookup(imported.document.data, trail).replace("$${", "${")
    assert parse(made.text, name="any", env=env | literal).model_dump() == direct.model_dump()
    return shown(imported.document.data, direct) + "".join(direct.warnings) + made.text


def shown(data: Any, config: Config) -> str:
    """Return the configuration as text. A variable that is used as a model's name is a name, and stands in it."""
    outside = ("providers", "router_settings")  # where keys and addresses are
    named = any("A" in variables_in(text) for trail, text in _texts(data) if trail[0] not in outside)
    return "a configuration" if named else repr(config)


def _texts(value: Any) -> list[tuple[tuple[str | int, ...], str]]:
    from gha_router.config.environment import texts  # noqa: PLC0415

    return list(texts(value))


@settings(max_examples=120, deadline=None)
@given(trees(litellm_words) | changed(Kind.LITELLM, litellm_words))
def test_any_tree_of_litellm_s_words(tree: Any) -> None:
    assert SECRET not in outcome(yaml.safe_dump(tree, allow_unicode=True), Kind.LITELLM)


@settings(max_examples=120, deadline=None)
@given(trees(ccr_words) | changed(Kind.CCR, ccr_words))
def test_any_tree_of_claude_code_router_s_words(tree: Any) -> None:
    assert SECRET not in outcome(json.dumps(tree), Kind.CCR)


NAMED = [
    {"Router": {"default": "ollama,$A"}},
    {"Router": {"default": "ollama/${A}", "fallback": {"default": ["ollama,$A"]}}},
    {"routerConfig": {"default": {"provider": "ollama", "model": "$A"}}},
]


@pytest.mark.parametrize("tree", NAMED)
def test_a_variable_as_a_model_s_name_is_a_name_and_is_written_as_a_variable(tree: Any) -> None:
    """Its value stands in the configuration, as every name does; never in what is written or warned of."""
    assert SECRET not in outcome(json.dumps(tree), Kind.CCR)
    imported = from_text(json.dumps(tree), Kind.CCR, name="any")
    config = of_imported(imported, {"A": "qwen3"})
    assert "ollama/qwen3" in repr(config)
    assert "${A}" in written(imported).text


@settings(deadline=None)
@given(
    st.sampled_from(Kind),
    st.text() | st.lists(litellm_words | ccr_words | st.sampled_from([*"{}[]:,=()'\"\n/*#"])).map("".join),
)
def test_any_text(kind: Kind, text: str) -> None:
    recognised(text)
    variables_of_text(text)
    for body in (text, f"import os\nmodel_name = [{text}]", f"{{{text}}}"):
        assert outcome(body, kind)


WHOLES = [
    (kind_of(file), file.name, yaml.safe_load(re.sub(r"(?m)(^|\s)//.*$", "", file.read_text(encoding="utf-8"))))
    for file in FILES
    if file.suffix in {".yaml", ".json"} and file.name not in {"ccr-json5.json", "ccr-example.json"}
]
MAPPINGS = [
    (kind, name, whole, path)
    for kind, name, whole in WHOLES
    for path in [(), *paths(whole)]
    if isinstance(at(whole, path), dict)
]


@pytest.mark.parametrize(
    ("kind", "name", "whole", "path"), MAPPINGS, ids=lambda value: str(value) if isinstance(value, tuple) else ""
)
def test_a_word_that_nobody_knows_is_told_wherever_it_stands(kind: Kind, name: str, whole: Any, path: Any) -> None:
    """By its name, or, where a whole section is not carried over, by the section's place."""
    text = json.dumps(put(whole, (*path, "zzz"), "x"), indent=1)
    document = read_json(text, name=name)
    imported = from_text(text, kind, name=name)
    around = {document.place(path[:depth]) for depth in range(1, len(path) + 1)}
    names = {"zzz", *(f"`{part}`" for part in path)}
    said = [note for note in imported.left if note.where in around or any(name in note.what for name in names)]
    assert said or "zzz" in str(imported.document.data), imported.warnings


names = st.sampled_from("abcdef")


@settings(deadline=None)
@given(st.dictionaries(names, st.lists(names | st.sampled_from(["x/a", "x/b"]), max_size=4), max_size=6))
def test_no_circle_is_left_and_nobody_is_lost(fallbacks: dict[str, list[str]]) -> None:
    deployments = {name: [f"x/{name}"] for name in "abcdef"}
    straight = without_circles(fallbacks, deployments)
    ways = {name: [one for one, _ in chain] for name, chain in straight.fallbacks.items()}
    for start, chain in ways.items():
        seen, ahead = set(), list(chain)
        while ahead:
            name = ahead.pop()
            assert name != start
            if name not in seen:
                seen.add(name)
                ahead += ways.get(name, [])
    for name, others in fallbacks.items():
        chain = ways.get(name, [])
        cut = {other for one, other in straight.cut if one == name}
        assert cut <= {name}, "only a fallback of itself says nothing"
        assert all(other in chain or f"x/{other}" in chain or other in cut for other in others)
