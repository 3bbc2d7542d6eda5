"""A month's bill: the second seed's figures, subscriptions and credits, cache, long prompts, and what is not known."""

import json
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from gha_router.config import CacheShares, Keyless, parse
from gha_router.errors import UsageError
from gha_router.estimate import Estimated, Month, estimate_json, estimated, headline, lead, notes, sections
from gha_router.pricing import Prices
from gha_router.report.terminal import print_section
from tests.golden import check_golden

# Inputs and prices of the second seed, "Cost comparison".
MODELS = """\
models:
  opus: {model: anthropic/claude-opus-4-5, price: {input: 15, output: 75}}
  sonnet: {model: anthropic/claude-sonnet-4, price: {input: 3, output: 15}}
  gemini: {model: gemini/gemini-2.5-pro, price: {input: 1.25, output: 10}}
  flash: {model: gemini/gemini-2.0-flash-lite, price: {input: 0.075, output: 0.30}}
default: flash
"""
SEED = (
    MODELS
    + """\
estimate:
  baseline: all Claude Opus 4.5
  strategies:
    all Claude Opus 4.5: opus
    all Gemini 2.5 Pro: gemini
    routing: {sonnet: 30%, gemini: 0.5, flash: 20 %}
"""
)
MONTH = Month(requests=100_000, input_tokens=1_000, output_tokens=500)
PRICES = Prices(
    {
        "source": "list 1.0",
        "date": "2026-11-20",
        "digest": "list",
        "models": {
            "anthropic/claude-opus-4-5": {"input": "5", "output": "25", "cache_read": "0.5", "cache_write": "6.25"},
            "gemini/gemini-2.5-pro": {
                "input": "1.25",
                "output": "10",
                "max_input_tokens": 1_048_576,
                "long_prompt": {"input": "2.5", "output": "15", "over": 200_000},
            },
            "openai/gpt-5": {"input": "1.25", "output": "10", "max_input_tokens": 272_000},
        },
    }
)
TODAY = date(2026, 11, 27)


def estimate(text: str, month: Month = MONTH, *, baseline: str | None = None, today: date = TODAY) -> Estimated:
    return estimated(parse(text, name="x", env=Keyless({})), month, baseline=baseline, prices=PRICES, today=today)


def usd(*values: str | int) -> tuple[Decimal, ...]:
    return tuple(Decimal(value) for value in values)


def totals(result: Estimated) -> dict[str, Decimal | None]:
    return {one.name: one.total_usd for one in result.strategies}


def test_the_second_seeds_bill() -> None:
    result = estimate(SEED)
    assert totals(result) == {"all Claude Opus 4.5": 5250, "all Gemini 2.5 Pro": 625, "routing": 632}
    saved = [one.saving for one in result.strategies]
    assert [None if share is None else round(share * 100) for share in saved] == [0, 88, 88]


def test_people_read_tables() -> None:
    result = estimate(SEED)
    console = Console(width=120, record=True, file=StringIO())
    console.print(Text(headline(result)))
    console.print(Text(lead(result)))
    for section in sections(result):
        print_section(section, console)
    for note in notes(result):
        console.print(Text(note))
    check_golden("estimate/seed.txt", "\n".join(line.rstrip() for line in console.export_text().splitlines()) + "\n")


def test_machines_read_json() -> None:
    check_golden("estimate/seed.json", estimate_json(estimate(SEED)))


def test_without_the_section_each_model_is_a_strategy_and_the_dearest_the_baseline() -> None:
    result = estimate(MODELS)
    assert totals(result) == {"opus": 5250, "sonnet": 1050, "gemini": 625, "flash": Decimal("22.5")}
    assert result.baseline == "opus"


def test_routes_are_a_strategy_by_the_mix_of_task_types() -> None:
    routes = "routes: {design: opus, docs: flash, bugfix: tier-1}\ntiers: {1: [sonnet, gemini]}\n"
    mix = "  mix: {design: 10%, bugfix: 60%, docs: 20%, review: 10%}\n"
    result = estimate(MODELS + routes + "estimate:\n" + mix)
    (ours,) = [one for one in result.strategies if one.name == "routing"]
    assert [(line.part, line.model) for line in ours.lines] == [
        ("design", "opus"),
        ("bugfix", "sonnet"),
        ("docs", "flash"),
        ("review", "flash"),  # no route of its own: the default
    ]
    assert ours.total_usd == Decimal(525) + Decimal(630) + Decimal("4.5") + Decimal("2.25")


def test_a_part_may_have_a_size_of_its_own() -> None:
    text = (
        MODELS
        + "estimate: {strategies: {two: {flash: 50%, sonnet: {share: 50%, input_tokens: 2000, output_tokens: 0}}}}\n"
    )
    (one,) = estimate(text).strategies
    assert one.lines[1].api_usd == Decimal(300)  # 50,000 x 2,000 tokens at $3 a million
    assert one.lines[0].api_usd == Decimal("11.25")


