import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.errors import ConfigError, Position
from gha_router.routing.cascade import Check, Stage, Trial, break_even, expected
from gha_router.routing.chains import search

rates = st.floats(0, 0.45)
trials = st.builds(Trial, right=st.sampled_from([0.0, 0.5, 1.0]), cost=st.floats(0.001, 2))
tasks = st.lists(st.fixed_dictionaries({"a": trials, "b": trials, "c": trials}), min_size=1, max_size=8)


def enumerated(task: dict[str, Trial], chain: tuple[str, ...], check: Check) -> tuple[float, float]:
    """Quality and cost of a chain on a task by going through every course that it can take."""
    quality = cost = 0.0
    for rights in itertools.product([True, False], repeat=len(chain)):
        for refusals in itertools.product([True, False], repeat=len(chain) - 1):
            chance, spent = 1.0, 0.0
            for model, right in zip(chain, rights, strict=True):
                chance *= task[model].right if right else 1 - task[model].right
            for right, refused in zip(rights, refusals, strict=False):
                accepts = 1 - check.beta if right else check.alpha
                chance *= 1 - accepts if refused else accepts
            ends = next((number for number, refused in enumerate(refusals) if not refused), len(chain) - 1)
            spent = sum(task[model].cost for model in chain[: ends + 1])
            quality += chance * rights[ends]
            cost += chance * spent
    return quality, cost


@given(tasks, rates, rates)
def test_expectations_are_those_of_every_course_weighted(
    history: list[dict[str, Trial]], alpha: float, beta: float
) -> None:
    check = Check(alpha=alpha, beta=beta)
    result = expected(("a", "b", "c"), history, check)
    courses = [enumerated(task, ("a", "b", "c"), check) for task in history]
    assert result.quality == pytest.approx(sum(quality for quality, _ in courses) / len(history))
    assert result.cost_usd == pytest.approx(sum(cost for _, cost in courses) / len(history))


@given(tasks, rates, rates)
def test_a_chain_that_costs_more_than_its_last_model_is_refused(
    history: list[dict[str, Trial]], alpha: float, beta: float
) -> None:
    result = expected(("a", "b", "c"), history, Check(alpha=alpha, beta=beta))
    alone = expected(("c",), history, Check()).cost_usd
    if result.cost_usd > alone + 1e-9:
        with pytest.raises(ConfigError, match=r"cannot pay: .*\$.*\$"):
            break_even(result.stages, alone)


@given(tasks, rates, rates)
def test_what_the_search_finds_is_never_refused(history: list[dict[str, Trial]], alpha: float, beta: float) -> None:
    check = Check(alpha=alpha, beta=beta)
    found = search(history, ["a", "b", "c"], "c", check, 0.9)
    if found is None:
        return
    result, alone = expected(found.chain, history, check), expected(("c",), history, check)
    assert found.chain[-1] == "c"
    assert found.quality == pytest.approx(result.quality / alone.quality)
    assert found.quality >= 0.9
    break_even(result.stages, alone.cost_usd)


def test_a_cheap_model_that_is_half_right_pays() -> None:
    stages = (
        Stage(model="mini", cost_usd=0.03, reached=1, accepts=0.6),
        Stage(model="opus", cost_usd=0.7, reached=0.4, accepts=1),
    )
    break_even(stages, 0.7)


@pytest.mark.parametrize(
    ("stages", "alone", "said"),
    [
        ((("sonnet", 0.56, 0.6), ("opus", 0.72, 1)), 0.72, "sonnet costs $0.5600 a try, but only 60%"),
        ((("mini", 0.03, 0.6), ("sonnet", 0.6, 0.5), ("opus", 0.7, 1)), 0.7, "sonnet costs $0.6000 a try"),
        ((("sonnet", 0.56, 0.8), ("opus", 1.4, 1)), 0.72, "it costs $0.8400 a task, opus alone $0.7200 (1.17x)"),
        ((("mini", 0.03, 0.6), ("local", 0.0, 1)), 0.0, "mini costs $0.0300 a try"),
    ],
)
def test_a_chain_that_cannot_pay_is_refused_with_the_numbers(
    stages: tuple[tuple[str, float, float], ...], alone: float, said: str
) -> None:
    chain = [Stage(model=model, cost_usd=cost, reached=1, accepts=accepts) for model, cost, accepts in stages]
    with pytest.raises(ConfigError) as raised:
        break_even(chain, alone, where=Position("policy.yml", 9))
    assert said in str(raised.value)
    assert str(raised.value).startswith("policy.yml:9: the chain ")
