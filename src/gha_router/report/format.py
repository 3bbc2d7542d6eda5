"""Figures as people read them. ``None`` is never printed as a number."""

from collections.abc import Iterable
from decimal import Context, Decimal

from gha_router.records import CheckResult, CheckStatus, Verdict
from gha_router.stats import Interval

NONE = "–"  # noqa: RUF001 - the dash of an empty table cell
UNKNOWN = "unknown"
MARKS = {
    Verdict.VERIFIED: "✓",
    Verdict.FAILED: "✗",
    Verdict.ERROR: "!",
    Verdict.REFUSED: "$",
    Verdict.CANCELLED: NONE,
    Verdict.SKIPPED: NONE,
}
WORDS = {
    Verdict.VERIFIED: "Verified",
    Verdict.FAILED: "Not verified",
    Verdict.ERROR: "Infrastructure error",
    Verdict.REFUSED: "Refused by the budget",
    Verdict.CANCELLED: "Cancelled",
    Verdict.SKIPPED: "Skipped",
}
TWO_DIGITS = Context(prec=2)
MINUTE, HOUR = 60, 3600  # seconds
THOUSAND = 1000
TEN = 10  # from here on a decimal says nothing more


def money(usd: Decimal | None) -> str:
    """Return USD: cents from a dollar on, two significant digits below it (``$0.0042``)."""
    if usd is None:
        return UNKNOWN
    if usd == 0 or usd >= 1:
        return f"${usd:,.2f}"
    if usd < Decimal("0.0001"):
        return "< $0.0001"
    digits = TWO_DIGITS.plus(usd).normalize().as_tuple().exponent
    return f"${usd:.{max(2, -int(digits))}f}"


def total_money(known: Decimal, unpriced: int) -> str:
    """Return a sum of which ``unpriced`` parts are not known: it is a lower bound then."""
    if not unpriced:
        return money(known)
    return f"at least {money(known)}" if known else f"cost {UNKNOWN}"


def duration(seconds: float | None) -> str:
    """Return seconds as ``420 ms``, ``1.4 s``, ``42 s``, ``1 m 20 s`` or ``2 h 5 m``."""
    if seconds is None:
        return NONE
    if round(seconds, 3) < 1:
        return f"{seconds * THOUSAND:.0f} ms" if seconds else "0 s"
    if round(seconds, 1) < TEN:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} m {whole % MINUTE} s"
    return f"{whole // HOUR} h {whole % HOUR // MINUTE} m"


def percent(share: float | None) -> str:
    """Return a share of 0 to 1; only all is ``100 %`` and only nothing is ``0 %``."""
    if share is None:
        return NONE
    return f"{share * 100:.0f} %" if share in {0, 1} else f"{min(99, max(1, round(share * 100)))} %"


def success(share: float | None, interval: Interval | None) -> str:
    """Return a share with its interval in percent: ``100 % [57–100]``."""  # noqa: RUF002 - a range takes an en dash
    if interval is None:
        return percent(share)
    return f"{percent(share)} [{interval.low * 100:.0f}–{interval.high * 100:.0f}]"  # noqa: RUF001 - a range


def tokens(count: int | None) -> str:
    """Return a number of tokens: ``950``, ``12.3 k``, ``1.2 M``."""
    if count is None:
        return UNKNOWN
    if count < THOUSAND:
        return str(count)
    thousands = round(count / THOUSAND, 1)
    return f"{thousands:.1f} k" if thousands < THOUSAND else f"{count / THOUSAND**2:.1f} M"


def ratio(value: float | None) -> str:
    """Return claimed / measured: ``0.02x``, ``1.5x``, ``32x``."""
    if value is None:
        return NONE
    if value < 1:
        return f"{value:.2f}x"
    return f"{value:.1f}x" if round(value, 1) < TEN else f"{value:.0f}x"


def clock_ratio(value: float | None, *, claimed_s: float, measured_s: float) -> str:
    """Return ``0.02x (claimed 1.4 s, took 90 s)``: both in seconds, so that they compare at sight."""
    return f"{ratio(value)} (claimed {round(claimed_s, 2):g} s, took {round(measured_s, 2):g} s)"


def stars(count: int | None) -> str:
    """Return value for money: ``★★★``, ``☆`` for nothing verified, a dash for unknown."""
    if count is None:
        return NONE
    return "★" * count or "☆"


def part(share: int, whole: int) -> str:
    """Return ``3/5``, a dash of nothing."""
    return f"{share}/{whole}" if whole else NONE


def plural(count: int, noun: str) -> str:
    """Return ``1 claim`` or ``3 claims``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def checks_passed(checks: Iterable[CheckResult]) -> str:
    """Return ``2/3`` of the checks that could be made."""
    made = [check for check in checks if check.status is not CheckStatus.ERROR]
    return part(sum(check.passed for check in made), len(made))


def joined(parts: Iterable[str]) -> str:
    """Return the parts of a headline that say something."""
    return " · ".join(part for part in parts if part)


def with_detail(observed: str, detail: str) -> str:
    """Return what a meter shows, with its own words where they say more than the value."""
    if not detail or detail == observed:
        return observed
    return detail if observed in {"yes", "no"} or observed in detail else f"{observed}: {detail}"


def share(part: float | None) -> str:
    """Return a share without its sign, also one above 1 (``3,555 %``)."""
    if part is None:
        return NONE
    return percent(abs(part)) if abs(part) <= 1 else f"{abs(part) * 100:,.0f} %"
