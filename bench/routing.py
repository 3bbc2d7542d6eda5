"""How often prompts are routed wrongly: by the rules, and by what was learned where that is there."""

import importlib
import sys
from collections.abc import Iterator

PARTS = ("bench.routing_prompts", "bench.routing_learned")


def main() -> Iterator[str]:
    """Yield the lines of every part."""
    for name in PARTS:
        try:
            part = importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name != name:
                raise
            continue
        yield from part.main()


if __name__ == "__main__":
    for line in main():
        print(line)
    sys.exit(0)
