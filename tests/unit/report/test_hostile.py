"""Foreign text never leaves the box that it is quoted in, judged on the page that GitHub's own renderer makes of it."""

import io
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gha_router.experiment.leaderboard import leaderboard
from gha_router.github.core import Core
from gha_router.github.report.annotations import annotate
from gha_router.github.report.marker import BEGIN, Marker
from gha_router.pipeline.run import Stage
from gha_router.records import RunResult, Verdict
from gha_router.report.markdown import markdown
from gha_router.report.of_experiment import experiment_view
from gha_router.report.of_run import lengths
from gha_router.report.origin import Origin
from gha_router.report.progress import broken, progress
from tests.rendered import page
from tests.unit.github.runner import commands
from tests.unit.report import sample
from tests.unit.report.hostile import HARMLESS, TEXTS, run_with

HERE = Origin(repository_url="https://github.com/o/r", commit="1a" * 20, base="9f" * 20, run="1234", replies=True)
OUR_LINKS = {
    "https://github.com/o/r/actions/runs/1234",
    f"https://github.com/o/r/commit/{'1a' * 20}",
    f"https://github.com/o/r/commit/{'9f' * 20}",
}
# What harms elsewhere: in the log, on a terminal, in mathematics, which GitHub reads before it renders, or nowhere.
ELSEWHERE = set(
    """full width|runner command|nul|lone surrogate|escaped pipe|script|open comment|zero width|a megabyte of nothing|
open code span|math|open script|style|pipe""".replace("\n", "").split("|")
)
PIECES = st.sampled_from([*(text[:200] for text in TEXTS.values()), " ", "\n", "\n\n", "|", "\\", "<", ">", "`", "&"])
MERMAID = re.compile(r"```mermaid\n(.*?)\n```", re.DOTALL)


def comments(result: RunResult, told: tuple[str, ...] = ()) -> list[str]:
    marker = Marker(config="default", run=1234, attempt=1)
    bodies = [marker.signed(markdown(view)) for view in lengths(result, origin=HERE, told=told)]
    return [re.sub(r"digest=[0-9a-f]{16} -->\n", "digest=0 -->\n", body, count=1) for body in bodies]


def stays_in_its_box(text: str, harmless: str) -> None:
    quoted, quiet = page(text), page(harmless)
    assert quoted.outline == quiet.outline
    assert quoted.forms <= quiet.forms
    assert quoted.powers == []
    links = {value for tag, attributes in quoted.outline for name, value in attributes if tag == "a" and name == "href"}
    assert links <= OUR_LINKS
    assert text.count(BEGIN) == harmless.count(BEGIN)
    assert [block.count("\n") for block in MERMAID.findall(text)] == [
        block.count("\n") for block in MERMAID.findall(harmless)
    ]
    assert text.encode().decode() == text


UNTOLD = comments(run_with(HARMLESS))
QUIET = comments(run_with(HARMLESS), (HARMLESS,))


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_leaves_the_report_of_a_run(name: str) -> None:
    for quoted, quiet in zip(comments(run_with(TEXTS[name]), (TEXTS[name],)), QUIET, strict=True):
        stays_in_its_box(quoted, quiet)


@settings(deadline=None, max_examples=max(10, settings().max_examples // 3))  # each renders three pages
@given(st.one_of(st.text(), st.lists(PIECES, max_size=12).map("".join)))
def test_nor_does_any_other(text: str) -> None:
    for quoted, quiet in zip(comments(run_with(text)), UNTOLD, strict=True):
        stays_in_its_box(quoted, quiet)


def experiment(text: str) -> str:
    honest = sample.good(text, text, sample.done(held=False, text=text), wall_s=1.0, cost="1")
    failed = sample.bad(text + "2", text, name=text, wall_s=1.0, cost=None)
    result = replace(
        sample.experiment(), suite=text, models=(text, text + "2"), trials=(honest, failed), tools={text: text}
    )
    return markdown(experiment_view(result, leaderboard(result)))


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_leaves_the_report_of_an_experiment(name: str) -> None:
    stays_in_its_box(experiment(TEXTS[name]), experiment(HARMLESS))


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_leaves_what_is_said_of_progress(name: str) -> None:
    def shown(text: str) -> list[str]:
        stage = Stage(step=2, steps=4, id=text, attempt=2, model=text, cost_usd=None)
        return [progress(stage, HERE), broken(text, HERE)]

    for quoted, quiet in zip(shown(TEXTS[name]), shown(HARMLESS), strict=True):
        stays_in_its_box(quoted, quiet)


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_gives_the_runner_a_command(name: str) -> None:
    def told(text: str) -> list[tuple[str, list[str]]]:
        log = io.StringIO()
        annotate(run_with(text), Core(env={"GITHUB_ACTIONS": "true"}, log=log))
        return [(one.name, sorted(set(one.properties) - {"file", "line", "col"})) for one in commands(log.getvalue())]

    assert told(TEXTS[name]) == told(HARMLESS)


@pytest.mark.parametrize("name", sorted(set(TEXTS) - ELSEWHERE))
def test_the_drill_would_notice_one_that_nobody_neutralised(name: str) -> None:
    def raw(text: str) -> str:
        text = text[:100_000].encode("utf-8", "replace").decode()
        return f"### {text}\n\n| a | b |\n| --- | --- |\n| {text} | end |\n\n<sub>{text}</sub>\n"

    with pytest.raises(AssertionError):
        stays_in_its_box(raw(TEXTS[name]), raw(HARMLESS))


def test_our_own_links_are_there() -> None:
    (whole, *_) = comments(replace(sample.run(), verdict=Verdict.VERIFIED))
    links = {value for tag, attributes in page(whole).outline for name, value in attributes if name == "href"}
    assert links == OUR_LINKS


@pytest.mark.parametrize(
    "url", ["https://github.com/o/r) [x](https://evil.example", "javascript:alert(1)//x", "https://a b"]
)
def test_an_address_that_is_none_is_no_link(url: str) -> None:
    (whole, *_) = (markdown(view) for view in lengths(sample.run(), origin=replace(HERE, repository_url=url)))
    assert not any(tag == "a" for tag, _ in page(whole).outline)
