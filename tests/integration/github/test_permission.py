"""Who may trigger what, played against the stateful GitHub double: comments, permissions, pushes, reactions.

Each test is a story: people comment, somebody pushes, and the comment at the end is judged as its job would.
"""

import json
from typing import Any

import httpx
import pytest

from gha_router.config import parse
from gha_router.errors import NotPermitted
from gha_router.github.api import Api
from gha_router.github.comments.asked import activity_of
from gha_router.github.comments.permission import Allowed, Quiet, permitted, unmoved
from gha_router.github.comments.reactions import finish, take
from gha_router.github.context import read_context
from tests.loopback import NO_TLS
from tests.unit.github.comment_events import context

HEAD, NEXT, OURS = "1a" * 20, "2b" * 20, "ghs_canary"
PULL, ISSUE = 7, 9
CONFIG = "version: 1\nmodels: {opus: sim/honest}\ncomments: {bots: [renovate], per_user_day: 2, per_day: 3}\n"

pytestmark = [pytest.mark.vcr, pytest.mark.block_network(allowed_hosts=["127.0.0.1"])]


@pytest.fixture(scope="module")
def vcr_config(vcr_config: dict[str, Any]) -> dict[str, Any]:
    """Of a pull request, which has 20 kB, only what is read is kept."""
    whole = vcr_config["before_record_response"]

    def short(response: dict[str, Any]) -> dict[str, Any]:
        kept: dict[str, Any] = whole(response)
        found = json.loads(kept["body"]["string"] or "null")
        if isinstance(found, dict) and "merge_commit_sha" in found:
            sides = {
                side: found[side] | {"repo": {"full_name": found[side]["repo"]["full_name"]}, "user": None}
                for side in ("head", "base")
            }
            kept["body"]["string"] = json.dumps({"number": found["number"], **sides}).encode()
        return kept

    return {**vcr_config, "before_record_response": short}