SUBSCRIPTION = """\
estimate:
  strategies: {claude: opus, mixed: {opus: 0.5, flash: 0.5}, api: flash}
  subscriptions:
    max: {usd: 200, covers: [opus]%s}
"""


def test_a_subscription_is_a_fixed_cost_with_the_api_equivalent_beside_it() -> None:
    claude, mixed, api = estimate(MODELS + SUBSCRIPTION % "").strategies
    assert (claude.fixed_usd, claude.variable_usd, claude.total_usd, claude.api_usd) == usd(200, 0, 200, 5250)
    assert (mixed.fixed_usd, mixed.variable_usd) == usd(200, "11.25")
    assert api.fixed_usd == 0
    assert not api.subscriptions


# The third seed's month: two subscriptions, a local model, and a little by use; all on Opus by the API beside it.
THIRD = """\
models:
  opus: {model: anthropic/claude-opus-4-6, price: {input: 5, output: 25}}
  sonnet: {model: anthropic/claude-sonnet-4-5, price: {input: 3, output: 15}}
  codex: {model: openai/gpt-5.3-codex, price: {input: 1.25, output: 10}}
  quick: {model: "ollama/glm-4.7", price: free}
  research: {model: openrouter/deepseek/deepseek-v3.2, price: {input: 0.28, output: 0.42}}
  fallback: {model: "openrouter/openai/gpt-oss-120b:free", price: free}
  long: {model: gemini/gemini-2.5-flash, price: {input: 0.15, output: 0.60}}
  opus-api: {model: anthropic/claude-opus-4-6, price: {input: 5, output: 25}}
routes: {design: opus, agentic_large: codex, quick_fix: quick, research: research, long_context: long}
default: sonnet
estimate:
  requests: 10000
  input_tokens: 23000
  output_tokens: 10000
  mix:
    implement: 80%
    design: 5%
    agentic_large: 2%
    quick_fix: 5%
    research: {share: 5%, input_tokens: 8000, output_tokens: 2000}
    long_context: {share: 3%, input_tokens: 9000, output_tokens: 1000}
  strategies: {all Opus by the API: opus-api, proposed: routing}
  subscriptions:
    Claude Max: {usd: 200, covers: [opus, sonnet]}
    ChatGPT Pro: {usd: 200, covers: [codex]}
"""


def test_the_third_seeds_month_has_fixed_variable_and_api_equivalent_cost() -> None:
    month = Month(requests=10_000, input_tokens=23_000, output_tokens=10_000)
    api, proposed = estimate(THIRD, month).strategies
    assert api.total_usd == 3650
    assert (proposed.fixed_usd, proposed.variable_usd) == usd(400, "2.125")
    assert proposed.api_usd is not None
    assert proposed.api_usd > 1900
    assert proposed.saving is not None
    assert round(proposed.saving * 100) == 89


def test_a_credit_pool_is_used_up_at_api_prices_and_the_rest_is_billed() -> None:
    result = estimate(MODELS + SUBSCRIPTION % ", credit_usd: 200")
    claude = result.strategies[0]
    assert (claude.fixed_usd, claude.variable_usd, claude.total_usd) == usd(200, 5050, 5250)
    assert any("is empty after 1.1 of 30 days" in note for note in result.notes)


def test_a_budgets_credit_changes_no_bill_and_says_when_it_is_empty() -> None:
    credit = "budget: {credits: {plan: {usd: 100, covers: [anthropic], low_at: 0.05}}}\n"
    result = estimate(SEED + credit)
    assert totals(result) == totals(estimate(SEED))
    drawn = result.strategies[2].credits["plan"]
    assert (drawn.api_equivalent, drawn.from_credit) == usd(315, 95)
    assert any("routing: `budget.credits.plan` holds $95.00 of $315.00, 9.0 of 30 days" in one for one in result.notes)


def test_a_free_price_under_a_subscription_is_worth_what_the_list_says() -> None:
    text = MODELS.replace("price: {input: 15, output: 75}", "price: free") + SUBSCRIPTION % ""
    claude = estimate(text).strategies[0]
    assert (claude.total_usd, claude.api_usd) == usd(200, 1750)


def test_cached_tokens_have_their_own_rates() -> None:
    cache = CacheShares(read=Decimal("0.8"), write=Decimal("0.1"))
    month = Month(requests=1_000, input_tokens=10_000, output_tokens=0, cache=cache)
    (one,) = estimate("models: {opus: anthropic/claude-opus-4-5}\n", month).strategies
    # of each 10,000: 1,000 at 5, 8,000 at 0.50, 1,000 at 6.25
    assert one.total_usd == Decimal("15.25")


def test_prompts_over_the_limit_have_the_rates_of_long_prompts() -> None:
    text = "models: {gemini: gemini/gemini-2.5-pro}\n"
    below = estimate(text, Month(requests=10, input_tokens=200_000, output_tokens=0))
    above = estimate(text, Month(requests=10, input_tokens=200_001, output_tokens=0))
    assert totals(below) == {"gemini": Decimal("2.5")}
    assert totals(above) == {"gemini": Decimal("5.000025")}
    assert any("their own rates" in note for note in above.notes)
    assert not any("their own rates" in note for note in below.notes)


