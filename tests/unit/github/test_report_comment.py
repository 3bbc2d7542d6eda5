"""The parts of the comment that need no GitHub: its marker, the difference, the progress, annotations."""

import io
import threading
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.errors import InfrastructureError, Position
from gha_router.github.context import read_context
from gha_router.github.core import Core
from gha_router.github.inputs import read_inputs
from gha_router.github.report.annotations import SHOWN, annotate, position
from gha_router.github.report.commenting import NOWHERE, commenting, origin_of
from gha_router.github.report.delta import since
from gha_router.github.report.live import Live
from gha_router.github.report.marker import Figures, Marker, config_name, marked_for, read_marker
from gha_router.pipeline.run import Stage
from gha_router.records import CheckResult, CheckStatus, RunResult, Verdict
from gha_router.report.origin import NOWHERE as NO_PLACE
from gha_router.report.origin import Origin
from gha_router.report.progress import progress
from tests.unit.github.runner import commands
from tests.unit.report import sample

NOW = Figures(verdict=Verdict.VERIFIED, verified=3, steps=3, cost_usd=Decimal("0.42"), seconds=252.0, contradicted=1)
AMOUNTS = st.none() | st.decimals(0, 10**6, places=6)
FIGURES = st.builds(
    Figures,
    verdict=st.sampled_from(Verdict),
    verified=st.integers(0, 99),
    steps=st.integers(0, 99),
    cost_usd=AMOUNTS,
    seconds=st.floats(0, 1e6).map(lambda value: round(value, 1)),
    contradicted=st.integers(0, 99),
)
MARKERS = st.builds(
    Marker,
    config=st.text().map(config_name),
    run=st.integers(0, 10**15),
    attempt=st.integers(0, 99),
    now=st.none() | FIGURES,
    was=st.none() | FIGURES,
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"))


@given(MARKERS, TEXTS)
def test_a_marker_is_read_as_it_was_written(marker: Marker, text: str) -> None:
    body = marker.signed(text)
    assert read_marker(body) == marker
    assert read_marker(body.replace("\n", "\r\n")) == marker
    assert marked_for(body, marker.config)
    assert "-->" not in body.split("\n")[0].removesuffix("-->")


@given(MARKERS, TEXTS, st.text(min_size=1), st.integers(0, 10_000))
def test_a_body_that_somebody_touched_is_not_believed(marker: Marker, text: str, put_in: str, at: int) -> None:
    body = marker.signed(text)
    touched = body[:at] + put_in + body[at:]
    if touched.replace("\r\n", "\n").rstrip() == body.rstrip():
        return
    assert read_marker(touched) in {None, marker}
    if not put_in.isspace():
        assert read_marker(touched) is None


@given(st.text())
def test_any_body_is_read_or_is_none_of_ours(body: str) -> None:
    assert read_marker(body) is None
    assert not marked_for(body, "default")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (None, "default"),
        ("", "default"),
        (".github/gha-router.yml", "github-gha-router.yml-7716780d"),
        ("a.yml", "a.yml"),
    ],
)
def test_a_configuration_has_a_name_without_blanks(path: str | None, name: str) -> None:
    assert config_name(path) == name


def test_two_configurations_never_share_a_name() -> None:
    assert len({config_name(path) for path in ("a/b.yml", "a-b.yml", "a b.yml", "設定.yml", "別.yml")}) == 5


@pytest.mark.parametrize(
    "text", ["", "verified", "fine,3/3,0.42,1,0", "verified,3/3,nan,1,0", "verified,3/3,-1,1,0", "verified,x/3,1,1,0"]
)
def test_figures_that_are_none_are_none(text: str) -> None:
    assert Figures.read(text) is None


@pytest.mark.parametrize(
    ("was", "said"),
    [
        (NOW, "verified 3/3 again · the same cost."),
        (replace(NOW, cost_usd=Decimal("0.61")), "verified 3/3 again · -$0.19."),
        (replace(NOW, cost_usd=None), "verified 3/3 again."),
        (replace(NOW, seconds=300.0), "verified 3/3 again · the same cost · 48 s shorter."),
        (
            replace(NOW, verdict=Verdict.FAILED, verified=2, contradicted=0),
            "not verified 2/3 → verified 3/3 · the same cost · 1 claim that did not hold, before 0.",
        ),
    ],
)
def test_what_changed_is_one_sentence(was: Figures, said: str) -> None:
    assert since(was, NOW) == (f"Since the run before: {said}",)
    assert since(None, NOW) == ()


