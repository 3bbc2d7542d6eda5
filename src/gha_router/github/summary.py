"""The job summary: our report below whatever stands there, and never so long that GitHub drops it.

GitHub drops the whole summary of a step that is over 1 MiB. So there is a ladder: the whole report, then what was not
verified, then the totals; the longest that fits is appended.
"""

from collections.abc import Sequence
from pathlib import Path

from gha_router.report.fit import closed, fitting, whole_lines

BUDGET = 1000 * 1024  # bytes of the whole file, of the 1,048,576 that GitHub takes


def append(lengths: Sequence[str], file: Path | None, *, budget: int = BUDGET) -> str | None:
    """Append the longest text that fits, the last one cut if need be; return what was written.

    ``None``: nothing was, because there is no such file, no room in it, or it cannot be written. That is no failure: a
    run is worth more than its summary.
    """
    if file is None:
        return None
    try:
        before = file.read_bytes() if file.exists() else b""
        lead_in = _lead_in(before.decode("utf-8", "replace"))
        text = fitting(lengths, budget - len(before) - len(lead_in.encode()))
        if not text:
            return None
        with file.open("a", encoding="utf-8", newline="") as opened:
            opened.write(lead_in + text)
    except OSError:
        return None
    return text


def _lead_in(before: str) -> str:
    """Return what has to stand between another's text and ours: what is open in it closed, and an empty line."""
    return f"{whole_lines(closed(before))}\n".removeprefix(before) if before else ""
