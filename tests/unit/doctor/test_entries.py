"""Every deployment that can be asked is looked at once, whoever names it; addresses show no secrets."""

import pytest

from gha_router.config import Keyless, Provider, parse
from gha_router.doctor.entries import entries_of, is_ollama, keys_of, shown_address
from gha_router.doctor.findings import Finding, Health, exit_code

FILE = """\
models:
  a: [sim/honest, {model: sim/lazy, order: 2}]
  b: sim/lazy
  c: {model: sim/honest, timeout: 5}
tiers: {1: [a, sim/slow]}
routes: {docs: sim/nop}
default: a
fallbacks: {b: [sim/miscounter]}
router_settings: {context_window_fallbacks: {a: [sim/oracle]}}
steps: [{id: x, prompt: y, model: sim/clock-blind}]
"""


def test_every_deployment_is_looked_at_once_for_each_of_its_settings() -> None:
    found = {(entry.deployment.model, entry.names) for entry in entries_of(parse(FILE, name="x", env=Keyless({})))}
    assert found == {
        ("sim/honest", ("a",)),
        ("sim/lazy", ("a",)),
        ("sim/lazy", ("b",)),
        ("sim/honest", ("c",)),
        ("sim/slow", ("sim/slow",)),
        ("sim/nop", ("sim/nop",)),
        ("sim/miscounter", ("sim/miscounter",)),
        ("sim/oracle", ("sim/oracle",)),
        ("sim/clock-blind", ("sim/clock-blind",)),
    }


def test_an_entry_asks_its_deployment_and_no_other() -> None:
    for entry in entries_of(parse(FILE, name="x", env=Keyless({}))):
        assert entry.decision.deployments == (entry.deployment.model,)


def test_keys_are_those_of_providers_in_use() -> None:
    keyless = Keyless({"OPENAI_API_KEY": "k"})
    config = parse("models: {a: openai/gpt-5, b: anthropic/x, c: sim/honest}\n", name="x", env=keyless)
    keys = keys_of(config, entries_of(config), keyless)
    assert [(key.provider, key.needed, key.missing) for key in keys] == [
        ("openai", True, ()),
        ("anthropic", True, ("ANTHROPIC_API_KEY",)),
        ("sim", False, ()),
    ]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://user:secret@host:8443/path/key?token=x", "https://host:8443"),
        ("http://[::1]:11434/v1", "http://[::1]:11434"),
        ("https://api.openai.com/v1", "https://api.openai.com"),
        (None, None),
    ],
)
def test_an_address_is_shown_without_what_may_be_a_secret(address: str | None, shown: str | None) -> None:
    assert shown_address(address) == shown


@pytest.mark.parametrize(
    ("name", "url", "ollama"),
    [
        ("ollama", "http://10.0.0.5:8080", True),
        ("local", "http://127.0.0.1:11434/v1", True),
        ("lab", "http://127.0.0.1:9000", False),
        ("lab", "https://lab.example/v1", False),
    ],
)
def test_an_ollama_server_is_known_by_its_name_or_port(name: str, url: str, *, ollama: bool) -> None:
    assert is_ollama(name, Provider.model_validate({"base_url": url, "format": "openai"})) is ollama


def test_a_second_ollama_server_is_one_that_is_like_it() -> None:
    assert is_ollama(
        "box", Provider.model_validate({"base_url": "http://10.0.0.5", "format": "openai", "like": "ollama"})
    )


@pytest.mark.parametrize(
    ("healths", "strict", "code"),
    [
        ((), True, 0),
        ((Health.WELL,), True, 0),
        ((Health.WARNING,), False, 0),
        ((Health.WARNING,), True, 1),
        ((Health.WARNING, Health.DOWN), True, 3),
        ((Health.DOWN, Health.MISTAKE), False, 2),
    ],
)
def test_the_exit_code_says_who_has_to_mend_it(healths: tuple[Health, ...], code: int, *, strict: bool) -> None:
    assert exit_code(tuple(Finding(health=health, what="x") for health in healths), strict=strict) == code
