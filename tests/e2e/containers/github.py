"""The GitHub double: a REST API on loopback that answers with GitHub's own examples (double/double.mjs)."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.containers.state import SETUP, folder

SCRIPT = Path(__file__).parent / "double" / "double.mjs"


def why_no_double() -> str | None:
    """Return why the double cannot be run on this machine, or ``None``."""
    if shutil.which("node") is None:
        return "the GitHub double runs on node, which is not installed"
    return None if (folder() / "double" / "node_modules").is_dir() else f"not installed: the double; run `sh {SETUP}`"


@contextmanager
def github_double(number: int, base: str, head: str) -> Iterator[str]:
    """Yield the address of an API with this pull request of ``o/r``."""
    script = shutil.copy(SCRIPT, folder() / "double")  # node looks for packages beside the script
    process = subprocess.Popen(
        ("node", script, str(number), base, head), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process.stdout as said:
        try:
            word, _, url = said.readline().strip().partition(" ")
            assert word == "up", "the double did not start"
            yield url
        finally:
            process.terminate()
            process.wait(10)
