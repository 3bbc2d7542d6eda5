"""How often prompts are routed wrongly: by the rules, and by what learnt routers and chains give on public outcomes."""

import sys
from collections.abc import Iterator

from bench import routing_learned, routing_prompts


def main() -> Iterator[str]:
    """Yield the lines of both."""
    yield from routing_prompts.main()
    yield ""
    yield from routing_learned.main()


if __name__ == "__main__":
    for line in main():
        print(line, flush=True)
    sys.exit(0)
