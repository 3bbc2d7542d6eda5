"""Figures of this machine, printed and never asserted: ``python -m bench NAME...``. ``make bench`` is bench/speed."""

import sys

from bench import aggregate, gateway, ledger, profile, snapshot, soak

BENCHES = {
    "aggregate": aggregate.main,
    "gateway": gateway.main,
    "ledger": ledger.main,
    "snapshot": snapshot.main,
    "soak": soak.main,
    "profile": profile.main,
}
UNNAMED = ("gateway", "ledger", "snapshot", "soak")


def main(names: list[str]) -> int:
    """Run the benches of these names; without a name all that give figures."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"no bench named {', '.join(unknown)}; there are: {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    for name in names or UNNAMED:
        print(f"{name}")
        for what, figure in BENCHES[name]():
            print(f"  {what:<60} {figure}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
