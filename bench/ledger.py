"""What a receipt costs."""

import tempfile
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from gha_router.ledger import Ledger, verify
from gha_router.records import Receipt, Try, Usage

COUNT = 20_000
RECEIPT = Receipt(
    id="rcpt_0",
    at="2026-11-01T00:00:00.000Z",
    endpoint="/v1/messages",
    run="run",
    step="step",
    attempt=1,
    session="session",
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


def main() -> Iterator[tuple[str, str]]:
    """Write and verify receipts."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.jsonl"
        ledger = Ledger(path)
        started = time.perf_counter()
        for _ in range(COUNT):
            ledger.receipt(RECEIPT)
        written = time.perf_counter() - started
        ledger.close()
        started = time.perf_counter()
        verify(path)
        yield "write one receipt", f"{written / COUNT * 1e6:.0f} us"
        yield "verify one receipt", f"{(time.perf_counter() - started) / COUNT * 1e6:.0f} us"
