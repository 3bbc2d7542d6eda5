"""What a report says of its receipts is what stands in them."""

from dataclasses import replace
from decimal import Decimal

from gha_router.pipeline.bill_lines import by_deployment, setbacks
from gha_router.records import Billed, Setback, Try, Usage
from tests.samples import RECEIPT

LIMITED = Try(deployment="lab/x", status=429, cause="rate limit", seconds=0.2)
OK = RECEIPT.tries[0]


def test_each_who_answered_has_a_line_the_dearest_first() -> None:
    dear = replace(RECEIPT, served="lab/dear", cost_usd=Decimal(1))
    assert by_deployment([RECEIPT, dear, RECEIPT]) == (
        Billed(
            served="lab/dear",
            requests=1,
            usage=Usage(input=10, output=5),
            cost_usd=Decimal(1),
            price_source="configured",
        ),
        Billed(
            served="lab/x",
            requests=2,
            usage=Usage(input=20, output=10),
            cost_usd=Decimal("0.000210"),
            price_source="configured",
        ),
    )


def test_what_is_not_known_of_one_request_is_not_known_of_all() -> None:
    (line,) = by_deployment([RECEIPT, replace(RECEIPT, usage=None, cost_usd=None, price_source=None)])
    assert (line.requests, line.usage, line.cost_usd, line.price_source) == (2, None, None, "configured")


def test_what_nobody_answered_stands_last() -> None:
    nobody = replace(RECEIPT, served=None, usage=None, cost_usd=Decimal(9))
    assert [line.served for line in by_deployment([nobody, RECEIPT])] == ["lab/x", None]


def test_alike_setbacks_are_counted_with_who_answered_in_the_end() -> None:
    again = replace(RECEIPT, tries=(LIMITED, OK))
    other = replace(RECEIPT, tries=(LIMITED, replace(OK, deployment="lab/y")), served="lab/y")
    assert setbacks([RECEIPT, again, other]) == (
        Setback(
            step="fix",
            deployment="lab/x",
            cause="rate limit",
            status=429,
            times=2,
            seconds=0.4,
            then=("lab/x", "lab/y"),
        ),
    )


def test_a_refusal_before_anybody_was_asked_is_one_too() -> None:
    refused = replace(RECEIPT, tries=(), served=None, status=402, reason="the budget is used up", seconds=0.0)
    (one,) = setbacks([refused])
    assert (one.deployment, one.cause, one.status, one.then) == (None, "the budget is used up", 402, ())


def test_a_request_that_went_well_is_none() -> None:
    assert setbacks([RECEIPT]) == ()
    assert by_deployment([]) == ()
