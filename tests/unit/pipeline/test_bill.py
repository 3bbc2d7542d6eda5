"""The whole bill, and the yardstick of the top tier: tokens priced again, unknown where a part is."""

from dataclasses import replace
from decimal import Decimal

import pytest

from gha_router.pipeline.bill import Top, _asides, baseline
from gha_router.pricing import Price
from gha_router.records import Receipt, RunResult, Usage
from tests.unit.report.sample import AT, run

MILLION = 1_000_000
PRICE = Price(input=Decimal(5), output=Decimal(25), source="here", digest="d")
TOP = Top(model="opus", price=PRICE)


def receipt(step: str, attempt: int, *, usage: Usage | None = None, cost: str | None = "0.01") -> Receipt:
    return Receipt(
        id="r",
        at=AT,
        endpoint="/v1/messages",
        run="1234",
        step=step,
        attempt=attempt,
        session=None,
        agent=None,
        asked="sonnet",
        model="sonnet",
        reason="because",
        tries=(),
        served=None,
        status=200,
        stop_reason=None,
        complete=True,
        usage=usage,
        price_source=None,
        price_digest=None,
        cost_usd=None if cost is None else Decimal(cost),
        ttfb_s=None,
        seconds=1.0,
    )


def sampled() -> RunResult:
    """The sample's two steps, the second of which was escalated; each attempt made one request."""
    result = run()
    steps = tuple(
        replace(step, attempts=tuple(replace(attempt, requests=1) for attempt in step.attempts))
        for step in result.steps
    )
    return replace(result, steps=steps, asides=(), baseline=None)


USED = Usage(input=MILLION, output=MILLION // 10)


def test_only_the_attempts_that_decided_are_priced_again() -> None:
    receipts = [
        receipt("gather", 1, usage=USED),
        receipt("finish", 1, usage=Usage(input=100 * MILLION)),
        receipt("finish", 2, usage=USED),
        receipt("classifier", 1, usage=Usage(input=100 * MILLION)),
    ]
    assert baseline(sampled(), receipts, TOP).cost_usd == 2 * (Decimal(5) + Decimal("2.5"))


@pytest.mark.parametrize(
    "last",
    [
        receipt("finish", 2, usage=None, cost=None),  # nobody knows its tokens
        receipt("finish", 3, usage=USED),  # the receipt of the deciding attempt is not there
    ],
)
def test_what_is_not_known_is_no_baseline(last: Receipt) -> None:
    assert baseline(sampled(), [receipt("gather", 1, usage=USED), last], TOP).cost_usd is None


def test_an_unknown_price_is_no_baseline() -> None:
    receipts = [receipt("gather", 1, usage=USED), receipt("finish", 2, usage=USED)]
    assert baseline(sampled(), receipts, Top(model="dark", price=None)).cost_usd is None


def test_a_request_that_nobody_served_costs_nothing_anywhere() -> None:
    receipts = [receipt("gather", 1, usage=USED), receipt("finish", 2, cost="0")]
    assert baseline(sampled(), receipts, TOP).cost_usd == Decimal("7.5")


def test_what_was_asked_outside_of_attempts_is_on_the_bill() -> None:
    asked = [receipt("classifier", 1), receipt("classifier", 1), receipt("judge", 1, cost=None), receipt("gather", 1)]
    asides = _asides(sampled(), asked)
    assert [(aside.name, aside.requests, aside.cost_usd) for aside in asides] == [
        ("classifier", 2, Decimal("0.02")),
        ("judge", 1, None),
    ]
    whole = replace(sampled(), asides=asides)
    assert whole.cost_usd is None
    assert replace(whole, asides=asides[:1]).cost_usd == Decimal("0.3851")
    assert replace(whole, asides=asides[:1]).cost_per_verified_usd == Decimal("0.19255")
