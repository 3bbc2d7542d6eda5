"""Who answers, and why: by name, tier, task type, default, or because there is only one."""

import pytest

from gha_router.config import Config, parse
from gha_router.errors import ConfigError
from gha_router.routing import deployments_of, resolve

TEXT = """\
models:
  opus: sim/opus
  sonnet: [{model: sim/sonnet-b, order: 2}, {model: sim/sonnet-a, timeout: 60}]
  coder: {model: ollama/coder, price: free}
  gpt: openai/gpt-5
tiers: {0: [opus], 1: [sonnet, opus]}
routes: {design: tier-0, quick_fix: coder, docs: sim/tiny, long_context: {over_tokens: 200000, to: gpt}}
default: sonnet
fallbacks: {sonnet: [coder], opus: [sonnet], coder: [sim/last]}
"""
ENV = {"OPENAI_API_KEY": "sk-x"}


def config_of(text: str = TEXT) -> Config:
    return parse(text, name="gha-router.yml", env=ENV)


@pytest.mark.parametrize(
    ("asked", "model", "reason"),
    [
        ({"model": "coder"}, "coder", "asked by name"),
        ({"model": "ollama/other:7b"}, "ollama/other:7b", "asked by name"),
        ({"model": "coder", "tier": 0, "route": "docs"}, "coder", "asked by name"),
        ({"tier": 1}, "sonnet", "tier 1: its first model"),
        ({"tier": 1, "route": "docs"}, "sonnet", "tier 1: its first model"),
        ({"route": "quick_fix"}, "coder", "route quick_fix -> coder"),
        ({"route": "docs"}, "sim/tiny", "route docs -> sim/tiny"),
        ({"route": "design"}, "opus", "route design -> tier 0: its first model"),
        ({"route": "long_context"}, "gpt", "route long_context -> gpt"),
        ({"route": "review"}, "sonnet", "no route for review: default -> sonnet"),
        ({}, "sonnet", "default -> sonnet"),
    ],
)
def test_the_most_explicit_wish_decides(asked: dict[str, object], model: str, reason: str) -> None:
    decision = resolve(config_of(), **asked)  # type: ignore[arg-type]
    assert (decision.model, decision.reason) == (model, reason)


def test_a_decision_says_what_was_asked() -> None:
    config = config_of()
    assert resolve(config).asked is None
    assert resolve(config, model="opus").asked == "opus"
    by_tier = resolve(config, tier=1)
    assert (by_tier.asked, by_tier.tier, by_tier.task_type) == ("tier-1", 1, None)
    by_route = resolve(config, route="design")
    assert (by_route.asked, by_route.tier, by_route.task_type) == ("design", 0, "design")


def test_deployments_are_tried_by_order_then_tier_then_fallbacks_each_once() -> None:
    config = config_of()
    assert resolve(config, tier=1).deployments == (
        "sim/sonnet-a",
        "sim/sonnet-b",
        "sim/opus",
        "ollama/coder",
        "sim/last",
    )
    assert resolve(config, model="coder").deployments == ("ollama/coder", "sim/last")


def test_deployments_come_with_their_settings() -> None:
    config = config_of()
    decision = resolve(config, model="sonnet")
    found = deployments_of(config, decision)
    assert tuple(deployment.model for deployment in found) == decision.deployments
    assert [deployment.timeout for deployment in found] == [60, None, None, None]
    assert found[2].price == "free"


def test_the_only_model_needs_no_default() -> None:
    assert resolve(config_of("models: {a: sim/a}")).reason == "the only model"
    assert resolve(config_of("models: {a: sim/a}"), route="docs").reason == "no route for docs: the only model"


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"model": "sonet"}, "unknown model `sonet`\n  Did you mean `sonnet`?"),
        ({"model": "x"}, "unknown model `x`\n  There are: `opus`, `sonnet`, `coder`, `gpt`."),
        ({"model": "olama/x"}, "unknown provider `olama` in `olama/x`\n  Did you mean `ollama`?"),
        (
            {"model": "zai/glm-4.7"},
            (
                "`zai/glm-4.7` needs a key: `ZAI_API_KEY` is not set\n"
                "  Set it (in a workflow the input `zai_api_key`), or describe `zai` under `providers`."
            ),
        ),
        ({"model": "sim/"}, "unknown model `sim/`\n  There are: `opus`, `sonnet`, `coder`, `gpt`."),
        ({"model": "sim/a b"}, "unknown model `sim/a b`\n  There are: `opus`, `sonnet`, `coder`, `gpt`."),
        ({"tier": 2}, "tier 2 is not defined\n  Defined under `tiers`: 0, 1."),
        ({"route": "quickfix"}, "unknown task type `quickfix`\n  Did you mean `quick_fix`?"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(asked: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        resolve(config_of(), **asked)  # type: ignore[arg-type]
    assert str(caught.value) == message


@pytest.mark.parametrize(("text", "names"), [("models: {a: sim/a, b: sim/b}", "`a`, `b`"), ("version: 1", "none yet")])
def test_no_choice_is_an_error_that_lists_the_names(text: str, names: str) -> None:
    with pytest.raises(ConfigError, match="nothing says which model answers") as caught:
        resolve(config_of(text))
    assert f"({names})" in str(caught.value)


def test_a_model_without_its_provider_is_told_how_to_be_named() -> None:
    with pytest.raises(ConfigError, match="anthropic/claude-sonnet-4-5"):
        resolve(parse("version: 1\n", name="built-in", env={}), model="claude-sonnet-4-5")
