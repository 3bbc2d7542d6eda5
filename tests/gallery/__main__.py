"""``make errors-gallery``: make every mistake, and print what is said of it."""

import sys
import tempfile
from pathlib import Path

from tests.gallery.made import made
from tests.gallery.mistakes import MISTAKES


def main(wanted: list[str]) -> int:
    """Print all mistakes, or those that are named; the exit code says whether each ended as it should."""
    wrong = []
    for name in wanted or MISTAKES:
        with tempfile.TemporaryDirectory(prefix="gha-router-gallery-") as folder:
            told, code = made(MISTAKES[name], Path(folder))
        print(f"## {MISTAKES[name].title}\n\n{told}")
        wrong += [name] if code != MISTAKES[name].code else []
    print(f"{len(wanted or MISTAKES)} mistakes" + (f"; with another exit code: {', '.join(wrong)}" if wrong else ""))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
