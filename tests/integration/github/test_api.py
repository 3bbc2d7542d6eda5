"""What GitHub's API knows of a pull request, from recorded answers and from a server that misbehaves."""

import asyncio
import socket
import subprocess
import sys
from contextlib import closing

import pytest

from gha_router.errors import GhaRouterError, InfrastructureError, UsageError
from gha_router.github.api import Api
from gha_router.github.context import Context, PullRequest, read_context
from tests.upstream import Handler, Sent, answering, upstream

HEAD, BASE = "1a" * 20, "9f" * 20
TOKEN = "ghs_canary"
PULL = b'{"number": 7, "head": {"sha": "%s"}, "base": {"sha": "%s"}}' % (HEAD.encode(), BASE.encode())


def pull_request(context: Context, number: int, token: str | None) -> PullRequest:
    with Api(context, token) as api:
        return api.pull_request(number)


def context(url: str, repository: str = "o/r") -> Context:
    return read_context({"GITHUB_API_URL": url, "GITHUB_REPOSITORY": repository})


@pytest.mark.vcr
@pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
def test_a_pull_request_as_github_describes_it(github: str) -> None:
    assert pull_request(context(github), 7, TOKEN) == PullRequest(
        number=7, head_sha=HEAD, head_ref="new-topic", base_sha=BASE, base_ref="master", is_fork=False
    )


@pytest.mark.vcr
@pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
def test_a_pull_request_that_is_not_there(github: str) -> None:
    with pytest.raises(UsageError, match="answered 404: the token may not, or it is not there") as raised:
        pull_request(context(github), 8, TOKEN)
    assert "pull-requests: read" in str(raised.value)


def asked(handler: Handler, number: int = 7) -> tuple[PullRequest | GhaRouterError, list[Sent]]:
    """What a server that answers so leads to, and what it was asked."""

    def ask(url: str) -> PullRequest | GhaRouterError:
        try:
            return pull_request(context(url), number, TOKEN)
        except GhaRouterError as error:
            return error

    async def run() -> tuple[PullRequest | GhaRouterError, list[Sent]]:
        async with upstream(handler) as up:
            return await asyncio.to_thread(ask, up.url), up.sent

    return asyncio.run(run())


def test_one_request_is_made_with_the_token() -> None:
    found, sent = asked(answering(200, PULL))
    assert isinstance(found, PullRequest)
    assert [request.path for request in sent] == ["/repos/o/r/pulls/7"]
    assert sent[0].headers["Authorization"] == f"token {TOKEN}"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, b'{"message": "Bad credentials"}', UsageError),
        (403, b'{"message": "Resource not accessible by integration"}', UsageError),
        (404, b'{"message": "Not Found"}', UsageError),
        (422, b'{"message": "Unprocessable"}', InfrastructureError),
        (429, b'{"message": "x"}', InfrastructureError),
        (500, b"<html>", InfrastructureError),
        (502, b"", InfrastructureError),
        (200, b"", InfrastructureError),
        (200, b"<html>", InfrastructureError),
        (200, b"[]", InfrastructureError),
        (200, b'"x"', InfrastructureError),
        (200, b"null", InfrastructureError),
        (200, b"{}", InfrastructureError),
        (200, b'{"number": 7, "base": {"sha": "main"}}', InfrastructureError),
        (200, b'{"number": 7, "base": 3}', InfrastructureError),
        (200, PULL.replace(b"7", b"8", 1), InfrastructureError),
    ],
)
def test_without_a_base_there_is_an_error_and_never_a_guess(
    status: int, body: bytes, kind: type[GhaRouterError]
) -> None:
    found, _ = asked(answering(status, body))
    assert type(found) is kind, found
    assert "the base commit of pull request #7 is not known" in str(found)
    assert TOKEN not in str(found)


def test_a_rate_limit_that_lasts_longer_than_a_minute_is_not_waited_for() -> None:
    body = b'{"message": "API rate limit exceeded for installation ID 1."}'
    limited = answering(403, body, **{"x-ratelimit-remaining": "0", "x-ratelimit-reset": "4102444800"})
    found, sent = asked(limited)
    assert isinstance(found, InfrastructureError)
    assert "rate limit" in str(found)
    assert len(sent) == 1


def test_the_token_is_not_carried_to_another_host() -> None:
    found, sent = asked(answering(301, b"{}", location="http://localhost:9/repos/o/r/pulls/7"))
    assert isinstance(found, InfrastructureError)
    assert len(sent) == 1


def test_nobody_answers() -> None:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(InfrastructureError, match="could not be asked"):
        pull_request(context(url), 7, TOKEN)


@pytest.mark.parametrize("token", [None, ""])
def test_without_a_token_it_says_which_input_gives_one(token: str | None) -> None:
    with pytest.raises(UsageError, match="there is no token") as raised:
        pull_request(context("http://127.0.0.1:9"), 7, token)
    assert "`github_token`" in str(raised.value)


@pytest.mark.parametrize("repository", ["", "o", "o/r/../x", "o/r?x=1", "o/r\n"])
def test_what_names_no_repository_is_not_asked_for(repository: str) -> None:
    with pytest.raises(UsageError, match="GITHUB_REPOSITORY"):
        pull_request(context("http://127.0.0.1:9", repository), 7, TOKEN)


def test_most_events_do_without_its_client() -> None:
    look = "import sys, gha_router.cli.action; print('github' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, timeout=60, check=True)
    assert ended.stdout == "False\n"
