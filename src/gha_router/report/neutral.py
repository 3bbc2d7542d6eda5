"""Take the power out of text that an agent, an upstream or a file name brought along.

``cell`` escapes instead of using a code span: in a table no code span is safe in every renderer (a pipe ends the
cell inside it too, a backtick ends the span). What Markdown reads gets a backslash, HTML becomes entities, and where
GitHub reads text *after* rendering it (mentions, references, links, our own commands) a zero-width space breaks
the word: an escape would not help there, since it is gone by then.
"""

import html
import re
import unicodedata

from rich.markup import escape

LIMIT = 200  # characters of a cell, before escaping
SENTENCE = 600  # the same, of a line of our own
READ = 4_000  # characters of any text: more are never shown, and a megabyte in each place would take seconds
BREAK = "\u200b"  # zero-width space

# ECMA-48: CSI and the string commands (OSC, DCS, SOS, PM, APC) with what belongs to them, then any other escape.
# A string that is not ended before a blank keeps its words: an open one in a name would hide what we say behind it.
ANSI = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])(?:[^\s\x07\x1b\x90\x98\x9c-\x9f]*(?:\x07|\x1b\\|\x9c))?"
    r"|\x1b[ -/]*[0-~]?"
)
# Marks upon marks upon a letter reach over the lines above: more than any script needs are left out.
STACKED = re.compile(
    r"(?<=[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co"})  # control, bidi and zero-width, lone surrogates, private use

# What GitHub acts on after rendering; the break goes right behind the match.
ACTED_ON = (
    re.compile(r"@(?=\S)"),  # @user, @org/team
    re.compile(r"#(?=\d)"),  # #123, owner/name#123, fixes #1
    re.compile(r"GH-(?=\d)", re.IGNORECASE),
    re.compile(r"/(?=route(?![a-z0-9]))", re.IGNORECASE),  # our commands
    re.compile(r":(?=//)"),  # https://...
    re.compile(r"www(?=\.)", re.IGNORECASE),
)
# What Markdown reads inside a line. Brackets only where they could begin an image, a footnote or a check box, or
# end the text of a link: "[57]" stays as it is, also for who reads the file without rendering it.
MARKDOWN = re.compile(
    r"[\\`*~|]"
    r"|^\[|(?<=!)\[|\[(?=[\^\[])|\](?=[\[(:])"
    r"|\$(?!\d)"
    r"|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])"
)
HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
BLOCK = re.compile(r"[-+=#]|\d+[.)]")
NAME = re.compile(r"[\w.:/+ -]+", re.ASCII)
UNUSUAL = re.compile(r"[^ -~]")  # all but what ASCII prints, which is visible

# A line of the runner's log that begins with "::", or holds "##[", is a command to the runner.
COMMAND = re.compile(r"(?:(?<=\s)|^):(?=:)|##(?=\[)")


def clean(text: str) -> str:
    """Return the visible characters on one line: no ANSI sequences, controls, bidi marks or runner commands."""
    text = text if len(text) <= READ else f"{text[:READ]}…"
    seen = STACKED.sub("", UNUSUAL.sub(_visible, ANSI.sub("", text)))
    return told(" ".join(seen.split()))


def told(text: str) -> str:
    """Return text whose lines are no commands to the runner, and are otherwise as they were."""
    return COMMAND.sub(r"\g<0> ", text)


def plain(text: str) -> str:
    """Return text that a rich console prints as it stands, also between tags: cleaned, its markup escaped."""
    # rich takes a backslash before a bracket for an escape, so none may stand there, nor before a tag of the caller.
    text = clean(text).replace("\\[", f"\\{BREAK}[")
    return escape(text + BREAK if text.endswith("\\") else text)


def shorten(text: str, limit: int = LIMIT) -> str:
    """Return at most ``limit`` characters, an ellipsis in the place of what is missing."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def cell(text: str, limit: int = LIMIT) -> str:
    """Return text that stays inside one cell of a GitHub Markdown table and does nothing there."""
    text = _broken(shorten(clean(text), limit))
    return MARKDOWN.sub(r"\\\g<0>", text.translate(HTML))


def sentence(text: str) -> str:
    """Return text that stays one paragraph, heading or list item: as a ``cell``, and it begins no block of its own."""
    shown = cell(text, SENTENCE)
    return BREAK + shown if BLOCK.match(shown) else shown


def code(name: str, limit: int = LIMIT) -> str:
    """Return a name as a code span when it is made of harmless characters only, else as a ``cell``."""
    text = cell(name, limit)
    harmless = NAME.fullmatch(name) and text.replace("\\_", "_") == name
    return f"`{name}`" if harmless else text


def element(text: str, limit: int = LIMIT) -> str:
    """Return text that stays inside an HTML element of a Markdown document, where no Markdown is read."""
    return html.escape(_broken(shorten(clean(text), limit)), quote=False)


def label(text: str, limit: int = 40) -> str:
    """Return text for a quoted label of a mermaid diagram: letters, digits and harmless signs.

    Others would need mermaid's own entity codes, which not every version reads.
    """
    kept = "".join(char if char.isalnum() or char in " ._:/+-" else " " for char in clean(text))
    return shorten(" ".join(kept.split()), limit) or "?"


def _broken(text: str) -> str:
    for pattern in ACTED_ON:
        text = pattern.sub(rf"\g<0>{BREAK}", text)
    return text


def _visible(found: re.Match[str]) -> str:
    char = found[0]
    if char.isspace():
        return " "
    return "" if unicodedata.category(char) in INVISIBLE else char
