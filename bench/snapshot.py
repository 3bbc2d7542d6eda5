"""What it costs to look at a workspace, and to copy it."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from gha_router.agent import snapshot, workspace
from gha_router.records import now

FOLDERS, FILES, SIZE = 100, 100, 4_000


def main() -> Iterator[tuple[str, str]]:
    """Make a tree of files, take a snapshot, copy it."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "tree"
        for number in range(FOLDERS):
            (root / str(number)).mkdir(parents=True)
            for file in range(FILES):
                (root / str(number) / str(file)).write_bytes(bytes([file]) * SIZE)
        started = time.perf_counter()
        snapshot.take(root, at=now())
        taken = time.perf_counter() - started
        started = time.perf_counter()
        workspace.copy(root, Path(folder) / "copy", owner=None)
        yield f"snapshot of {FOLDERS * FILES:,} files of {SIZE:,} bytes", f"{taken:.2f} s"
        yield "copy of them", f"{time.perf_counter() - started:.2f} s"
