"""Holds summary() against whole numbers, on invoices where rounding each line gives another tax."""

import os
import random
import sys

sys.path.insert(0, os.getcwd())

from invoice import summary


def expected(lines):
    nets = {}
    for price, quantity, rate in lines:
        nets[rate] = nets.get(rate, 0) + price * quantity
    found = {rate: (net, abs(net) * rate // 100 * (1 if net >= 0 else -1)) for rate, net in nets.items()}
    return {**found, "total": sum(net + tax for net, tax in found.values())}


made = random.Random(10)
invoices = [
    [],
    [(99, 1, 10)],
    [(99, 1, 10)] * 3,
    [(105, 1, 8), (105, 1, 8), (99, 3, 10)],
    [(100, 1, 10), (-105, 1, 10)],
    [(1000, 1, 8), (-1000, 1, 8)],
    [(0, 5, 10)],
    [(-19, 1, 10)],
    [(90071992547409931, 1, 10), (12345678901234567, 3, 8)],
]
invoices += [
    [(made.randrange(-50, 500), made.randrange(1, 9), made.choice((8, 10))) for _ in range(made.randrange(1, 12))]
    for _ in range(500)
]
for lines in invoices:
    found = summary(list(lines))
    found = {key: tuple(value) if key != "total" else value for key, value in found.items()}
    assert found == expected(lines), f"{lines}: {found}, expected {expected(lines)}"
    numbers = [number for key, value in found.items() for number in (value if key != "total" else (value,))]
    assert all(type(number) is int for number in numbers), f"{lines}: {found}"
for rate in (5, 0, -10, 10.5, "10"):
    try:
        summary([(100, 1, rate)])
    except ValueError:
        continue
    sys.exit(f"a rate of {rate!r} is taken")

print("every invoice holds")
