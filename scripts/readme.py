"""Write the demo's output into the READMEs: ``make readme``. ``make e2e`` checks that it is what the demo prints."""

import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.readme import READMES, shown, with_block


def main() -> None:
    """Run the demo and keep the part that the README shows."""
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "gha_router", "demo", "--out", out]
        stdout = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    for file in READMES:
        file.write_text(with_block(file.read_text(encoding="utf-8"), shown(stdout)), encoding="utf-8")


if __name__ == "__main__":
    main()
