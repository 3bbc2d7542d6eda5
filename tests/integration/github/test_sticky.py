"""The one comment with the report, played against the stateful GitHub double."""

import json
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import httpx
import pytest

from gha_router.errors import Cancelled, UsageError
from gha_router.github.api import Api
from gha_router.github.context import read_context
from gha_router.github.report.marker import Figures, Marker, read_marker
from gha_router.github.report.reporter import Reporter
from gha_router.github.report.sticky import BUDGET, Posted, Sticky
from gha_router.records import RunResult, Verdict
from gha_router.report.origin import Origin
from tests.loopback import NO_TLS
from tests.unit.report import sample

PULL, OURS = 7, "ghs_canary"
US = "github-actions[bot]"
NOW = Figures(verdict=Verdict.VERIFIED, verified=3, steps=3, cost_usd=Decimal("0.42"), seconds=252.0, contradicted=1)
WORSE = replace(NOW, verdict=Verdict.FAILED, verified=2, cost_usd=Decimal("0.61"))
READ = ("id", "user", "body", "created_at", "updated_at", "issue_url", "performed_via_github_app")

pytestmark = [pytest.mark.vcr, pytest.mark.block_network(allowed_hosts=["127.0.0.1"])]


@pytest.fixture(scope="module")
def vcr_config(vcr_config: dict[str, Any]) -> dict[str, Any]:
    """Of a comment only what is read is kept: a page of a hundred has 200 kB."""
    whole = vcr_config["before_record_response"]

    def kept(one: Any) -> Any:
        if not isinstance(one, dict) or "body" not in one:
            return one
        return {key: one[key] for key in READ if key in one} | {
            "user": {key: one["user"][key] for key in ("login", "type")}
        }

    def short(response: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = whole(response)
        found = json.loads(answer["body"]["string"] or "null")
        found = [kept(one) for one in found] if isinstance(found, list) else kept(found)
        if isinstance(found, dict) and "comments" in found:
            found["comments"] = [kept(one) for one in found["comments"]]
        answer["body"]["string"] = json.dumps(found, ensure_ascii=False).encode()
        return answer

    return {**vcr_config, "before_record_response": short}


class Thread:
    """The comments of one pull request, none at the beginning of a story."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.put([])

    def put(
        self, comments: Sequence[dict[str, Any]], *, read_only: bool = False, crowd: tuple[int, int] = (0, 0)
    ) -> None:
        state = {"comments": comments, "reactions": [], "next": 10_000, "readOnly": read_only, "crowd": crowd}
        httpx.put(f"{self.url}/_state", json=state).raise_for_status()

    @property
    def comments(self) -> list[dict[str, Any]]:
        found = httpx.get(f"{self.url}/_state", verify=NO_TLS).raise_for_status().json()["comments"]
        return list(found)

    @property
    def bodies(self) -> list[str]:
        return [one["body"] for one in self.comments]

    def run(self, number: int, *, attempt: int = 1, config: str = "default", token: str | None = OURS) -> Sticky:
        context = read_context({"GITHUB_API_URL": self.url, "GITHUB_REPOSITORY": "o/r"})
        api = Api(context, token, write_s=0)
        return Sticky(api=api, number=PULL, config=config, run=number, attempt=attempt)


@pytest.fixture
def thread(github: str) -> Thread:
    return Thread(github)


def written(body: str, *, by: str = US, number: int = 1) -> dict[str, Any]:
    """A comment as the double keeps it."""
    kind = "Bot" if by.endswith("[bot]") else "User"
    at = "2026-11-20T09:00:00Z"
    issue = f"https://api.github.com/repos/o/r/issues/{PULL}"
    return {
        "id": number,
        "user": {"login": by, "type": kind},
        "body": body,
        "created_at": at,
        "updated_at": at,
        "issue_url": issue,
        "performed_via_github_app": None,
    }


def report(text: str, run: int, now: Figures | None = NOW, config: str = "default") -> str:
    return Marker(config=config, run=run, attempt=1, now=now).signed(text)


def said(text: str) -> Any:
    return lambda _was: (text,)


def remembered(told: list[Figures | None], text: str) -> Any:
    def render(was: Figures | None) -> tuple[str]:
        told.append(was)
        return (text,)

    return render


def test_the_second_run_writes_the_first_one_s_comment_anew(thread: Thread) -> None:
    assert thread.run(1233).finish(WORSE, said("first\n")) is Posted.CREATED
    told: list[Figures | None] = []
    assert thread.run(1234).finish(NOW, remembered(told, "second\n")) is Posted.UPDATED
    (body,) = thread.bodies
    assert body.endswith("\nsecond\n")
    assert told == [WORSE]
    marker = read_marker(body)
    assert marker == Marker(config="default", run=1234, attempt=1, now=NOW, was=WORSE)


def test_what_says_so_already_is_not_written_again(thread: Thread) -> None:
    thread.run(1234).finish(NOW, said("the same\n"))
    assert thread.run(1234).finish(NOW, said("the same\n")) is Posted.UNCHANGED


def test_an_older_run_never_writes_over_a_newer_one(thread: Thread) -> None:
    thread.run(1234, attempt=2).finish(NOW, said("new\n"))
    assert thread.run(1234, attempt=1).finish(NOW, said("old\n")) is Posted.OUTDATED
    assert thread.run(99).progress("old\n") is Posted.OUTDATED
    assert thread.bodies[0].endswith("new\n")


def test_each_configuration_has_its_own(thread: Thread) -> None:
    thread.run(1).finish(NOW, said("one\n"))
    thread.run(1, config="other.yml").finish(NOW, said("two\n"))
    assert [body.split("\n")[1] for body in thread.bodies] == ["one", "two"]


@pytest.mark.parametrize("author", ["mona", "other[bot]", "github-actions"])
def test_a_marker_of_somebody_else_is_only_text(thread: Thread, author: str) -> None:
    forged = report("Verified, trust me\n", 999_999_999)
    thread.put([written(forged, by=author)])
    assert thread.run(1234).finish(NOW, said("ours\n")) is Posted.CREATED
    assert thread.bodies[0] == forged


def test_a_marker_amid_our_own_words_is_an_agent_s(thread: Thread) -> None:
    quoted = f"An agent said:\n{report('x', 999_999_999)}"
    thread.put([written(quoted)])
    assert thread.run(1234).finish(NOW, said("ours\n")) is Posted.CREATED
    assert thread.bodies[0] == quoted


def test_a_marker_that_somebody_edited_is_ours_and_not_believed(thread: Thread) -> None:
    edited = report("first\n", 1).replace("run=1 ", "run=999999999 ")
    thread.put([written(edited)])
    told: list[Figures | None] = []
    assert thread.run(1234).finish(NOW, remembered(told, "ours\n")) is Posted.UPDATED
    assert told == [None]


@pytest.mark.parametrize("left", ["", "no marker any more", "<!-- gha-router:comment v1 config=default -->\nx"])
def test_without_its_marker_a_comment_is_nobody_s_and_there_is_a_new_one(thread: Thread, left: str) -> None:
    thread.put([written(left)])
    assert thread.run(1234).finish(NOW, said("ours\n")) is Posted.CREATED


def test_a_comment_that_is_deleted_while_a_run_goes_on_is_written_again(thread: Thread) -> None:
    run = thread.run(1234)
    run.progress("step 1\n")
    thread.put([])
    assert run.finish(NOW, said("done\n")) is Posted.CREATED
    assert len(thread.bodies) == 1


def test_of_two_of_ours_the_oldest_is_written_and_there_is_no_third(thread: Thread) -> None:
    thread.put([written(report("a\n", 1), number=1), written(report("b\n", 2), number=2)])
    assert thread.run(3).finish(NOW, said("c\n")) is Posted.UPDATED
    assert [body.split("\n")[1] for body in thread.bodies] == ["c", "b"]


def test_progress_keeps_what_the_run_before_came_to(thread: Thread) -> None:
    thread.run(1).finish(WORSE, said("before\n"))
    run = thread.run(2)
    assert run.progress("queued\n") is Posted.UPDATED
    assert run.progress("step 1 of 2\n") is Posted.UPDATED
    told: list[Figures | None] = []
    run.finish(NOW, remembered(told, "done\n"))
    assert told == [WORSE]


def test_among_five_hundred_comments_it_is_found_and_stays_the_only_one(thread: Thread) -> None:
    thread.put([written(report("first\n", 1))], crowd=(437, 62))
    assert thread.run(2).finish(NOW, said("second\n")) is Posted.UPDATED
    bodies = thread.bodies
    assert len(bodies) == 500
    assert bodies[437].endswith("second\n")
    assert sum("gha-router:comment" in body for body in bodies) == 1


def test_a_body_is_never_larger_than_its_budget(thread: Thread) -> None:
    long = "".join(f"| {number} | ✗ |\n" for number in range(10_000))
    thread.run(1).finish(NOW, lambda _was: [long, long[:70_000], "# totals\n\n```text\n" + long])
    (body,) = thread.bodies
    assert len(body) <= BUDGET
    assert body.endswith("```\n")


def test_a_token_that_may_not_write_changes_nothing_and_says_so(thread: Thread) -> None:
    thread.put([], read_only=True)
    log: list[str] = []
    with Reporter(thread.run(1), Origin(run="1"), log.append, live=False) as reporter:
        untold = reporter.finish(sample.run())
    assert untold is not None
    assert untold.startswith(
        "The report was not posted as a comment: no comment was written in #7: GitHub's API answered 403"
    )
    assert "pull-requests: write" in untold
    assert OURS not in untold
    assert (thread.bodies, log) == ([], [])


def test_a_run_that_did_not_come_about_says_so_in_the_place_of_the_report_before(thread: Thread) -> None:
    thread.run(1).finish(NOW, said("before\n"))
    log: list[str] = []
    mistake = UsageError("the configuration has no model `opsu`")
    with pytest.raises(UsageError), Reporter(thread.run(2), Origin(), log.append, live=False):
        raise mistake
    (body,) = thread.bodies
    assert "### ⚠️ The run did not come about\n\nthe configuration has no model \\`opsu\\`\n" in body
    assert log == ["Report on #7: the comment was written anew."]


def test_a_run_that_was_cancelled_before_it_began_leaves_github_alone(thread: Thread) -> None:
    stopped = Cancelled("stopped")
    with pytest.raises(Cancelled), Reporter(thread.run(2), Origin(), print, live=False):
        raise stopped
    assert thread.bodies == []


def test_without_a_token_nobody_is_asked(thread: Thread) -> None:
    with pytest.raises(UsageError, match="no token"):
        thread.run(1, token=None).finish(NOW, said("x"))


def test_a_report_says_what_changed_since_the_run_before(thread: Thread) -> None:
    log: list[str] = []
    results: list[RunResult] = [sample.failed_run(), sample.run()]
    for number, result in enumerate(results, 1):
        origin = Origin(repository_url="https://github.com/o/r", commit="1a" * 20, run=str(number), replies=True)
        with Reporter(thread.run(number), origin, log.append, live=False) as reporter:
            assert reporter.finish(result) is None
    (body,) = thread.bodies
    assert "Since the run before: not verified 0/1 → verified 2/2 · -$0.37 · 3 claims that did not hold" in body
    assert "run [2](https://github.com/o/r/actions/runs/2)" in body
    assert log == ["Report on #7: the comment was written.", "Report on #7: the comment was written anew."]
