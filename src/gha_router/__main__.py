"""``python -m gha_router``, and the console script."""

import sys


def main() -> int:
    """Hide the secrets first; only then load the rest and run the command."""
    if sys.argv[1:2] == ["action"]:
        from gha_router.cli.stops import waiting  # noqa: PLC0415  the other commands need none of it

        waiting()
    from gha_router.cli.vault import enter  # noqa: PLC0415  before anything heavy is loaded twice

    enter(sys.argv[1:])
    from gha_router.cli.app import main as command  # noqa: PLC0415

    return command()


if __name__ == "__main__":
    sys.exit(main())
