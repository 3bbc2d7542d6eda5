"""What GitHub makes of Markdown: its own renderer (cmark-gfm), read as elements, attributes, links and words.

Nothing is sanitised here, as GitHub does afterwards: what a text would become without that must be harmless already.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from cmarkgfm import github_flavored_markdown_to_html  # type: ignore[import-untyped]  # it ships no types
from cmarkgfm.cmark import Options  # type: ignore[import-untyped]  # as above

OPTIONS = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_GITHUB_PRE_LANG | Options.CMARK_OPT_FOOTNOTES
FORM = frozenset({"code", "strong"})  # how a name is shown depends on its letters

# What GitHub acts on in the words of a rendered page.
ACTED_ON = (
    r"(?<![\w/])@[A-Za-z0-9]",
    r"#\d",
    r"(?i)\bGH-\d",
    r"(?i)(?:https?|ftp)://",
    r"(?i)\bwww\.\w",
    r"(?im)^\s*/route\b",
    r"[\u202a-\u202e\u2066-\u2069\x00-\x08\x1b]",
    r"(?:[\u0300-\u036f\u20d0-\u20ff]){5}",
)


def html(markdown: str) -> str:
    """Return the page."""
    return str(github_flavored_markdown_to_html(markdown, OPTIONS))


@dataclass
class Page:
    """``outline``: every element with its attributes, names' form counted apart. ``words``: what GitHub acts on."""

    outline: list[tuple[str, tuple[tuple[str, str | None], ...]]] = field(default_factory=list)
    forms: int = 0
    words: str = ""

    @property
    def powers(self) -> list[str]:
        """What GitHub would act on in the words."""
        return [pattern for pattern in ACTED_ON if re.search(pattern, self.words)]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page, self.words = Page(), list[str]()
        self.preformatted = 0  # GitHub acts on no words there

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in FORM and not attrs:
            self.page.forms += 1
        else:
            self.page.outline.append((tag, tuple(attrs)))

        self.preformatted += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        self.preformatted -= tag == "pre"
        if tag not in FORM:
            self.page.outline.append((f"/{tag}", ()))

    def handle_data(self, data: str) -> None:
        if not self.preformatted:
            self.words.append(data)

    def handle_comment(self, data: str) -> None:
        self.page.outline.append(("!--", (("text", data),)))

    def handle_decl(self, decl: str) -> None:
        self.page.outline.append(("!", (("text", decl),)))

    def handle_pi(self, data: str) -> None:
        self.page.outline.append(("?", (("text", data),)))

    def unknown_decl(self, data: str) -> None:
        self.page.outline.append(("![", (("text", data),)))


def page(markdown: str) -> Page:
    """Return a page as a browser would read it."""
    reader = _Reader()
    reader.feed(html(markdown))
    reader.close()
    reader.page.words = "".join(reader.words)
    return reader.page
