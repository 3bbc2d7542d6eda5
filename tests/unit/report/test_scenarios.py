"""The comment and the summary of runs as they happen; ``make pictures`` draws some of them."""

import json
import runpy
from pathlib import Path

import pytest

from gha_router.github.report.delta import since
from gha_router.github.report.marker import Figures, Marker, read_marker
from gha_router.github.report.sticky import BUDGET
from gha_router.report.fit import fitting, open_fence, open_folds
from gha_router.report.markdown import markdown
from gha_router.report.of_run import LESS, Extent, lengths
from gha_router.report.origin import Origin
from tests.golden import check_golden
from tests.rendered import page
from tests.unit.report.scenarios import SCENARIOS, Scenario

ROOT = Path(__file__).parents[3]
PICTURES = runpy.run_path(str(ROOT / "scripts" / "pictures.py"))  # a script, no module
COMMIT, BASE = "1a2b3c4d" * 5, "9f8e7d6c" * 5


def origin(*, replies: bool) -> Origin:
    return Origin(repository_url="https://github.com/octo/repo", commit=COMMIT, base=BASE, run="1234", replies=replies)


def comment(scenario: Scenario) -> str:
    """The body as ``Sticky`` writes it."""
    now, was = Figures.of(scenario.result), Figures.of(scenario.before) if scenario.before else None
    views = lengths(scenario.result, origin=origin(replies=True), told=since(was, now))
    marker = Marker(config="default", run=1234, attempt=1, now=now, was=was)
    return marker.signed(fitting([markdown(view) for view in views], BUDGET - len(marker.signed("")), len))


def summary(scenario: Scenario) -> str:
    told = (scenario.untold,) if scenario.untold else ()
    return markdown(lengths(scenario.result, origin=origin(replies=False), told=told)[0])


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_comment_looks_as_reviewed(name: str) -> None:
    check_golden(f"report/comment-{name}.md", comment(SCENARIOS[name]()))


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_summary_looks_as_reviewed(name: str) -> None:
    check_golden(f"report/summary-{name}.md", summary(SCENARIOS[name]()))


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_comment_fits_is_whole_and_knows_itself_again(name: str) -> None:
    body = comment(SCENARIOS[name]())
    assert len(body) <= BUDGET
    assert (open_fence(body), open_folds(body)) == (None, 0)
    assert read_marker(body)
    assert read_marker(body.replace("\n", "\r\n")) == read_marker(body)
    assert page(body).powers == []


def test_forty_steps_are_shortened_to_what_failed_and_the_summary_has_all() -> None:
    scenario = SCENARIOS["forty-steps"]()
    body = comment(scenario)
    assert LESS[Extent.FAILED] in body
    assert [name for name in ("part-17", "part-40", "part-5", "part-39") if f"`{name}`" in body] == [
        "part-17",
        "part-40",
    ]
    assert "38 verified steps left out here." in body
    assert "run [1234](https://github.com/octo/repo/actions/runs/1234)" in body
    assert "| `part-39` |" in summary(scenario)


def test_the_pictures_show_what_is_reviewed_here() -> None:
    drawn = json.loads(PICTURES["SOURCES"].read_text(encoding="utf-8"))
    assert drawn == PICTURES["digests"](), "make pictures"
    assert all((PICTURES["PICTURES"] / f"{name}.png").stat().st_size < PICTURES["LIMIT"] for name in drawn)


def test_every_diagram_stands_above_its_table() -> None:
    text = summary(SCENARIOS["escalation"]())
    for block in text.split("```mermaid")[1:]:
        assert block.split("```", 1)[1].lstrip().startswith("|")
    assert text.count("```mermaid") == 2
