"""Copies folders to a target and keeps some generations."""

import argparse
from pathlib import Path

GENERATIONS = 7


def parser():
    made = argparse.ArgumentParser(prog="backup.py", add_help=False)
    made.add_argument("--source", metavar="DIR", action="append", required=True, help="a folder to copy; may be repeated")
    made.add_argument("--target", metavar="DIR", type=Path, default=Path("/var/backups"), help="where copies go")
    made.add_argument("--keep", metavar="N", type=int, default=2 * GENERATIONS, help="how many generations are kept")
    made.add_argument("--exclude", metavar="GLOB", action="append", default=["*.tmp", "*~"], help="what is left out")
    made.add_argument("--level", metavar="N", type=int, choices=range(10), default=6, help="how hard to compress")
    made.add_argument("--verify", action="store_true", help="read each copy again")
    made.add_argument("--no-color", action="store_true", help=argparse.SUPPRESS)
    made.add_argument("--limit", metavar="KB", type=int, help="kilobytes a second at most")
    return made


if __name__ == "__main__":
    print(parser().parse_args())
