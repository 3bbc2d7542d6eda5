"""``python -m gha_router``, and the console script."""

import sys


def main() -> int:
    """Hide the secrets first; only then load the rest and run the command."""
    from gha_router.cli.vault import enter  # noqa: PLC0415  before anything heavy is loaded twice

    enter(sys.argv[1:])
    from gha_router.cli.app import main as command  # noqa: PLC0415

    return command()


if __name__ == "__main__":
    sys.exit(main())
