"""What is answered: as people read it, with nothing in it that a comment brought along."""

from decimal import Decimal

import pytest
from markdown_it import MarkdownIt

from gha_router.github.comments.grammar import parse
from gha_router.github.comments.lines import command_lines
from gha_router.github.comments.reply import error_reply, help_text
from gha_router.github.comments.words import Words
from tests.golden import check_golden

WORDS = Words(
    models=("opus", "sonnet", "haiku"), tiers=(0, 1, 2), task_types=("design", "bugfix"), suites=("classic",),
    cap=Decimal("2.00"),
)  # fmt: skip


def reply(body: str) -> str:
    found = parse(body, WORDS)
    assert found.fault is not None
    return error_reply(found.fault, WORDS)


def test_help() -> None:
    check_golden("github/help.md", help_text(WORDS))


def test_a_word_that_is_nearly_one() -> None:
    check_golden("github/error-nearest.md", reply("Hello,\n/route opsu fix the test"))


def test_a_budget_over_the_cap() -> None:
    check_golden("github/error-budget.md", reply("/route opus budget=5 fix the test"))


@pytest.mark.parametrize(
    "word",
    ["@everyone", "`@mona`", "</details>", "![x](http://e/x.png)", "#1", "<!--x", "```", "\u202eevil", "x" * 9999],
)
def test_hostile_words_do_nothing_in_a_reply(word: str) -> None:
    text = reply(f"/route {word} x")
    first = text.partition("<details>")[0]
    page = MarkdownIt("commonmark").render(first)
    for mark in ("<a", "<img", "<!--", "</details", "<pre", "@e", "@m", "#1", "\u202e"):
        assert mark not in page
    assert len(first) < 800
    assert text.count("<details>") == text.count("</details>") == 1


def test_a_reply_asks_for_nothing() -> None:
    assert command_lines(reply("/route opsu")) == ()
    assert command_lines(help_text(WORDS)) == ()


def test_hundreds_of_models_do_not_fill_the_page() -> None:
    words = Words(models=tuple(f"model-{number}" for number in range(500)))
    assert "and 440 more" in help_text(words)
