"""The tutorial's commands, as they stand there."""

import os
import re
import subprocess
import sys
from pathlib import Path

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial.md"
ON_GITHUB = "## 5."


def test_what_the_tutorial_says_is_what_happens(tmp_path: Path) -> None:
    text = TUTORIAL.read_text(encoding="utf-8").partition(ON_GITHUB)[0].replace("/tmp/", f"{tmp_path}/")  # noqa: S108
    blocks = [
        block.replace("pip install gha-router\n", "") for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    ]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    script = "set -e\n" + "\n".join(blocks[:-1]) + "\ntest -f note.txt\n" + blocks[-1]
    ended = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env={"PATH": path, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert ended.returncode == 1, ended.stderr  # the last model lies
    assert "✓ Verified: 1 of 1 step" in ended.stdout
    assert "✗ Not verified: 0 of 1 step" in ended.stdout
    assert "“Done”" in ended.stdout
    assert {file.name for file in (tmp_path / "second").iterdir()} >= {"report.md", "report.json", "ledger.jsonl"}
    assert not (tmp_path / "hello" / "note.txt").exists()
