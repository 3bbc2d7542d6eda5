"""Where in a comment a command stands: at the beginning of a line that is text, as CommonMark reads the comment.

What is shown, quoted or hidden is no command: code (fenced, indented, in a span), block quotes, lists, HTML and its
comments. A lazy continuation (a line behind a quote or a list that belongs to it without a mark of its own) is part of
it, as it is on the page. markdown-it knows all that; a rule of its own among the inline rules sees where text begins,
since whatever hides a line has eaten it before. https://spec.commonmark.org/0.31.2/
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline

from gha_router.errors import Position, UsageError

COMMAND = "/route"
COMMENT = "comment"  # what a position calls it
LONGEST = 65_536  # characters; GitHub takes no longer comment
SEPARATORS = " \t\u00a0\u3000"  # a Mac's alt+space, and the space of Japanese keyboards
_CANDIDATE = re.compile(rf"{COMMAND}(?![^{SEPARATORS}\r\n])")
_LINE_END = re.compile(r"\r\n?|\n")  # as markdown-it counts lines; Python's own splitlines knows eight more
_FOUND, _FIRST = "commands", "first line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line that begins with the command. ``number`` counts from 1; ``rest`` stands behind the command."""

    number: int
    rest: str
    following: str  # all that stands behind this line, its own end included


def command_lines(body: str) -> tuple[Line, ...]:
    """Return the lines of a comment that are commands. Raises ``UsageError`` for what is too long for a comment."""
    starts = [0, *(end.end() for end in _LINE_END.finditer(body))]
    candidates = {number: start for number, start in enumerate(starts) if _CANDIDATE.match(body, start)}
    if not candidates:  # nearly all comments of this world
        return ()
    if len(body) > LONGEST:
        raise UsageError(f"this is longer than {LONGEST:,} characters", where=Position(COMMENT))
    env: dict[str, Any] = {_FOUND: set()}
    _markdown().parse(body, env)
    return tuple(_line(body, number, start) for number, start in candidates.items() if number in env[_FOUND])


def _line(body: str, number: int, start: int) -> Line:
    end = _LINE_END.search(body, start)
    until = end.start() if end else len(body)
    return Line(number=number + 1, rest=body[start + len(COMMAND) : until], following=body[until:])


@cache
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark")
    markdown.core.ruler.at("inline", _read_top_level)
    markdown.inline.ruler.before("text", "command", _note_command)
    return markdown


def _read_top_level(state: StateCore) -> None:
    """Read the text that stands in no quote and no list, and say at which line of the comment it begins."""
    lines = state.src.split("\n")
    for token in state.tokens:
        if token.type == "inline" and token.level == 1 and token.map:
            before = "\n".join(lines[slice(*token.map)])
            blank = len(before) - len(
                before.lstrip()
            )  # what markdown-it has stripped: a full-width space is text to it
            state.env[_FIRST] = token.map[0] + before.count("\n", 0, blank)
            state.md.inline.parse(token.content, state.md, state.env, [])


def _note_command(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  the form of markdown-it's rules
    """Note the line when text begins here with the command. Takes nothing itself."""
    at = state.pos
    if not silent and state.src.startswith(COMMAND, at) and (at == 0 or state.src[at - 1] == "\n"):
        state.env[_FOUND].add(state.env[_FIRST] + state.src.count("\n", 0, at))
    return False
