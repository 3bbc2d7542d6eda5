import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.text import Text

from gha_router.report.neutral import BREAK, LIMIT, cell, clean, code, label, plain, sentence, shorten
from tests.unit.report.sample import HOSTILE

GFM = MarkdownIt("commonmark").enable(["table", "strikethrough"])
WORDS = (
    "@ # 1 GH- < <!-- --> ![ ]( [ ] ` ``` | \\ /route a _ __ * ** ~~ $ & &#64; &lt; https:// www. ::error:: ##[ [^1]"
)
BLOCKS = ["- ", "1. ", "# ", "> ", "\n", "\r\n", " "]
HIDDEN = ["\x1b[31m", "\x1b", "\x9b", "\u202e", "\u200b", "\u2028", "\ud800"]
PIECES = st.sampled_from([*WORDS.split(), *BLOCKS, *HIDDEN])
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join))
POWER = (
    r"@[^\s\u200b]",
    r"#\d",
    r"<",
    r">",
    r"!\[",
    r"/route\b",
    r"gh-\d",
    r"://",
    r"www\.",
    r"[\r\n\t\x00-\x1f\x7f-\x9f]",
)


def shown(text: str) -> str:
    return shorten(clean(text)).replace(BREAK, "")


@given(TEXTS)
@example(HOSTILE)
@example("\\|")
@example("a\\")
def test_a_cell_has_no_power(text: str) -> None:
    out = cell(text)
    for pattern in POWER:
        assert not re.search(pattern, out, re.IGNORECASE), pattern
    assert not re.search(r"(?<!\\)(?:\\\\)*[|`]", out)
    assert out.encode().decode() == out


@given(TEXTS)
@example(HOSTILE)
def test_a_cell_is_one_cell_and_reads_as_the_text_did(text: str) -> None:
    tokens = GFM.parse(f"| a | b |\n| --- | --- |\n| {cell(text)} | end |\n")
    assert [token.type for token in tokens].count("td_open") == 2
    inlines = [token for token in tokens if token.type == "inline"]
    assert [child.type for child in inlines[2].children or []] in ([], ["text"])
    assert inlines[2].content.count("\n") == 0
    assert "".join(child.content for child in inlines[2].children or []).replace(BREAK, "") == shown(text)
    assert inlines[3].content == "end"


@given(TEXTS)
@example("# heading")
@example("- item")
@example("12) item")
def test_a_sentence_stays_one_paragraph(text: str) -> None:
    kinds = [token.type for token in GFM.parse(sentence(text))]
    assert kinds in ([], ["paragraph_open", "inline", "paragraph_close"])


@given(TEXTS)
@example("report.md")
@example("a/route")
@example("__init__.py")
def test_a_name_is_a_code_span_only_when_it_is_harmless(name: str) -> None:
    out = code(name)
    assert out == cell(name) or out == f"`{name}`"
    tokens = GFM.parse(f"| a |\n| --- |\n| {out} |\n")
    assert [token.type for token in tokens].count("td_open") == 1
    for pattern in POWER:
        assert not re.search(pattern, out, re.IGNORECASE), pattern


@pytest.mark.parametrize("name", ["gpt-oss-120b", "qwen2.5-coder:32b", "a/b_c.py", "__init__.py", "count of lines"])
def test_ordinary_names_are_code(name: str) -> None:
    assert code(name) == f"`{name}`"


@pytest.mark.parametrize(
    ("text", "neutral"),
    [
        ("100 % [57-100] at $0.0042", "100 % [57-100] at $0.0042"),
        ("snake_case stays", "snake_case stays"),
        ("_emphasis_ and *more*", r"\_emphasis\_ and \*more\*"),
        ("a [text](https://x)", f"a [text\\](https:{BREAK}//x)"),
        ("$x$ is no formula", r"\$x\$ is no formula"),
        ("two\nlines", "two lines"),
        ("fixes #12, gh-7", f"fixes #{BREAK}12, gh-{BREAK}7"),
        ("a & b", "a &amp; b"),
    ],
)
def test_what_is_escaped_and_what_stays_readable(text: str, neutral: str) -> None:
    assert cell(text) == neutral


def test_a_long_text_ends_in_an_ellipsis() -> None:
    assert cell("x" * 1000) == "x" * (LIMIT - 1) + "…"
    assert cell("abcdef", limit=4) == "abc…"


@given(TEXTS)
@example(HOSTILE)
@example("\x1b]0;title\x07text")
@example("\x1b]8;;https://evil.example\x1b\\link")
def test_a_terminal_gets_visible_characters_only(text: str) -> None:
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069]", clean(text))
    assert clean(text).encode().decode() == clean(text)


@given(TEXTS)
@example("[bold red]x[/]")
@example("trailing \\")
@example("[/]")
@example("\\[")
def test_plain_text_survives_a_rich_console_as_it_stands(text: str) -> None:
    printed = Text.from_markup(f"[b]{plain(text)}[/b]{plain(text)}", emoji=False).plain
    assert printed.replace(BREAK, "") == clean(text) * 2


@pytest.mark.parametrize("text", ["::error::x", "  ::set-output name=a::b", "##[group]x", "a ##[endgroup]"])
def test_no_command_reaches_the_runner(text: str) -> None:
    assert not re.search(r"(^|\s)::|##\[", clean(text))


def test_a_test_id_keeps_its_colons() -> None:
    assert clean("tests/a.py::test_b") == "tests/a.py::test_b"


@given(TEXTS)
def test_a_label_cannot_leave_its_quotes(text: str) -> None:
    assert re.fullmatch(r"[^\"`\[\]{}()%;#<>\\\n]+", label(text))


def test_a_label_without_a_letter_is_not_empty() -> None:
    assert label("[]") == "?"
