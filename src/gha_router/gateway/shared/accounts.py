"""What money is counted on beyond one run: a day in UTC, and a plan's monthly credit."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_CEILING, Decimal

from gha_router.gateway.setup import Pool

NANO = Decimal(1_000_000_000)
MOST = 2**53  # billionths, nine million dollars: every store counts exactly up to there


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A sum that several gateways count on, in whole billionths of a dollar: no store has to round them."""

    key: str  # where a store keeps it; another period has another key
    cap: int
    until: datetime  # UTC; then the next period begins with nothing spent
    low: int = 0  # nothing more is taken when less than this is left
    pool: str | None = None  # the credit's name; None: the day's budget

    def refuses(self, used: int, amount: int) -> bool:
        """Return whether ``amount`` must not be taken on top of what is spent or reserved."""
        return used + amount > self.cap or self.cap - used < self.low


@dataclass(frozen=True, slots=True, kw_only=True)
class Short:
    """Why nothing was taken: what an account holds already, or that its provider says that it is used up."""

    account: Account
    used: int
    told_empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What was taken, and from what: a reservation is settled where it was made, also after midnight."""

    accounts: Sequence[Account]
    amount: int


def nano(usd: Decimal) -> int:
    """Return dollars as whole billionths, rounded up: what is reserved or spent is never counted low."""
    return min(int((usd * NANO).to_integral_value(ROUND_CEILING)), MOST)


def usd(amount: int) -> Decimal:
    """Return billionths as dollars."""
    return amount / NANO


def day(cap: Decimal, at: datetime) -> Account:
    """Return the account of the day in which ``at`` lies, in UTC."""
    today = at.astimezone(UTC).date()
    return Account(key=f"day:{today}", cap=nano(cap), until=_midnight(today + timedelta(days=1)))


def credit(pool: Pool, at: datetime) -> Account:
    """Return the account of a plan's credit for the month in which ``at`` lies, counted from its ``reset_day``."""
    start, end = month(pool.reset_day, at.astimezone(UTC).date())
    cap = nano(pool.usd)
    low = nano(pool.usd * pool.low_at)
    return Account(key=f"credit:{pool.name}:{start}", cap=cap, low=low, until=_midnight(end), pool=pool.name)


def month(reset_day: int, today: date) -> tuple[date, date]:
    """Return the first day of a plan's month, and of the next one; a short month begins it on its last day."""
    this = _reset(reset_day, today)
    if today >= this:
        return this, _reset(reset_day, today.replace(day=1) + timedelta(days=31))
    return _reset(reset_day, today.replace(day=1) - timedelta(days=1)), this


def _reset(reset_day: int, around: date) -> date:
    return around.replace(day=min(reset_day, monthrange(around.year, around.month)[1]))


def _midnight(at: date) -> datetime:
    return datetime.combine(at, time(), tzinfo=UTC)
