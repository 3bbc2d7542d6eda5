"""What importing the rooms costs: routing pulls in nothing heavy, and the gateway nothing that it may not need."""

import subprocess
import sys

import pytest


def imported(statement: str) -> set[str]:
    """Return the top-level modules that a statement brings in."""
    code = f"{statement}\nimport sys; print(' '.join(sorted({{name.partition('.')[0] for name in sys.modules}})))"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.parametrize(
    ("statement", "unwanted"),
    [
        ("from gha_router.routing import decide", {"torch", "litellm", "numpy", "aiohttp"}),
        ("import gha_router.routing.reading", {"torch", "litellm", "numpy", "pydantic", "yaml"}),
        ("import gha_router.routing.task", {"torch", "litellm", "numpy", "pydantic", "yaml"}),
        ("import gha_router.gateway.child", {"torch", "litellm", "numpy", "pydantic", "yaml"}),
    ],
)
def test_nothing_heavy_is_imported(statement: str, unwanted: set[str]) -> None:
    assert not imported(statement) & unwanted
