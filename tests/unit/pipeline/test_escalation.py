"""Escalations that cannot pay: refused where that is known, warned of where only prices are."""

from pathlib import Path

import pytest

from gha_router.config import load
from gha_router.errors import ConfigError
from gha_router.pipeline.whole import check_whole

MODELS = """\
models:
  opus: {model: sim/opus, price: {input: 5, output: 25}}
  haiku: {model: sim/haiku, price: {input: 1, output: 5}}
  coder: {model: sim/coder, price: free}
  second: {model: sim/second, price: free}
  dark: ollama/unknown-model
tiers: {0: [opus], 1: [dark], 2: [haiku], 3: [coder], 4: [second]}
default: haiku
"""
POLICY = """\
schema: gha-router/policy/1
strong: big
weak: haiku
kind: prior
threshold: 0.1
share: 0.4
prior: 0.2
check: {false_accept: 0.1, false_reject: 0.1}
models:
  big: {solves: 0.8, cost_usd: 0.5, tasks: 200}
  haiku: {solves: SOLVES, cost_usd: 0.1, tasks: 200}
"""
LEARNED = "learned: {policy: policy.yml, strong: opus}\n"


def checked(folder: Path, step: str, more: str = "", solves: str = "0.5") -> tuple[str, ...]:
    (folder / "policy.yml").write_text(POLICY.replace("SOLVES", solves))
    (folder / "c.yml").write_text(f"{MODELS}{more}steps:\n  - {{id: fix, prompt: Fix it, {step}}}\n")
    return check_whole(load(folder / "c.yml", {}))


@pytest.mark.parametrize(
    "step",
    [
        "tier: 2, on_fail: {escalate: [0]}",
        "tier: 3, on_fail: {escalate: [4, 2, 0]}",  # what is free loses nothing
        "tier: 1, on_fail: {escalate: [2]}",  # nobody knows what `dark` costs
        "tier: 2, on_fail: {retry: 1, escalate: [0]}",
        "on_fail: {escalate: [0]}",
    ],
)
def test_a_chain_that_may_pay_is_let_be(step: str, tmp_path: Path) -> None:
    assert checked(tmp_path, step) == ()


def test_a_chain_that_gets_cheaper_is_warned_of_with_both_prices(tmp_path: Path) -> None:
    (warning,) = checked(tmp_path, "tier: 0, on_fail: {escalate: [2]}")
    assert "c.yml:10:61: haiku ($1 in, $5 out a million) comes after opus ($5 in, $25 out a million)" in warning


@pytest.mark.parametrize("step", ["tier: 2, on_fail: {escalate: [2]}", "model: haiku, on_fail: {escalate: [0, 2]}"])
def test_the_same_model_again_is_refused(step: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"tier 2 asks haiku again, which has failed by then\n.*`retry: 1`"):
        checked(tmp_path, step)


def test_where_the_prompt_went_there_first_it_is_a_warning(tmp_path: Path) -> None:
    (warning,) = checked(tmp_path, "on_fail: {escalate: [2]}")
    assert "tier 2 asks haiku again" in warning
    assert "the prompt goes there first" in warning


def test_a_chain_that_pays_by_the_policy_s_figures_is_let_be(tmp_path: Path) -> None:
    assert checked(tmp_path, "tier: 2, on_fail: {escalate: [0]}", LEARNED) == ()


def test_a_chain_that_cannot_pay_by_the_policy_s_figures_is_refused_with_them(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        checked(tmp_path, "tier: 2, on_fail: {escalate: [0]}", LEARNED, solves="0.1")
    assert "the chain haiku -> opus cannot pay: haiku costs $0.1000 a try, but only 18% of its" in str(caught.value)
    assert "what follows costs $0.5000: that saves $0.0900" in str(caught.value)
