"""Deployments that several models and tiers of a configuration share."""

from decimal import Decimal
from pathlib import Path

import orjson

from gha_router.config import parse
from gha_router.gateway.setup import Setup
from gha_router.pipeline.plans import plan_of
from gha_router.pipeline.setup import by_name, gateway_setup, names_of
from gha_router.records import Decision, dumps

TEXT = """
version: 1
providers: {lab: {base_url: "http://127.0.0.1:1", format: anthropic}}
models:
  quick: {model: lab/x, timeout: 5, price: free}
  slow: {model: lab/x, timeout: 500, context: 1000, price: {input: 1, output: 2}}
  other: lab/y
tiers: {1: [quick, other]}
steps:
  - {id: one, prompt: hi, tier: 1}
  - {id: two, prompt: hi, model: quick}
"""
CONFIG = parse(TEXT, name="t", env={})


def setup_of(decisions: dict[str, Decision]) -> Setup:
    made = gateway_setup(CONFIG, decisions, ledger=Path("ledger"), sim_url=None)
    return Setup.from_json(orjson.loads(dumps(made.to_json())))  # as it crosses the pipe


def test_two_models_that_share_a_deployment_keep_their_own_limits_and_prices() -> None:
    names = names_of(CONFIG)
    setup = setup_of(names)
    [quick], [slow] = setup.upstreams_of(names["quick"]), setup.upstreams_of(names["slow"])
    assert (quick.name, quick.timeout_s, quick.context) == ("lab/x", 5, None)
    assert (slow.name, slow.timeout_s, slow.context) == ("lab/x", 500, 1000)
    assert quick.price is not None
    assert slow.price is not None
    assert (quick.price.output, slow.price.output) == (Decimal(0), Decimal(2))


def test_a_tier_and_its_first_model_in_one_run_keep_all_their_deployments() -> None:
    plans = [plan_of(CONFIG, index, step) for index, step in enumerate(CONFIG.steps)]
    setup = setup_of(by_name(decision for plan in plans for decision in plan.attempts))
    asked = [[upstream.name for upstream in setup.upstreams_of(plan.attempts[0])] for plan in plans]
    assert asked == [["lab/x", "lab/y"], ["lab/x"]]
