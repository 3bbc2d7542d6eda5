"""The job summary: our report below whatever stands there, and never so long that GitHub drops it.

GitHub drops the whole summary of a step that is over 1 MiB. So there is a ladder: the whole report, then what is
essential, then the headline; the longest that fits is appended.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from gha_router.report.markdown import markdown
from gha_router.report.view import View

BUDGET = 1000 * 1024  # bytes of the whole file, of the 1,048,576 that GitHub takes
SHORTENED = "This report was too long for a job summary: report.json has all of it."

_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}(?=[^`]*$)|~{3,})(?P<info>.*)")
_LINE_END = re.compile(r"\r\n|\n|\r")


def ladder(view: View) -> tuple[str, ...]:
    """Return a report in three lengths, longest first."""
    lead = (SHORTENED, *view.lead)
    essential = tuple(section for section in view.sections if section.essential)
    return (
        markdown(view),
        markdown(replace(view, lead=lead, sections=essential)),
        markdown(replace(view, lead=lead, sections=(), notes=())),
    )


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


def fitting(lengths: Sequence[str], room: int) -> str:
    """Return the first text of at most ``room`` bytes, else the last one cut; an open fence is closed."""
    for text in map(closed, lengths):
        if len(text.encode()) <= room:
            return text
    return cut(lengths[-1], room)


def cut(text: str, room: int) -> str:
    """Return the longest beginning of whole lines that fits into ``room`` bytes, its fence closed."""
    kept = text.encode()[: max(room, 0)]
    while True:
        kept = kept[: kept.rfind(b"\n") + 1]
        whole = closed(kept.decode())
        if len(whole.encode()) <= room or not kept:
            return whole
        kept = kept[:-1]


def closed(text: str) -> str:
    """Return the text with its open code fence closed, so that what follows is read as Markdown."""
    fence = open_fence(text)
    return text if fence is None else f"{_whole_lines(text)}{fence}\n"


def open_fence(text: str) -> str | None:
    """Return the fence that is still open at the end (https://spec.commonmark.org/0.31.2/#fenced-code-blocks)."""
    fence: str | None = None
    for line in _LINE_END.split(text):
        match = _FENCE.fullmatch(line)
        if match is None:
            continue
        found = match["fence"]
        if fence is None:
            fence = found
        elif found[0] == fence[0] and len(found) >= len(fence) and not match["info"].strip():
            fence = None
    return fence


def _lead_in(before: str) -> str:
    """Return what has to stand between another's text and ours: its fence closed, and an empty line."""
    return f"{_whole_lines(closed(before))}\n".removeprefix(before) if before else ""


def _whole_lines(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"
