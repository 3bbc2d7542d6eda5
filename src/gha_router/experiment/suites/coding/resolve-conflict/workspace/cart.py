"""What is in a cart, and what it costs. Prices are in cents, as decimals: 12.5 is a cent price of a bulk item."""

<<<<<<< main
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal(1)


def total_cents(lines):
    """Return the sum in whole cents: each line (price, quantity) is rounded, half up."""
    return sum(int((Decimal(price) * quantity).quantize(CENT, ROUND_HALF_UP)) for price, quantity in lines)


def receipt(lines):
    """Return the receipt's last line."""
    return f"to pay: {total_cents(lines) / 100:.2f}"
=======
from decimal import Decimal


def total(lines, coupon=0):
    """Return the sum; ``coupon`` is what it takes off, in percent from 0 to 100."""
    if not 0 <= coupon <= 100:
        raise ValueError(f"a coupon of {coupon} %")
    whole = sum(Decimal(price) * quantity for price, quantity in lines)
    return int(whole * (100 - coupon) / 100)


def receipt(lines, coupon=0):
    """Return the receipt's last line, with the coupon if there is one."""
    less = f" ({coupon} % off)" if coupon else ""
    return f"to pay: {total(lines, coupon) / 100:.2f}{less}"
>>>>>>> coupons
