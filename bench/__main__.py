"""Figures of this machine, printed and never asserted: ``make bench``, or ``python -m bench NAME...``."""

import sys

from bench import gateway, ledger, routing, snapshot, soak

BENCHES = {
    "gateway": gateway.main,
    "ledger": ledger.main,
    "routing": routing.main,
    "snapshot": snapshot.main,
    "soak": soak.main,
}


def main(names: list[str]) -> int:
    """Run the benches of these names, all of them without a name."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"no bench named {', '.join(unknown)}; there are: {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    for name in names or BENCHES:
        print(f"{name}")
        for what, figure in BENCHES[name]():
            print(f"  {what:<60} {figure}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
