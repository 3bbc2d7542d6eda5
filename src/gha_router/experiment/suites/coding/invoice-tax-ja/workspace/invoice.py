"""請求書の合計。"""


def summary(lines):
    """Return {rate: (net, tax)} for each rate that occurs, and under "total" what is to be paid.

    ``lines`` are (net price of one, quantity, rate) with whole yen and the rate in percent, 10 or 8.
    """
    found = {}
    for price, quantity, rate in lines:
        net, tax = found.get(rate, (0, 0))
        amount = price * quantity
        found[rate] = (net + amount, tax + round(amount * rate / 100))
    found["total"] = sum(net + tax for net, tax in found.values())
    return found
