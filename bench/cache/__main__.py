"""Figures of the cache on this machine, printed and never asserted: ``make bench-cache``."""

import sys

from bench.cache import drill, exact, near

PARTS = {"drill": drill.main, "near": near.main, "exact": exact.main}


def main(names: list[str]) -> int:
    """Run the parts of these names, all without one."""
    for name in names or PARTS:
        print(name)
        for what, figure in PARTS[name]():
            print(f"  {what:<64} {figure}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
