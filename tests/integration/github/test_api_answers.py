"""What GitHub's API may answer to questions about people and comments: never a guess, never without end."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web

from gha_router.errors import GhaRouterError, InfrastructureError, UsageError
from gha_router.github import api as module
from gha_router.github.api import Api
from gha_router.github.context import read_context
from tests.upstream import Handler, Sent, answering, upstream

TOKEN = "ghs_canary"


def asked(handler: Handler, ask: Callable[[Api], Any]) -> tuple[Any, list[Sent]]:
    """What a server that answers so leads to, and what it was asked."""

    def run_it(url: str) -> Any:
        with Api(read_context({"GITHUB_API_URL": url, "GITHUB_REPOSITORY": "o/r"}), TOKEN) as api:
            try:
                return ask(api)
            except GhaRouterError as error:
                return error

    async def run() -> tuple[Any, list[Sent]]:
        async with upstream(handler) as up:
            return await asyncio.to_thread(run_it, up.url), up.sent

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, b'{"permission": "write", "role_name": "maintain"}', "write"),
        (200, b'{"permission": "none"}', "none"),
        (404, b'{"message": "mona is not a user"}', "none"),
        (403, b'{"message": "Must have push access"}', UsageError),
        (401, b"{}", UsageError),
        (500, b"", InfrastructureError),
        (200, b"{}", InfrastructureError),
        (200, b'{"permission": true}', InfrastructureError),
        (200, b'["write"]', InfrastructureError),
        (200, b"null", InfrastructureError),
    ],
)
def test_a_permission_is_what_github_says_or_an_error(status: int, body: bytes, expected: Any) -> None:
    found, _ = asked(answering(status, body), lambda api: api.permission("mona"))
    assert found == expected or type(found) is expected, found
    assert TOKEN not in str(found)


def test_a_person_is_asked_for_once_and_a_name_is_no_path() -> None:
    found, sent = asked(
        answering(200, b'{"permission": "read"}'),
        lambda api: (api.permission("Mona"), api.permission("mona"), api.permission("../../x")),
    )
    assert found == ("read", "read", "read")
    assert [request.path for request in sent] == [
        "/repos/o/r/collaborators/Mona/permission",
        "/repos/o/r/collaborators/..%2F..%2Fx/permission",
    ]


@pytest.mark.parametrize("body", [b"{}", b"null", b'"x"', b"<html>"])
def test_a_list_of_comments_is_a_list(body: bytes) -> None:
    found, _ = asked(answering(200, body), lambda api: list(api.comments(7)))
    assert isinstance(found, InfrastructureError)
    assert "what was said in #7 is not known" in str(found)


def test_what_is_no_comment_in_a_list_is_left_out() -> None:
    found, _ = asked(
        answering(200, b'[3, null, {}, {"id": 1, "user": null, "body": "x"}]'), lambda api: [*api.comments(7)]
    )
    assert found == []


def test_all_pages_are_read() -> None:
    async def pages(request: web.Request, _body: bytes) -> web.StreamResponse:
        page = int(request.query["page"])
        one = {"id": page, "user": {"login": "mona", "type": "User"}, "body": "hm"}
        more = {"Link": f'<http://x/?page={page + 1}>; rel="next", <http://x/?page=6>; rel="last"'} if page < 6 else {}
        return web.json_response([one], headers=more)

    found, sent = asked(pages, lambda api: [comment.id for comment in api.comments(7)])
    assert found == [1, 2, 3, 4, 5, 6]
    assert sent[0].path == "/repos/o/r/issues/7/comments?page=1&per_page=100"


def test_a_list_without_end_is_an_error() -> None:
    endless = answering(200, b"[]", Link='<http://x/?page=2>; rel="next"')
    found, sent = asked(endless, lambda api: list(api.comments(7)))
    assert isinstance(found, InfrastructureError)
    assert "more than 10,000 comments" in str(found)
    assert len(sent) == module.PAGES


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (201, b'{"content": "eyes", "user": {"login": "us"}}', module.Reaction(is_new=True, by="us")),
        (200, b'{"content": "eyes", "user": {"login": "us"}}', module.Reaction(is_new=False, by="us")),
        (201, b'{"content": "heart", "user": {"login": "us"}}', InfrastructureError),
        (201, b'{"content": "eyes", "user": null}', InfrastructureError),
        (201, b"", InfrastructureError),
        (403, b'{"message": "Resource not accessible by integration"}', UsageError),
        (404, b'{"message": "Not Found"}', UsageError),
        (422, b"<html>", InfrastructureError),
    ],
)
def test_a_reaction_is_new_only_when_github_says_so(status: int, body: bytes, expected: Any) -> None:
    found, _ = asked(answering(status, body), lambda api: api.react(5, "eyes"))
    assert found == expected or type(found) is expected, found
    if status == 403:
        assert "issues: write" in str(found)
