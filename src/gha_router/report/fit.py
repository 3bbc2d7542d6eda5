"""Fit a report into a place that takes so much: the longest of several lengths, whatever it leaves open closed.

``size`` says how much a text is there: bytes of a job summary, characters of a comment.
"""

import re
from collections.abc import Callable, Sequence

Size = Callable[[str], int]

_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}(?=[^`]*$)|~{3,})(?P<info>.*)")
_LINE_END = re.compile(r"\r\n|\n|\r")
_DETAILS = re.compile(r"<(?P<end>/?)details\b", re.IGNORECASE)


def in_bytes(text: str) -> int:
    """Return how many bytes of UTF-8 a text takes."""
    return len(text.encode())


def fitting(lengths: Sequence[str], room: int, size: Size = in_bytes) -> str:
    """Return the first text that is not larger than ``room``, else the last one cut; what is open is closed."""
    for text in map(closed, lengths):
        if size(text) <= room:
            return text
    return cut(lengths[-1], room, size)


def cut(text: str, room: int, size: Size = in_bytes) -> str:
    """Return the longest beginning of whole lines that fits into ``room``, its fence and folds closed."""
    lines = [f"{line}\n" for line in text.split("\n")[:-1]]
    low, high = 0, len(lines)
    while low < high:  # a line more never makes it smaller, but for one that closes what is open
        middle = (low + high + 1) // 2
        low, high = (middle, high) if size(_beginning(lines, middle)) <= room else (low, middle - 1)
    while low and size(_beginning(lines, low)) > room:
        low -= 1
    return _beginning(lines, low)


def _beginning(lines: Sequence[str], count: int) -> str:
    return closed("".join(lines[:count]))


def closed(text: str) -> str:
    """Return the text with its open code fence and folds closed, so that what follows is read as Markdown."""
    fence = open_fence(text)
    if fence is not None:
        text = f"{whole_lines(text)}{fence}\n"
    folds = open_folds(text)
    return f"{whole_lines(text)}\n{'</details>' * folds}\n" if folds else text


def open_folds(text: str) -> int:
    """Return how many ``<details>`` are open at the end, those in code fences aside."""
    opened = 0
    fence: str | None = None
    for line in _LINE_END.split(text):
        was, fence = fence, _fence_after(line, fence)
        if was is None and fence is None:
            for tag in _DETAILS.finditer(line):
                opened = max(0, opened - 1) if tag["end"] else opened + 1
    return opened


def open_fence(text: str) -> str | None:
    """Return the fence that is still open at the end (https://spec.commonmark.org/0.31.2/#fenced-code-blocks)."""
    fence: str | None = None
    for line in _LINE_END.split(text):
        fence = _fence_after(line, fence)
    return fence


def _fence_after(line: str, fence: str | None) -> str | None:
    match = _FENCE.fullmatch(line)
    if match is None:
        return fence
    found = match["fence"]
    if fence is None:
        return found
    return None if found[0] == fence[0] and len(found) >= len(fence) and not match["info"].strip() else fence


def whole_lines(text: str) -> str:
    """Return the text with a line's end at its end."""
    return text if text.endswith("\n") else f"{text}\n"
