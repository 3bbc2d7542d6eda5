"""The page of an experiment in a real browser: rows are sorted, a trial opens, nothing is asked of any network."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from gha_router.cli.results import publish_experiment
from tests.e2e.chromium import Page, chromium, opened
from tests.unit.report import sample
from tests.unit.report.test_page import with_transcripts

pytestmark = pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine")
MODELS = "[...document.querySelectorAll('#leaderboard tbody tr')].map(row => row.cells[1].textContent).join()"
CLICK = "document.querySelectorAll('#leaderboard th')[{}].querySelector('button').click()"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("experiment")
    result = with_transcripts(replace(sample.experiment()), out)
    publish_experiment(result, out, as_json=False)
    return out / "report.html"


def seen(file: Path, folder: Path, *steps: str) -> tuple[list[object], Page]:
    """Open the page and return the value of each step."""

    async def session() -> tuple[list[object], Page]:
        async with opened(file.as_uri(), folder) as shown:
            return [await shown.evaluate(step) for step in steps], shown

    return asyncio.run(session())


def test_rows_are_sorted_by_their_figures_both_ways_with_the_unknown_last(page: Path, tmp_path: Path) -> None:
    values, shown = seen(page, tmp_path, MODELS, CLICK.format(7), MODELS, CLICK.format(7), MODELS)
    first, _, up, _, down = values
    assert first == "sonnet,glm-4.5,gpt-5,gpt-oss-120b,gemini-2.5-pro"
    assert up == "gpt-oss-120b,gemini-2.5-pro,glm-4.5,sonnet,gpt-5"  # by the median of its time
    assert down == ",".join(reversed(str(up).split(",")))
    assert shown.errors == []


def test_a_trial_opens_with_transcript_receipts_checks_and_claims(page: Path, tmp_path: Path) -> None:
    values, shown = seen(
        page,
        tmp_path,
        "document.querySelectorAll('details[open]').length",
        "document.querySelector('#trials tbody a').click()",
        "new Promise(done => setTimeout(done, 100)) && document.querySelector('details').id",
        "[...document.querySelectorAll('details[open]')].map(one => one.id + ' ' + one.innerText).join()",
    )
    assert values[0] == 0
    text = str(values[3])
    assert text.startswith("trial-1 ")
    for heading in ("Checks", "Claims", "Receipts", "Transcript", "I will read the files", "calls Bash"):
        assert heading in text
    assert shown.errors == []


def test_the_page_asks_for_nothing_but_itself_and_hostile_words_do_nothing(page: Path, tmp_path: Path) -> None:
    (_, _, title, images), shown = seen(
        page,
        tmp_path,
        "document.querySelectorAll('details').forEach(one => { one.open = true })",
        "fetch('https://evil.example/').catch(() => 0) && 0",
        "document.title",
        "document.querySelectorAll('img, iframe, object, embed, form, script[src], link').length",
    )
    assert images == 0
    assert "alert" not in str(title)
    assert [url for url in shown.asked if not url.startswith("file:")] in ([], ["https://evil.example/"])
    assert all(url == page.as_uri() or "evil" in url for url in shown.asked)
