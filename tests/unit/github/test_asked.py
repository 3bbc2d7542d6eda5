"""From events to one activity: GitHub's payloads, broken ones, and those that nobody should obey."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.github.comment import comment_described, new_comment
from gha_router.github.comments.asked import activity_of, holds_command
from gha_router.github.comments.words import Activity
from tests.unit.github.comment_events import comment, config, context, on_issue, on_pull

CASES: list[tuple[str, dict[str, Any], Activity]] = [
    ("issue_comment", on_pull("/route opus fix the test"), Activity.RUN),
    ("issue_comment", on_issue("/route opus fix the test"), Activity.RUN),
    ("issue_comment", on_pull("/route help"), Activity.HELP),
    ("issue_comment", on_pull("/route status"), Activity.STATUS),
    ("issue_comment", on_pull("/route explain"), Activity.EXPLAIN),
    ("issue_comment", on_pull("/route retry"), Activity.RETRY),
    ("issue_comment", on_pull("/route stop"), Activity.STOP),
    ("issue_comment", on_pull(f"/route approve {'1a' * 20}"), Activity.APPROVE),
    ("issue_comment", on_pull("/route experiment models=opus"), Activity.EXPERIMENT),
    ("issue_comment", on_pull("/route opsu"), Activity.ERROR),
    ("issue_comment", on_pull("You are totally right! I'll get this fixed right away."), Activity.NOTHING),
    ("issue_comment", on_pull("/route opus", action="edited"), Activity.NOTHING),
    ("issue_comment", on_pull("/route opus", action="deleted"), Activity.NOTHING),
    ("issue_comment", on_pull(None), Activity.NOTHING),
    ("issue_comment", on_pull("/route opus", user=None), Activity.NOTHING),
    ("issue_comment", {}, Activity.NOTHING),
    ("pull_request_review_comment", on_pull("/route opus"), Activity.NOTHING),
    ("pull_request_review", {"action": "submitted", "review": {"body": "/route opus"}}, Activity.NOTHING),
    ("pull_request", {"action": "opened", "pull_request": {"number": 7, "body": "/route opus"}}, Activity.NOTHING),
    ("issues", {"action": "opened", "issue": {"number": 7, "body": "/route opus"}}, Activity.NOTHING),
    ("discussion_comment", on_pull("/route opus"), Activity.NOTHING),
    ("commit_comment", {"action": "created", "comment": comment("/route opus")}, Activity.NOTHING),
    ("push", {"after": "1a" * 20, "head_commit": {"message": "/route opus"}}, Activity.NOTHING),
    ("workflow_dispatch", {"inputs": {"prompt": "/route opus"}}, Activity.NOTHING),
    ("schedule", {"schedule": "0 3 * * *"}, Activity.NOTHING),
]


@pytest.mark.parametrize(("event", "payload", "activity"), CASES)
def test_an_event_is_one_activity(event: str, payload: dict[str, Any], activity: Activity) -> None:
    one = context(payload, event)
    assert activity_of(one, config()).activity == activity
    assert holds_command(one) is (activity != Activity.NOTHING)


def test_what_is_asked_knows_where_and_by_whom() -> None:
    asked = activity_of(context(on_pull("/route opus fix", number=11)), config())
    assert asked.new is not None
    assert (asked.new.number, asked.new.on_pull_request) == (7, True)
    assert (asked.new.comment.id, asked.new.comment.author) == (11, "mona")
    assert (asked.rules.bots, asked.rules.per_user_day, asked.rules.per_day) == (("renovate",), 3, 10)
    on = activity_of(context(on_issue("/route opus fix")), config()).new
    assert on is not None
    assert not on.on_pull_request


@pytest.mark.parametrize(
    ("more", "is_bot", "app"),
    [
        ({}, False, None),
        ({"login": "renovate[bot]"}, True, None),
        ({"user": {"login": "quiet", "type": "Bot"}}, True, None),
        ({"user": {"login": "quiet"}}, True, None),
        ({"user": {"login": "team", "type": "Organization"}}, True, None),
        ({"performed_via_github_app": {"slug": "helper"}}, False, "helper"),
        ({"performed_via_github_app": {}}, False, "?"),
    ],
)
def test_who_is_no_person_is_seen(more: dict[str, Any], is_bot: bool, app: str | None) -> None:  # noqa: FBT001
    found = comment_described(comment("/route", **more))
    assert found is not None
    assert (found.is_bot, found.app) == (is_bot, app)


@pytest.mark.parametrize(
    ("times", "edited"),
    [
        ({}, False),
        ({"updated_at": "2026-05-01T12:00:01Z"}, True),
        ({"created_at": None}, True),
        ({"created_at": None, "updated_at": None}, True),
        ({"created_at": "yesterday", "updated_at": "yesterday"}, False),
    ],
)
def test_a_comment_is_unedited_only_when_both_times_say_so(times: dict[str, Any], *, edited: bool) -> None:
    found = comment_described(comment("/route", **times))
    assert found is not None
    assert found.is_edited is edited


def test_a_comment_does_not_show_its_text() -> None:
    assert "hush" not in repr(activity_of(context(on_pull("hush")), config()))


broken = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "x", "/route opus", "2026-02-31T00:00:00Z"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["login", "slug", "eyes"]), inner),
    max_leaves=4,
)
PLACES = [("action",), ("issue",), ("comment",), *(("comment", key) for key in comment("x")), ("issue", "number")]


@given(st.sampled_from(PLACES), broken)
def test_any_broken_payload_asks_for_what_it_says_or_for_nothing(place: tuple[str, ...], value: Any) -> None:
    payload = copy.deepcopy(on_pull("/route opus"))
    inner = payload
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    asked = activity_of(context(payload), config())
    assert asked.activity in {Activity.RUN, Activity.NOTHING}
    new = new_comment(context(payload))
    assert new is None or new.comment.author
