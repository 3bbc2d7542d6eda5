"""The manual is built by the tool that publishes it, which refuses links that lead nowhere."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_site_is_built() -> None:
    ended = subprocess.run(["make", "docs"], cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert 'class="mermaid"' in (ROOT / "out" / "site" / "security.html").read_text(encoding="utf-8")
