"""Read the names of files and folders that an answer lists."""

import re
from collections.abc import Iterator

_FENCE = re.compile(r"^\s*(```|~~~)")
_TICKED = re.compile(r"`([^`\n]+)`")
_ITEM = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)])\s+(.*)$")
_TREE = re.compile(r"^[\s│|]*[├└]─*\s*(.*)$")
# type and rights, links, owner, group, size, three words of date, then the name (POSIX: ls -l)
_LS_LINE = re.compile(r"^[-dlpscb][-rwxsStT]{9}\S*\s+\d+\s+\S+\s+\S+\s+[\d.,]+[KMGT]?\s+\S+\s+\S+\s+\S+\s+(.+)$")
_BETWEEN = re.compile(r"[,、，;；]|\band\b|および|及び|と")  # noqa: RUF001 - Japanese commas part names too
_EXPLAINED = re.compile(r"\s[-–—→#(]|[:：（]|\s{2,}")  # noqa: RUF001 - dashes and colons stand before an explanation
_LINK = re.compile(r"\[([^\[\]\n]+)\]\(")
_FILE_NAME = re.compile(r"(?<![\w.\-/])[\w.][\w.\-/]*\.[A-Za-z][A-Za-z0-9]{0,7}")
_ASCII_FILE_NAME = re.compile(_FILE_NAME.pattern, re.ASCII)  # in running text: Japanese leaves no blank before a name
_ASCII_WORD = re.compile(r"[A-Za-z0-9_.\-/]+")
# Around a name: quotes, brackets, stars, a folder's emoji, its closing slash.
_BARE = re.compile(r"[^\w.@~+-]*(.*[\w~+-])?", re.DOTALL)


def names_in(answer: str) -> set[str]:
    """Return everything that may be meant as a name: in backticks, items, cells, lines, rows and ``ls -la``."""
    found: set[str] = set()
    fenced = False
    for line in answer.splitlines():
        if _FENCE.match(line):
            fenced = not fenced
            continue
        found.update(_TICKED.findall(line))
        found.update(_names_of_line(line))
        if fenced:
            found.update(line.split())
    return {bare for name in found if (bare := clean(name))}


def presented(answer: str) -> set[str]:
    """Return the names with an extension that stand in backticks or as a list item: given out as files."""
    found: set[str] = set()
    for line in answer.splitlines():
        found.update(_TICKED.findall(line))
        if item := _item(line):
            found.add(_EXPLAINED.split(item)[0])
    return {bare for name in found if _FILE_NAME.fullmatch(bare := clean(name))}


def clean(name: str) -> str:
    """Return the name without what people put around it, without ``./`` before it and a slash behind it."""
    match = _BARE.match(name)
    return ((match and match[1]) or "").removeprefix("./")


def _names_of_line(line: str) -> Iterator[str]:
    if match := _LS_LINE.match(line):
        yield match[1].split(" -> ")[0]
        return
    text = _item(line) or line
    yield text
    yield _EXPLAINED.split(text)[0]
    yield from text.split("|")
    yield from re.split(r"\s{2,}|\t", text)
    yield from _LINK.findall(text)
    yield from _ASCII_FILE_NAME.findall(text)
    words = text.split()
    if words and (words[0].endswith("/") or _FILE_NAME.fullmatch(words[0])):  # the output of ls in a row
        yield from words
    parts = [part for part in _BETWEEN.split(_after_colon(text)) if part.strip()]
    if len(parts) > 1:
        for part in parts:  # "It holds README.md, src and docs only." has names at the ends of its parts
            yield part
            for ends in (part.split(), _ASCII_WORD.findall(part)):
                yield from (*ends[:1], *ends[-1:])


def _after_colon(text: str) -> str:
    return re.sub(r"[:：]\s", ", ", text)  # noqa: RUF001 - the full-width colon is one too


def _item(line: str) -> str | None:
    match = _ITEM.match(line) or _TREE.match(line)
    return match[1] if match else None