def test_a_prompt_that_does_not_fit_is_said() -> None:
    result = estimate("models: {gpt: openai/gpt-5}\n", Month(requests=1, input_tokens=300_000, output_tokens=1))
    assert "openai/gpt-5 takes 272,000 tokens at most: a prompt of 300,000 does not fit" in result.notes


def test_the_context_that_the_file_says_comes_before_the_lists() -> None:
    text = "models: {gpt: {model: openai/gpt-5, context: CONTEXT}}\n"
    month = Month(requests=1, input_tokens=300_000, output_tokens=1)
    wide = estimate(text.replace("CONTEXT", "1000000"), month)
    narrow = estimate(text.replace("CONTEXT", "32768"), month)
    assert not any("does not fit" in note for note in wide.notes)
    assert "openai/gpt-5 takes 32,768 tokens at most: a prompt of 300,000 does not fit" in narrow.notes


def test_an_unknown_price_is_unknown_and_never_nothing() -> None:
    text = MODELS + "  # nobody lists this\nestimate: {strategies: {new: {openai/gpt-99: 50%, opus: 50%}, old: opus}}\n"
    result = estimate(text)
    new, old = result.strategies
    assert (new.total_usd, new.variable_usd, new.saving) == (None, None, None)
    assert new.known_usd == 2625
    assert result.baseline == "old"
    assert any("the price of openai/gpt-99 is not known" in note for note in result.notes)
    found = json.loads(estimate_json(result))
    assert (found["strategies"][0]["total_usd"], found["strategies"][0]["known_usd"]) == (None, "2625.00")
    assert found["prices"][0] == found["prices"][0] | {"deployment": "openai/gpt-99", "rates": None, "source": None}
    assert [row[1] for row in sections(result)[0].rows] == ["at least $2,625.00", "$5,250.00"]
    assert old.saving == 0


def test_free_costs_nothing_and_is_known() -> None:
    result = estimate("models: {local: {model: 'ollama/glm-4.7', price: free}}\n")
    assert totals(result) == {"local": 0}


def test_each_price_says_where_it_is_from_and_how_old_it_is() -> None:
    found = json.loads(estimate_json(estimate("models: {gpt: openai/gpt-5}\n")))["prices"][0]
    assert (found["source"], found["date"], found["age_days"], found["stale"]) == (
        "list 1.0, 2026-11-20",
        "2026-11-20",
        7,
        False,
    )


def test_a_stale_list_gets_a_note_and_an_override_says_what_the_list_says() -> None:
    result = estimate("models: {gpt: openai/gpt-5}\n", today=date(2027, 3, 1))
    assert any("the price list is 101 days old" in note for note in result.notes)
    overridden = estimate(SEED).notes
    assert overridden == (
        "anthropic/claude-opus-4-5: configured $15 / $75, the list of list 1.0, 2026-11-20 says $5 / $25",
    )


def test_a_baseline_that_is_no_strategy_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"the baseline `all Gemini` is no strategy") as caught:
        estimate(SEED, baseline="all Gemini")
    assert caught.value.hint == "Did you mean `all Gemini 2.5 Pro`?"
    assert estimate(SEED, baseline="routing").strategies[0].saving == Decimal(632 - 5250) / 632


def test_dearer_than_the_baseline_is_said_so() -> None:
    rows = sections(estimate(SEED, baseline="routing"))[0].rows
    assert [row[2] for row in rows] == ["731 % more", "1 %", "baseline"]


@given(
    shares=st.lists(st.integers(min_value=0, max_value=100), min_size=3, max_size=3).filter(
        lambda all_: sum(all_) == 100
    )
    | st.tuples(st.integers(0, 100), st.integers(0, 100))
    .filter(lambda two: sum(two) <= 100)
    .map(lambda two: [*two, 100 - sum(two)]),
    requests=st.integers(1, 10**9),
    tokens=st.tuples(st.integers(1, 10**6), st.integers(0, 10**6)),
)
def test_a_mix_costs_what_its_parts_cost(shares: list[int], requests: int, tokens: tuple[int, int]) -> None:
    month = Month(requests=requests, input_tokens=tokens[0], output_tokens=tokens[1])
    mix = ", ".join(f"{name}: {share}%" for name, share in zip(("opus", "sonnet", "flash"), shares, strict=True))
    section = f"estimate: {{strategies: {{mix: {{{mix}}}, opus: opus, sonnet: sonnet, flash: flash}}}}\n"
    mixed, *alone = (one.total_usd for one in estimate(MODELS + section, month).strategies)
    known: list[Any] = [total for total in alone if total is not None]
    assert mixed == sum(total * share for total, share in zip(known, shares, strict=True)) / 100
