"""A message made readable for patterns: same length, one width, and nothing in it that the agent only cites.

Fenced blocks and block quotes are blanked. What stands in quotes or backticks, and every bare path, is hidden behind
fill characters and kept as a ``Mention``: it may be what a claim speaks of, but it is never a claim itself.
Every step maps one character to one character, so an offset here is an offset in the message.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from gha_router.claims.paths import BARE, is_bare_path, is_quoted_path

HIDDEN_PATH = "\x01"
HIDDEN_TEXT = "\x00"

_WIDTH: dict[int, str | int | None] = {0xFF01 + i: 0x21 + i for i in range(94)}
_SPACES = {ord(c): " " for c in "\t\r\u00a0\u2009\u202f\u3000*\x00\x01"}  # `*` is Markdown's emphasis
_QUOTES = dict(zip(map(ord, "‘’“”"), "''\"\"", strict=True))
_ONE_FORM = {**_WIDTH, **_SPACES, **_QUOTES}

_FENCE = re.compile(r" {0,12}(?:[-+] +|[0-9]{1,3}\. +)?(`{3,}|~{3,})")
_BLOCK_QUOTE = re.compile(r" {0,12}>")
_CODE = re.compile(r"(?<!`)(`{1,2})(?!`)([^`\n]{1,400})\1(?!`)")
_QUOTE = re.compile(
    r"\"([^\"\n]{1,400})\"|(?<![A-Za-z0-9])'([^'\n]{1,400})'(?![A-Za-z0-9])|「([^「」\n]{1,400})」"
    r"|『([^『』\n]{1,400})』"
)
_ADDRESS = re.compile(r"\bhttps?://[^ \n\"'<>`、。」』]{1,400}")
_FIGURE = re.compile(r" ?[$~]?[0-9][0-9.,]{0,15} ?[A-Za-z%]{0,8} ?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Something cited: ``content`` as written, without its marks; the offsets include the marks."""

    start: int
    end: int
    content: str
    mark: str  # "`", a quotation mark, or "" for a bare path

    @property
    def is_path(self) -> bool:
        """Return whether it is meant as a file."""
        return not self.mark or is_quoted_path(self.content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A message as the patterns see it (``text``) and as it was written (``original``), character by character."""

    original: str
    text: str
    mentions: tuple[Mention, ...]  # sorted, none inside another


def read(message: str) -> Reading:
    """Return the reading of a message."""
    text = _blank_blocks(message.translate(_ONE_FORM))
    text = _ADDRESS.sub(lambda match: HIDDEN_TEXT * len(match[0]), text)
    found: list[Mention] = []
    for pattern in (_CODE, _QUOTE, BARE):
        text = pattern.sub(_hide(message, found), text)
    mentions = sorted(found, key=lambda mention: (mention.start, -mention.end))
    outer: list[Mention] = []
    for mention in mentions:
        if not outer or mention.start >= outer[-1].end:
            outer.append(mention)
    return Reading(original=message, text=text, mentions=tuple(outer))


def _blank_blocks(text: str) -> str:
    """Return the text with fenced blocks and block quotes made of spaces; an open fence runs to the end."""
    lines, fence = [], ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if fence:
            blank = True
            if mark and mark[1].startswith(fence) and not line.strip(mark[1][0] + " "):
                fence = ""
        else:
            blank = bool(mark or _BLOCK_QUOTE.match(line))
            fence = mark[1] if mark else ""
        lines.append(" " * len(line) if blank else line)
    return "\n".join(lines)


def _hide(message: str, found: list[Mention]) -> Callable[[re.Match[str]], str]:
    """Return what replaces a match by fill characters and notes it down in ``found``."""

    def replace(match: re.Match[str]) -> str:
        span = match[0]
        mark = "" if match.re is BARE else span[0]
        if not mark:
            path = span.rstrip(".")
            if not path or not is_bare_path(path):
                return span
            found.append(Mention(start=match.start(), end=match.start() + len(path), content=path, mark=""))
            return HIDDEN_PATH * len(path) + span[len(path) :]
        inner = span.strip(mark) if mark == "`" else span[1:-1]
        if mark == "`" and _FIGURE.fullmatch(inner):  # "`354` lines": a figure set in code is still a figure
            return span.replace("`", " ")
        width = (len(span) - len(inner)) // 2
        content = message[match.start() + width : match.end() - width].strip(" `*")
        mention = Mention(start=match.start(), end=match.end(), content=content, mark=mark)
        found.append(mention)
        fill = HIDDEN_PATH if mention.is_path else HIDDEN_TEXT
        return span[:width] + fill * len(inner) + span[len(span) - width :]

    return replace
