"""What a stranger's job hands over is read within bounds, shown as its words, and posted where GitHub says."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gha_router.errors import NotPermitted, UsageError
from gha_router.github.context import PullRequest
from gha_router.github.handoff import MOST_BYTES, Handoff, Sender, number_of, read, sender, views, write
from gha_router.report.markdown import markdown
from tests.unit.github.comment_events import context
from tests.unit.report.sample import run as sample

SHA = "1a" * 20
RUN = {
    "id": 5,
    "run_attempt": 2,
    "event": "pull_request",
    "head_sha": SHA,
    "head_branch": "fix",
    "head_repository": {"owner": {"login": "mona"}},
}


def written(folder: Path) -> Path:
    file = write(folder, Handoff(run=sample()))
    assert file is not None
    return file


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    assert read(written(tmp_path)) == Handoff(run=sample())
    refused = write(tmp_path, Handoff(refused="nobody approved it"))
    assert refused is not None
    assert read(refused) == Handoff(refused="nobody approved it")


def test_a_report_says_whose_words_it_is_and_shows_no_sign_of_ours(tmp_path: Path) -> None:
    for view in views(read(written(tmp_path))):
        text = markdown(view)
        assert text.startswith("### ⏭️ The fork's own run says: ")
        assert "nothing of it was checked here" in text
    (said,) = views(Handoff(refused="nobody approved @mona's commit <!-- x -->"))
    assert "@mona" not in markdown(said)
    assert "<!--" not in markdown(said)


def test_what_is_too_large_is_shortened(tmp_path: Path) -> None:
    step = sample().steps[0]
    attempts = tuple(replace(step.attempts[-1], number=n, final_message="y" * 19_000) for n in range(1, 100))
    file = write(tmp_path, Handoff(run=replace(sample(), steps=(replace(step, attempts=attempts),))))
    assert file is not None
    assert file.stat().st_size <= MOST_BYTES
    assert read(file).run is not None
    many = tuple(replace(step, id=f"step-{n}") for n in range(5000))
    assert write(tmp_path, Handoff(run=replace(sample(), steps=many))) is None


def changed(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(data: Any) -> None:
        *folders, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        for part in folders:
            data = data[part]
        data[last] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        changed("schema", "gha-router/handoff/2"),
        changed("more", 1),
        changed("refused", "both"),
        changed("run", None),
        changed("run", []),
        changed("run.verdict", "splendid"),
        changed("run.more", 1),
        changed("run.steps.0.more", {}),
        changed("run.wall_s", -1),
        changed("run.wall_s", 1e300),
        changed("run.wall_s", "12"),
        changed("run.steps.0.id", "x" * 30_000),
        changed("run.steps.0.attempts.0.cost_usd", "1E+999999999"),
        changed("run.steps.0.attempts.0.cost_usd", "1E-999999999"),
        changed("run.steps.0.attempts.0.cost_usd", "NaN"),
        changed("run.steps.0.attempts.0.requests", 10**30),
        changed("run.notes", ["x"] * 3000),
    ],
)
def test_whatever_we_would_not_have_written_is_refused(tmp_path: Path, change: Callable[[Any], None]) -> None:
    file = written(tmp_path)
    data = json.loads(file.read_text())
    change(data)
    file.write_text(json.dumps(data))
    with pytest.raises(UsageError, match="what was handed over cannot be used"):
        read(file)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{", b"\xff\xfe", b'{"schema": NaN}', b"[" * 200_000, b'"' + b"x" * MOST_BYTES + b'"']
)
def test_whatever_is_no_such_file_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "handoff.json"
    file.write_bytes(content)
    with pytest.raises(UsageError, match="what was handed over cannot be used"):
        read(file)


def test_a_file_that_is_not_there_is_an_error_that_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read(tmp_path / "none.json")


def test_a_link_and_a_pipe_are_no_files(tmp_path: Path) -> None:
    file = written(tmp_path)
    (tmp_path / "link").symlink_to(file)
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe"):
        with pytest.raises(UsageError, match="it is no file"):
            read(tmp_path / name)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(data=st.data(), value=VALUES)
def test_no_value_in_any_place_brings_it_down(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, value: object
) -> None:
    file = written(tmp_path_factory.mktemp("handed"))
    document = json.loads(file.read_text())
    place: Any = document
    while isinstance(place, (dict, list)) and place:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[key], (dict, list)) or data.draw(st.booleans()):
            place[key] = value
            break
        place = place[key]
    file.write_text(json.dumps(document))
    try:
        found = read(file)
    except UsageError:
        return
    for view in views(found):
        markdown(view)


def test_who_handed_over_is_what_github_says() -> None:
    found = sender(context({"workflow_run": RUN}, "workflow_run"))
    assert found == Sender(run=5, attempt=2, owner="mona", branch="fix", head_sha=SHA)


@pytest.mark.parametrize(
    ("event", "more"),
    [("push", {}), ("workflow_run", {"event": "push"}), ("workflow_run", {"head_repository": None})],
)
def test_another_event_posts_nothing(event: str, more: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="not the end of a pull request's run"):
        sender(context({"workflow_run": {**RUN, **more}}, event))


PULL = PullRequest(number=7, head_sha=SHA, is_fork=True)


@pytest.mark.parametrize(
    ("pulls", "number"),
    [
        ((PULL,), 7),
        ((PULL, replace(PULL, number=8, head_sha="2b" * 20)), 7),
        ((), None),
        ((replace(PULL, head_sha="2b" * 20),), None),
        ((replace(PULL, is_fork=False),), None),
        ((PULL, replace(PULL, number=8)), None),
    ],
)
def test_it_is_posted_where_the_head_is_that_commit_and_nowhere_else(
    pulls: tuple[PullRequest, ...], number: int | None
) -> None:
    found = Sender(run=5, attempt=1, owner="mona", branch="fix", head_sha=SHA)
    if number is None:
        with pytest.raises(NotPermitted, match="nothing was posted"):
            number_of(found, pulls)
    else:
        assert number_of(found, pulls) == number
