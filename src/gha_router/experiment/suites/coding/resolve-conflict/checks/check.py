"""Both sides of the merge at once: rounding of lines, the new name, coupons on the rounded sum."""

import os
import sys

sys.path.insert(0, os.getcwd())

import cart

assert not hasattr(cart, "total"), "`total` is still there: main renamed it"
assert cart.total_cents([]) == 0
assert cart.total_cents([("12.5", 1)]) == 13, "12.5 cents are 13, half up"
assert cart.total_cents([("12.5", 1), ("12.5", 1)]) == 26, "each line is rounded, not their sum"
assert cart.total_cents([("12.5", 3)]) == 38
assert cart.total_cents([("100", 2)], 50) == 100
assert cart.total_cents([("12.5", 1), ("12.5", 1)], coupon=50) == 13, "the coupon is taken off the rounded sum"
assert cart.total_cents([("33", 1)], coupon=10) == 29, "29.7 cents to pay are 29"
assert cart.total_cents([("29", 1)], coupon=100) == 0
assert cart.total_cents([("0.4", 1)] * 5, coupon=10) == 0
assert isinstance(cart.total_cents([("33", 1)], coupon=10), int)
for wrong in (-1, 101):
    try:
        cart.total_cents([("1", 1)], coupon=wrong)
    except ValueError:
        continue
    sys.exit(f"a coupon of {wrong} % is taken")
assert cart.receipt([("12.5", 1)]) == "to pay: 0.13", cart.receipt([("12.5", 1)])
assert cart.receipt([("1000", 1)], 15) == "to pay: 8.50 (15 % off)", cart.receipt([("1000", 1)], 15)
assert cart.receipt([("1000", 1)], coupon=0) == "to pay: 10.00"

print("both sides hold")
