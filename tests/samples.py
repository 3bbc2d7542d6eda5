"""Records that several tests begin with; ``dataclasses.replace`` makes the others."""

from decimal import Decimal

from gha_router.records import Receipt, Try, Usage

RECEIPT = Receipt(
    id="rcpt_0",
    at="2026-11-01T00:00:00.000Z",
    endpoint="/v1/messages",
    run="run-1",
    step="fix",
    attempt=1,
    session=None,
    agent=None,
    asked="sonnet",
    model="sonnet",
    reason="asked by name",
    tries=(Try(deployment="lab/x", status=200, cause="ok", seconds=0.5),),
    served="lab/x",
    status=200,
    stop_reason="end_turn",
    complete=True,
    usage=Usage(input=10, output=5),
    price_source="configured",
    price_digest="d" * 64,
    cost_usd=Decimal("0.000105"),
    ttfb_s=0.1,
    seconds=0.5,
)