class Scene:
    """A repository with one pull request, afresh for each story."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.change(head=HEAD, fork=False, comments=[], reactions=[], next=100)
        self.api = Api(read_context({"GITHUB_API_URL": url, "GITHUB_REPOSITORY": "o/r"}), OURS, write_s=0)

    def change(self, **what: Any) -> None:
        httpx.put(f"{self.url}/_state", json=what).raise_for_status()

    def write(self, who: str, body: str, *, number: int = PULL, **more: Any) -> dict[str, Any]:
        """Comment, and return the payload of the event."""
        headers = {"Authorization": f"token as-{who}"}
        answer = httpx.post(
            f"{self.url}/repos/o/r/issues/{number}/comments", json={"body": body}, headers=headers, verify=NO_TLS
        )
        comment = answer.raise_for_status().json() | more
        issue = {"number": number, **({"pull_request": {}} if number == PULL else {})}
        return {"action": "created", "issue": issue, "comment": comment}

    def judge(self, payload: dict[str, Any], config: str = CONFIG) -> Allowed | Quiet:
        asked = activity_of(context(payload), parse(config, name="test", env={}))
        return permitted(asked, self.api)

    def starts(self, who: str, body: str, *, number: int = PULL) -> Allowed:
        """Comment, be allowed, and have the comment taken."""
        allowed = self.judge(self.write(who, body, number=number))
        assert isinstance(allowed, Allowed)
        assert take(allowed, self.api) is None
        return allowed


@pytest.fixture
def scene(github: str) -> Scene:
    return Scene(github)


def told(found: Allowed | Quiet) -> str:
    """What somebody is told who may write."""
    assert isinstance(found, Quiet)
    assert isinstance(found.error, NotPermitted)
    return str(found.error)


def test_who_may_write_may_ask_and_the_head_is_pinned(scene: Scene) -> None:
    found = scene.judge(scene.write("me", "/route opus fix the test"))
    assert isinstance(found, Allowed)
    assert found.pull is not None
    assert (found.number, found.pull.head_sha, found.approved_by) == (PULL, HEAD, None)


@pytest.mark.parametrize("who", ["reader", "nobody"])
def test_who_may_not_write_gets_nothing_at_all(scene: Scene, who: str) -> None:
    for body in ("/route opus fix", "/route opsu", "/route help", f"/route approve {HEAD}"):
        found = scene.judge(scene.write(who, body, author_association="OWNER"))
        assert isinstance(found, Quiet)
        assert found.error is None


def test_nothing_asked_is_nothing_looked_up(scene: Scene) -> None:
    assert scene.judge(scene.write("me", "looks good")) == Quiet(why="no new comment asks for anything")


def test_a_mistake_of_somebody_who_may_write_is_answered(scene: Scene) -> None:
    found = scene.judge(scene.write("me", "/route opsu"))
    assert isinstance(found, Allowed)
    assert found.asked.command.fault is not None


def test_on_an_issue_there_is_no_head_to_pin(scene: Scene) -> None:
    found = scene.judge(scene.write("me", "/route opus fix", number=ISSUE))
    assert isinstance(found, Allowed)
    assert found.pull is None
    unmoved(found, scene.api)


@pytest.mark.parametrize(
    ("more", "allowed"),
    [
        ({"user": {"login": "renovate[bot]", "type": "Bot"}}, True),
        ({"user": {"login": "other[bot]", "type": "Bot"}}, False),
        ({"performed_via_github_app": {"slug": "other"}}, False),
        ({"performed_via_github_app": {"slug": "renovate"}}, True),
    ],
    ids=["listed", "not-listed", "app", "listed-app"],
)
def test_bots_may_by_list_only_also_in_the_name_of_somebody_who_may(
    scene: Scene, more: dict[str, Any], *, allowed: bool
) -> None:
    found = scene.judge(scene.write("me", "/route opus fix", **more))
    assert isinstance(found, Allowed if allowed else Quiet)
    assert not isinstance(found, Quiet) or found.error is None


def test_a_listed_bot_approves_nothing(scene: Scene) -> None:
    bot = {"login": "renovate[bot]", "type": "Bot"}
    assert "a bot approves nothing" in told(scene.judge(scene.write("me", f"/route approve {HEAD}", user=bot)))


def test_a_forks_head_waits_for_the_approval_of_that_very_commit(scene: Scene) -> None:
    scene.change(fork=True)
    assert f"nobody approved {HEAD}" in told(scene.judge(scene.write("me", "/route opus fix")))
    scene.starts("boss", f"/route approve {HEAD}")
    found = scene.starts("me", "/route opus fix")
    assert found.approved_by == "boss"
    scene.change(head=NEXT)
    assert f"nobody approved {NEXT}" in told(scene.judge(scene.write("me", "/route opus fix")))
    with pytest.raises(NotPermitted, match=f"has moved from {HEAD} to {NEXT}"):
        unmoved(found, scene.api)


@pytest.mark.parametrize(
    ("who", "body"),
    [
        ("reader", f"/route approve {HEAD}"),
        ("nobody", f"/route approve {HEAD}"),
        ("boss", f"/route approve {NEXT}"),
        ("boss", f"/route approve {NEXT}\nand not {HEAD}"),
        ("boss", f"/route approve {HEAD[:12]}"),
        ("boss", f"> /route approve {HEAD}"),
        ("boss", f"```\n/route approve {HEAD}\n```"),
        ("boss", f"I would not /route approve {HEAD}"),
        ("boss", f"/route explain\n{HEAD}"),
    ],
    ids=[
        "a-reader",
        "a-stranger",
        "another-commit",
        "named-below",
        "a-part",
        "a-quote",
        "a-fence",
        "amid-a-line",
        "another-verb",
    ],
)
def test_what_is_no_approval(scene: Scene, who: str, body: str) -> None:
    scene.change(fork=True)
    scene.write(who, body)
    assert "nobody approved" in told(scene.judge(scene.write("me", "/route opus fix")))


def test_an_approval_on_another_pull_request_is_none(scene: Scene) -> None:
    scene.change(fork=True)
    scene.write("boss", f"/route approve {HEAD}", number=8)
    assert "nobody approved" in told(scene.judge(scene.write("me", "/route opus fix")))


def test_an_approval_that_was_edited_taken_back_or_written_by_a_program_is_none(scene: Scene) -> None:
    scene.change(fork=True)
    comment = scene.write("boss", f"/route approve {HEAD}")["comment"]
    later = {**comment, "updated_at": "2099-01-01T00:00:00Z"}
    app = {**comment, "performed_via_github_app": {"slug": "renovate"}}
    bot = {**comment, "user": {**comment["user"], "type": "Bot"}}
    scene.change(comments=[later, app, bot])
    assert "nobody approved" in told(scene.judge(scene.write("me", "/route opus fix")))
    scene.change(comments=[comment])
    assert isinstance(scene.judge(scene.write("me", "/route opus fix")), Allowed)
    scene.change(comments=[])
    assert "nobody approved" in told(scene.judge(scene.write("me", "/route opus fix")))


def test_on_a_fork_words_that_run_nothing_need_no_approval(scene: Scene) -> None:
    scene.change(fork=True)
    for body in ("/route help", "/route status", "/route stop", "/route explain", "/route opsu"):
        assert isinstance(scene.judge(scene.write("me", body)), Allowed)
    for body in ("/route retry", "/route experiment models=opus"):
        assert isinstance(scene.judge(scene.write("me", body)), Quiet)


def test_an_approval_of_what_is_not_the_head_is_told(scene: Scene) -> None:
    assert f"It is {HEAD}" in told(scene.judge(scene.write("me", f"/route approve {NEXT}")))
    assert "no pull request" in told(scene.judge(scene.write("me", f"/route approve {HEAD}", number=ISSUE)))


def test_a_push_of_anybody_stops_what_was_asked_for_the_older_head(scene: Scene) -> None:
    found = scene.starts("me", "/route opus fix")
    unmoved(found, scene.api)
    scene.change(head=NEXT)
    with pytest.raises(NotPermitted, match="has moved"):
        unmoved(found, scene.api)


def test_a_comment_is_taken_once(scene: Scene) -> None:
    allowed = scene.starts("me", "/route opus fix")
    again = take(allowed, scene.api)
    assert again is not None
    assert "taken by an earlier run" in told(again)
    finish(allowed, scene.api, went_well=True)
    finish(scene.starts("me", "/route help"), scene.api, went_well=False)
    state = httpx.get(f"{scene.url}/_state", verify=NO_TLS).json()
    left = [(one["on"] == allowed.comment.id, one["content"]) for one in state["reactions"]]
    assert left == [(True, "eyes"), (True, "rocket"), (False, "eyes"), (False, "confused")]


def test_a_day_has_so_many_runs_of_one_person_and_of_all(scene: Scene) -> None:
    scene.write("nobody", "/route opus mine")
    scene.starts("me", "/route opus one")
    scene.starts("me", "/route help")  # costs nothing
    scene.starts("me", "/route retry")
    assert "me has started 2 of 2 runs today" in told(scene.judge(scene.write("me", "/route opus three")))
    assert isinstance(scene.judge(scene.write("me", "/route status")), Allowed)
    scene.starts("boss", "/route opus one", number=ISSUE)
    assert "3 of 3 runs were started today" in told(scene.judge(scene.write("boss", "/route opus two")))


def test_strangers_and_other_days_use_up_nobodys_day(scene: Scene) -> None:
    comment = scene.write("me", "/route opus")["comment"]
    eyed = {**comment, "reactions": {**comment["reactions"], "eyes": 1}}
    stranger = {**eyed["user"], "login": "nobody"}
    others = [{**eyed, "id": 1000 + number, "user": stranger} for number in range(5)]
    older = [{**eyed, "id": 2000 + number, "created_at": "2026-01-01T00:00:00Z"} for number in range(5)]
    scene.change(comments=[*others, *older])
    assert isinstance(scene.judge(scene.write("me", "/route opus")), Allowed)


def test_without_limits_nobody_counts(scene: Scene) -> None:
    for _ in range(5):
        found = scene.judge(scene.write("me", "/route opus"), "version: 1\nmodels: {opus: sim/honest}\n")
        assert isinstance(found, Allowed)
        take(found, scene.api)


def test_no_token_is_shown(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    assert OURS not in repr(scene.api) + json.dumps(capsys.readouterr())