def test_progress_says_where_it_is_and_what_it_cost() -> None:
    stage = Stage(step=2, steps=4, id="fix", attempt=2, model="sonnet", cost_usd=Decimal("0.12"))
    here = Origin(repository_url="https://github.com/o/r", run="7")
    assert progress(stage, here) == (
        "### ⏳ Step 2 of 4: `fix` on `sonnet`, attempt 2 · $0.12 so far\n\n"
        "<sub>run [7](https://github.com/o/r/actions/runs/7)</sub>\n"
    )
    first = replace(stage, step=1, attempt=1, cost_usd=Decimal(0))
    assert progress(first, NO_PLACE) == "### ⏳ Step 1 of 4: `fix` on `sonnet`\n"
    assert progress(None, NO_PLACE) == "### ⏳ Queued\n"


def test_only_the_newest_is_written_and_nothing_after_the_end() -> None:
    written: list[str] = []
    first, go_on = threading.Event(), threading.Event()

    def write(text: str) -> None:
        written.append(text)
        first.set()
        assert go_on.wait(10)

    live = Live(write, written.append, every_s=0)
    live.show("one")
    assert first.wait(10)
    live.show("two")
    live.show("three")
    first.clear()
    go_on.set()
    assert first.wait(10)
    assert live.close()
    live.show("late")
    assert written == ["one", "three"]


def test_between_two_texts_there_is_time() -> None:
    written: list[str] = []
    first = threading.Event()

    def write(text: str) -> None:
        written.append(text)
        first.set()

    live = Live(write, written.append, every_s=3600)
    live.show("one")
    assert first.wait(10)
    live.show("two")
    assert live.close()
    assert written == ["one"]


def test_what_github_refuses_is_said_once_and_fails_nothing() -> None:
    said: list[str] = []
    told = threading.Event()

    def write(_text: str) -> None:
        raise InfrastructureError("GitHub's API answered 502")

    def say(text: str) -> None:
        said.append(text)
        told.set()

    live = Live(write, say, every_s=0)
    live.show("one")
    assert told.wait(10)
    live.show("two")
    assert live.close()
    assert said == ["The progress is not shown: GitHub's API answered 502"]


def failing(where: str | None, count: int = 1, *, required: bool = True) -> RunResult:
    checks = tuple(
        CheckResult(name=f"check {number}", kind="command", status=CheckStatus.FAILED, expected="0", found="1",
                    where=where, required=required)
        for number in range(count)
    )  # fmt: skip
    (step, *_) = sample.failed_run().steps
    return replace(sample.failed_run(), steps=(replace(step, attempts=(replace(step.attempts[-1], checks=checks),)),))


def annotated(result: RunResult) -> list[tuple[str, dict[str, str], str]]:
    log = io.StringIO()
    annotate(result, Core(env={}, log=log))
    return [(one.name, one.properties, one.data) for one in commands(log.getvalue())]


def test_a_failed_check_is_shown_at_its_line() -> None:
    assert annotated(failing("src/a.py:12")) == [
        ("error", {"file": "src/a.py", "line": "12", "title": "gather: check 0"}, "expected 0; found 1")
    ]


def test_an_advisory_check_is_a_warning_and_a_passed_one_is_nothing() -> None:
    assert [name for name, _, _ in annotated(failing("a", required=False))] == ["warning"]
    assert annotated(sample.run()) == []


def test_no_more_than_ten_are_shown_and_the_last_says_how_many_more() -> None:
    shown = annotated(failing("a.py", 25))
    assert len(shown) == SHOWN
    assert shown[-1][2] == "16 more checks did not pass: the report has all of them."


@pytest.mark.parametrize(
    ("where", "place"),
    [
        ("a/b.py", Position("a/b.py")),
        ("a/b.py:3", Position("a/b.py", 3)),
        ("a/b.py:3:7", Position("a/b.py", 3, 7)),
        ("/etc/passwd:1", None),
        ("../x", None),
        ("a::b", None),
        ("", None),
        (None, None),
    ],
)
def test_only_what_is_in_the_workspace_has_a_place(where: str | None, place: Position | None) -> None:
    assert position(where) == place


@pytest.mark.parametrize(
    ("given", "said"),
    [({}, None), ({"INPUT_REPORT_TO": "summary,comment"}, NOWHERE), ({"INPUT_USE_STICKY_COMMENT": "true"}, NOWHERE),
     ({"INPUT_TRACK_PROGRESS": "true"}, NOWHERE)],
)  # fmt: skip
def test_where_there_is_no_pull_request_there_is_no_comment(given: dict[str, str], said: str | None) -> None:
    context = read_context({"GITHUB_EVENT_NAME": "push", "GITHUB_REPOSITORY": "o/r", "GITHUB_SHA": "1a" * 20})
    origin = origin_of(context, None)
    assert (origin.repository_url, origin.commit) == ("https://github.com/o/r", "1a" * 20)
    with commenting(read_inputs(given), context, origin, Core(env={}, log=io.StringIO())) as comment:
        comment.begun(None)
        assert comment.finish(sample.run()) == said
