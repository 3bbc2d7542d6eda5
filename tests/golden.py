"""Compare what people read with the file that holds how it should look.

``GOLDEN_UPDATE=1 make test`` writes the files again; the difference is then read in review.
"""

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def check_golden(name: str, text: str) -> None:
    """Assert that ``text`` is what ``tests/golden/<name>`` holds."""
    file = FOLDER / name
    if os.environ.get("GOLDEN_UPDATE"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert file.exists(), f"tests/golden/{name} is missing; GOLDEN_UPDATE=1 writes it"
    assert text == file.read_text(encoding="utf-8")
