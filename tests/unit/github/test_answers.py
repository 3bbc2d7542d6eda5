"""Answers to what only asks: as people read them, with nothing of a comment's at work in them."""

from decimal import Decimal

import pytest
from markdown_it import MarkdownIt

from gha_router.cli.route import route
from gha_router.errors import UsageError
from gha_router.github.api import WorkflowRun
from gha_router.github.comments import answers
from gha_router.github.comments.command import Fault
from gha_router.github.comments.lines import command_lines
from gha_router.github.comments.reply import error_reply
from gha_router.github.comments.words import Words
from gha_router.github.report.marker import Figures, Marker
from gha_router.records import Verdict
from gha_router.report.origin import Origin
from gha_router.routing import Ask
from tests.golden import check_golden
from tests.unit.github import comment_events

CONFIG = comment_events.config(f"{comment_events.CONFIG}default: sonnet\n")
WHERE = Origin(repository_url="https://github.com/o/r", run="12")
ENDED = Figures(
    verdict=Verdict.FAILED, verified=1, steps=2, cost_usd=Decimal("0.42"), seconds=252.0, contradicted=1
)  # fmt: skip
GOES_ON, WAS = Marker(config="default", run=12, attempt=1), Marker(config="default", run=12, attempt=1, now=ENDED)


def all_answers() -> dict[str, str]:
    return {
        "nothing was run": answers.status(None, None, WHERE),
        "it has ended": answers.status(WAS, None, WHERE),
        "it goes on": answers.status(GOES_ON, WorkflowRun(status="in_progress", conclusion=None), WHERE),
        "it was killed": answers.status(GOES_ON, WorkflowRun(status="completed", conclusion="cancelled"), WHERE),
        "nobody may say": answers.status(GOES_ON, None, WHERE),
        "stopping": answers.stopping(12, WHERE),
        "nothing to stop": answers.nothing_to_stop(),
        "explained": answers.explained(route(CONFIG, Ask(prompt="Fix the typo")), "Fix the typo"),
        "broken": answers.broken(UsageError("the job may not", hint="Let it: `permissions: {actions: write}`.")),
    }


def test_answers() -> None:
    check_golden("github/answers.md", "\n".join(f"## {name}\n\n{text}" for name, text in all_answers().items()))


@pytest.mark.parametrize("name", all_answers())
def test_an_answer_asks_for_nothing(name: str) -> None:
    assert command_lines(all_answers()[name]) == ()


@pytest.mark.parametrize(
    "fault",
    [answers.NOTHING_TO_REPEAT, answers.NOTHING_TO_RUN, answers.NOTHING_TO_EXPLAIN, answers.PIPELINE_ALONE],
)
def test_neither_does_one_to_what_was_not_understood(fault: Fault) -> None:
    assert command_lines(error_reply(fault, Words())) == ()


@pytest.mark.parametrize("words", ["@everyone", "</details>", "![x](http://e/x.png)", "fixes #1", "<!--x", "```\nx"])
def test_a_prompt_does_nothing_in_its_explanation(words: str) -> None:
    page = MarkdownIt("commonmark").render(answers.explained(route(CONFIG, Ask(prompt=words)), words))
    for mark in ("<a", "<img", "<!--", "</details", "<pre", "@e", "#1"):
        assert mark not in page
