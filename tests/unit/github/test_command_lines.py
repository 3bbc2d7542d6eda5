"""Where a command stands in a comment, and where it only looks like one."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.errors import UsageError
from gha_router.github.comments.lines import LONGEST, command_lines

COMMANDS = {
    "alone": "/route",
    "with words": "/route opus fix",
    "behind text": "Hello\n/route opus",
    "behind a hard break": "Hello  \n/route opus",
    "behind a backslash": "Hello\\\n/route opus",
    "behind CRLF": "Hello\r\n\r\n/route opus",
    "behind a lone CR": "Hello\r/route opus",
    "behind a closed fence": "```\ncode\n```\n/route opus",
    "behind a closed comment": "<!-- hidden -->\n\n/route opus",
    "behind a list and a blank line": "- one\n\n/route opus",
    "behind a quote and a blank line": "> one\n\n/route opus",
    "behind a full-width space of its own": "\u3000\n/route opus",
    "behind a definition": "[a]: /x\n/route opus",
    "before a line that makes it a heading": "/route opus\n===",
    "behind a list's fence, which ends with the list": "- a\n  ```\n/route opus",
    "inside emphasis": "*Hello\n/route opus*",
    "behind an open bracket": "[Hello\n/route opus",
    "behind an open backquote": "`Hello\n/route opus",
    "with a tab": "/route\topus",
    "with a full-width space": "/route\u3000opus",
    "with a Mac's space": "/route\u00a0opus",
}
NOT_COMMANDS = {
    "nothing": "",
    "words": "please /route opus",
    "indented": " /route opus",
    "behind a full-width space": "\u3000/route opus",
    "another word": "/router opus",
    "capitals": "/Route opus",
    "full-width": "／ｒｏｕｔｅ opus",
    "a mark of byte order before it": "\ufeff/route opus",
    "nothing seen inside it": "/ro\u200bute opus",
    "nothing seen behind it": "/route\u200b opus",
    "a fence": "```\n/route opus\n```",
    "a fence of tildes": "~~~\n/route opus\n~~~",
    "a fence that stays open": "```\n/route opus",
    "a fence in a fence": "````\n```\n/route opus\n```\n````",
    "a fence in a list": "- a\n  ```\n  /route opus\n  ```",
    "indented code": "    /route opus",
    "a quote": "> /route opus",
    "a quote's lazy line": "> Hello\n/route opus",
    "a list": "- /route opus",
    "a list's lazy line": "- Hello\n/route opus",
    "a numbered list's lazy line": "1. Hello\n/route opus",
    "a heading": "# /route opus",
    "an HTML comment": "<!--\n/route opus\n-->",
    "an HTML comment that stays open": "<!--\n\n/route opus",
    "an HTML comment inside text": "Hello <!--\n/route opus\n--> there",
    "an HTML block": "<div>\n/route opus\n</div>",
    "preformatted HTML": "<pre>\n\n/route opus\n\n</pre>",
    "an HTML tag's attribute": 'Hello <a title="\n/route opus\n">x</a>',
    "a code span": "`Hello\n/route opus\n` there",
    "a definition's address": "[a]:\n/route",
    "a link's title": '[a](/x "\n/route opus\n") there',
    "a vertical tab before it": "Hello\v/route opus",
    "a line separator before it": "Hello\u2028/route opus",
}


@pytest.mark.parametrize("body", COMMANDS.values(), ids=COMMANDS)
def test_a_command(body: str) -> None:
    assert len(command_lines(body)) == 1


@pytest.mark.parametrize("body", NOT_COMMANDS.values(), ids=NOT_COMMANDS)
def test_no_command(body: str) -> None:
    assert command_lines(body) == ()


def test_a_line_knows_its_number_its_rest_and_what_follows_to_the_byte() -> None:
    (line,) = command_lines("Hello\r\n\r\n/route opus　直して \r\n二行目\x0b\n")
    assert (line.number, line.rest, line.following) == (3, " opus　直して ", "\r\n二行目\x0b\n")


def test_every_command_of_a_comment_is_found() -> None:
    lines = command_lines("/route opus\n/route haiku\n\n> /route no\n\n/route help")
    assert [line.number for line in lines] == [1, 2, 6]


def test_what_is_too_long_for_a_comment_is_refused_and_only_when_it_asks() -> None:
    command = "/route opus\n"
    assert len(command_lines(command + "x" * (LONGEST - len(command)))) == 1
    with pytest.raises(UsageError, match="65,536"):
        command_lines(command + "x" * LONGEST)
    assert command_lines("x" * (LONGEST + 1)) == ()


PIECES = [
    "/route x",
    "/route",
    "a",
    "> q",
    "- l",
    "  c",
    "```",
    "~~~",
    "<!--",
    "-->",
    "<div>",
    "</div>",
    "`",
    "[",
    "](",
]
ends = st.sampled_from(["\n", "\r\n", "\n\n", "\r", " ", "\u3000\n"])


@given(st.lists(st.tuples(st.sampled_from(PIECES), ends), max_size=12))
def test_only_lines_that_begin_with_it_are_commands_and_each_says_where_it_stands(parts: list[tuple[str, str]]) -> None:
    body = "".join(piece + end for piece, end in parts)
    source = re.split(r"\r\n?|\n", body)
    for line in command_lines(body):
        assert source[line.number - 1] == "/route" + line.rest
        assert body.endswith("/route" + line.rest + line.following)


@given(st.text(alphabet="/route \n\r>`~-<!ax", max_size=200))
def test_a_fence_around_a_comment_leaves_no_command(text: str) -> None:
    assert command_lines(f"{'`' * 201}\n{text}\n{'`' * 201}") == ()
    quoted = "\n".join(f"> {line}" for line in re.split(r"\r\n?|\n", text))
    assert command_lines(quoted) == ()


@pytest.mark.parametrize(
    "unit", ["[", "![", "`", "``a`", "<!-- ", "<a ", "> ", "- ", "*a_", "[a](", "/route x\n", "a\n"]
)
def test_a_hostile_comment_of_full_length_takes_seconds_at_most(unit: str) -> None:
    """Bounded by the length: measured 1.5 s for the worst of these, on one busy core."""
    command = "/route opus\n\n"
    assert command_lines((command + unit * LONGEST)[:LONGEST])
