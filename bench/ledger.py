"""What a receipt costs."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.samples import RECEIPT

from gha_router.ledger import Ledger, verify

COUNT = 20_000


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
