"""How much is told while a command works: nothing, its stages, or each request and check as well."""

from collections.abc import Callable, Iterable
from enum import Enum

from gha_router.errors import UsageError
from gha_router.records import CheckResult, Receipt
from gha_router.telemetry import SILENT, Telemetry


class Loudness(Enum):
    """What ``--quiet`` and ``--verbose`` ask for. Results, warnings and errors are told in any case."""

    QUIET = "quiet"
    NORMAL = "normal"
    VERBOSE = "verbose"


def loudness_of(*, quiet: bool, verbose: bool) -> Loudness:
    """Return what two options ask for. Raises ``UsageError`` for both."""
    if quiet and verbose:
        raise UsageError("--quiet and --verbose exclude each other", hint="Name one of them.")
    return Loudness.QUIET if quiet else Loudness.VERBOSE if verbose else Loudness.NORMAL


def listener_of(loudness: Loudness, tell: Callable[[str], None]) -> Telemetry:
    """Return who tells people more than the stages of a run."""
    return _Aloud(tell) if loudness is Loudness.VERBOSE else SILENT


class _Aloud(Telemetry):
    """Tells requests and checks, a line each."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell

    def requests(self, receipts: Iterable[Receipt]) -> None:
        """Tell what was asked, by its receipts."""
        for receipt in receipts:
            self._tell(f"  request {line_of(receipt)}")

    def check(self, result: CheckResult, seconds: float) -> None:
        """Tell what a check found."""
        found = "" if result.passed else f": {result.found}"
        self._tell(f"  check {result.name}: {result.status} in {seconds:.1f} s{found}")


def line_of(receipt: Receipt) -> str:
    """Return a request in one line: who answered, with which status, how much for how much, in which time."""
    cost = "at no known price" if receipt.cost_usd is None else f"${receipt.cost_usd:f}"
    usage = receipt.usage
    tokens = "tokens unknown" if usage is None else f"{usage.total - usage.output:,} in, {usage.output:,} out"
    failed = [f"{one.deployment}: {one.cause}" for one in receipt.tries if one.cause != "ok"]
    setbacks = f" ({'; '.join(failed)})" if failed else ""
    return f"{receipt.served or 'nobody'}: {receipt.status}, {tokens}, {cost}, {receipt.seconds:.1f} s{setbacks}"
