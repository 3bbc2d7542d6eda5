"""GitHub's API: what no event's payload says, and what is left on a comment.

https://docs.github.com/rest. Imported where it is asked only: PyGithub takes 0.3 s. It brings the retries that know of
GitHub's rate limits, addresses of GitHub Enterprise Server, and keeps the token off other hosts; its objects are left
aside, so that payloads of events and answers of the API are read by the same code.
"""

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from github import Auth, Github, GithubException, GithubRetry, RateLimitExceededException
from github.Requester import Requester
from requests import RequestException

from gha_router.errors import GhaRouterError, InfrastructureError, UsageError
from gha_router.github.comment import Comment, comment_described
from gha_router.github.context import Context, PullRequest, described
from gha_router.records import Json

# Its refusals become errors and warnings of ours, which say what to do; PyGithub prints a line of its own beside them.
logging.getLogger("github").handlers[:] = [logging.NullHandler()]

ANSWER_S = 15  # seconds for one answer
RETRIES = 2
WRITE_S = 1  # between two writes, as GitHub asks for in "Best practices for using the REST API"
RATE_LIMIT_S = 60  # the longest wait for a rate limit: a job's time is paid
PER_PAGE = 100
PAGES = 100  # of one list: who has more is answered with an error, never with a part
REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
NOT_FOUND, CREATED, CONFLICT, UNPROCESSABLE, REFUSED = 404, 201, 409, 422, 400
READS_PULLS = "`permissions: {contents: read, pull-requests: read}`"
READS_COMMENTS = "`permissions: {issues: read, pull-requests: read}`"
WRITES_COMMENTS = "`permissions: {issues: write, pull-requests: write}`"
WRITES_PULLS = (
    "`permissions: {contents: write, pull-requests: write}`, and the repository's settings have to let GitHub Actions "
    "create pull requests"
)
READS_RUNS = "`permissions: {actions: read}`"
WRITES_RUNS = "`permissions: {actions: write}`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """A reaction of ours to a comment. ``is_new``: it was not there before."""

    is_new: bool
    by: str  # what GitHub calls us


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """A pull request that was opened."""

    number: int
    is_draft: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowRun:
    """How far a workflow run is, in GitHub's words: ``conclusion`` is ``None`` until it is ``completed``."""

    status: str
    conclusion: str | None


class Api:
    """GitHub's API for the repository of one run; to be closed.

    Every method raises ``UsageError`` when there is no token or it may not, ``InfrastructureError`` when GitHub does
    not answer, or not what was asked.
    """

    def __init__(self, context: Context, token: str | None, *, write_s: float = WRITE_S) -> None:
        self._url, self._repository = context.api_url, context.repository
        self._permissions: dict[str, str] = {}
        self._client = (
            Github(
                auth=Auth.Token(token),
                base_url=context.api_url,
                timeout=ANSWER_S,
                lazy=True,
                per_page=PER_PAGE,
                retry=GithubRetry(total=RETRIES, backoff_factor=0.5, max_rate_limit_wait=RATE_LIMIT_S),
                seconds_between_requests=0,
                seconds_between_writes=write_s,
            )
            if token
            else None
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client:
            self._client.close()

    def pull_request(self, number: int) -> PullRequest:
        """Return a pull request, its base commit included.

        ``GET /repos/{owner}/{repo}/pulls/{number}``: the object that payloads of ``pull_request`` events carry.
        """
        said = f"the base commit of pull request #{number} is not known"
        answer = self._get(f"pulls/{number}", said, READS_PULLS)
        found = described(answer if isinstance(answer, dict) else {})
        if found.base_sha is None or found.number != number:
            raise InfrastructureError(f"{said}: {self._url} did not answer with that pull request")
        return found

    def permission(self, login: str) -> str:
        """Return what somebody may do: ``admin``, ``write`` (maintainers too), ``read`` (triage too) or ``none``.

        ``GET /repos/{owner}/{repo}/collaborators/{username}/permission``. It is asked once for each person.
        """
        name = login.lower()
        if name not in self._permissions:
            said = f"what {login} may do in {self._repository} is not known"
            path = f"collaborators/{quote(login, safe='')}/permission"
            match self._get(path, said, READS_PULLS, missing={"permission": "none"}):
                case {"permission": str(level)}:
                    self._permissions[name] = level
                case _:
                    raise InfrastructureError(f"{said}: {self._url} did not answer with a permission")
        return self._permissions[name]

    def comments(self, number: int) -> Iterator[Comment]:
        """Yield the comments of an issue or pull request, the oldest first.

        ``GET /repos/{owner}/{repo}/issues/{number}/comments``.
        """
        return self._comments(f"issues/{number}/comments", f"what was said in #{number} is not known", {})

    def comments_since(self, since: datetime) -> Iterator[Comment]:
        """Yield the repository's comments that were written or edited since then (UTC), the oldest first.

        ``GET /repos/{owner}/{repo}/issues/comments``.
        """
        wanted = {"since": f"{since:%Y-%m-%dT%H:%M:%SZ}", "sort": "created", "direction": "asc"}
        return self._comments("issues/comments", "what was asked for that day is not known", wanted)

    def react(self, comment: int, content: str) -> Reaction:
        """Leave a reaction: ``eyes``, ``rocket``, ``confused``. GitHub keeps one of a kind of each user.

        ``POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions``: 201, or 200 when it was there.
        """
        said = f"comment {comment} got no reaction"
        with self._asking(said, WRITES_COMMENTS) as requester:
            path = self._path(f"issues/comments/{comment}/reactions")
            status, headers, text = requester.requestJson("POST", path, input={"content": content})
            if status >= REFUSED:
                raise requester.createException(status, headers, _read(text))
        match _read(text):
            case {"content": str(left), "user": {"login": str(login)}} if left == content:
                return Reaction(is_new=status == CREATED, by=login)
        raise InfrastructureError(f"{said}: {self._url} did not answer with it")

    def viewer(self) -> str:
        """Return what GitHub calls us: ``github-actions[bot]`` with a job's own token, an app's name, a person's.

        ``query { viewer { login } }``: REST's ``GET /user`` refuses the tokens of apps, to which a job's own belongs.
        """
        said = "what GitHub calls us is not known"
        with self._asking(said, WRITES_COMMENTS) as requester:
            _, answer = requester.graphql_query("query { viewer { login } }", {})
        match answer:
            case {"data": {"viewer": {"login": str(login)}}} if login:
                return login
        raise InfrastructureError(f"{said}: {self._url} did not answer with a name")

    def comment(self, number: int, body: str) -> Comment:
        """Write a comment on an issue or pull request.

        ``POST /repos/{owner}/{repo}/issues/{issue_number}/comments``.
        """
        return self._write("POST", f"issues/{number}/comments", body, f"no comment was written in #{number}")

    def one(self, comment: int) -> Comment | None:
        """Return a comment as it is now, ``None`` when it is gone. ``GET .../issues/comments/{comment_id}``."""
        said = f"what comment {comment} says is not known"
        answer = self._get(f"issues/comments/{comment}", said, READS_COMMENTS, missing={})
        return comment_described(answer if isinstance(answer, dict) else {})

    def rewrite(self, comment: int, body: str) -> Comment:
        """Write a comment anew. ``PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}``."""
        return self._write("PATCH", f"issues/comments/{comment}", body, f"comment {comment} was not written anew")

    def _write(self, verb: str, path: str, body: str, said: str) -> Comment:
        with self._asking(said, WRITES_COMMENTS) as requester:
            _, answer = requester.requestJsonAndCheck(verb, self._path(path), input={"body": body})
        written = comment_described(answer if isinstance(answer, dict) else {})
        if written is None:
            raise InfrastructureError(f"{said}: {self._url} did not answer with it")
        return written

    def _comments(self, path: str, said: str, wanted: dict[str, str]) -> Iterator[Comment]:
        for page in range(1, PAGES + 1):
            with self._asking(said, READS_COMMENTS) as requester:
                parameters = {**wanted, "per_page": PER_PAGE, "page": page}
                headers, answer = requester.requestJsonAndCheck("GET", self._path(path), parameters)
            if not isinstance(answer, list):
                raise InfrastructureError(f"{said}: {self._url} did not answer with a list")
            yield from filter(None, (comment_described(one) for one in answer if isinstance(one, dict)))
            if 'rel="next"' not in headers.get("link", ""):
                return
        raise InfrastructureError(f"{said}: there are more than {PAGES * PER_PAGE:,} comments")

    def open_pull(self, *, title: str, body: str, head: str, base: str) -> Pull:
        """Open a pull request, as a draft where the repository has drafts: private ones of a free plan have none.

        ``POST /repos/{owner}/{repo}/pulls``; 422 says that it takes no draft.
        """
        said = f"no pull request was opened from {head}"
        wanted = {"title": title, "body": body, "head": head, "base": base}
        for is_draft in (True, False):
            with self._asking(said, WRITES_PULLS) as requester:
                status, headers, text = requester.requestJson(
                    "POST", self._path("pulls"), input={**wanted, "draft": is_draft}
                )
                if status == UNPROCESSABLE and is_draft and "draft" in text.lower():
                    continue
                if status >= REFUSED:
                    raise requester.createException(status, headers, _read(text))
            match _read(text):
                case {"number": int(number)}:
                    return Pull(number=number, is_draft=is_draft)
        raise InfrastructureError(f"{said}: {self._url} did not answer with it")

    def pulls_of(self, owner: str, branch: str) -> tuple[PullRequest, ...]:
        """Return the open pull requests of somebody's branch. ``GET /repos/{owner}/{repo}/pulls?head=owner:branch``."""
        said = f"the pull requests of {owner}:{branch} are not known"
        with self._asking(said, READS_PULLS) as requester:
            wanted = {"head": f"{owner}:{branch}", "state": "open", "per_page": PER_PAGE}
            _, answer = requester.requestJsonAndCheck("GET", self._path("pulls"), wanted)
        if not isinstance(answer, list):
            raise InfrastructureError(f"{said}: {self._url} did not answer with a list")
        return tuple(described(one) for one in answer if isinstance(one, dict))

    def workflow_run(self, run: int) -> WorkflowRun:
        """Return how far a workflow run is. ``GET /repos/{owner}/{repo}/actions/runs/{run_id}``."""
        said = f"what became of run {run} is not known"
        match self._get(f"actions/runs/{run}", said, READS_RUNS):
            case {"status": str(status), "conclusion": str() | None as conclusion}:
                return WorkflowRun(status=status, conclusion=conclusion)
        raise InfrastructureError(f"{said}: {self._url} did not answer with that run")

    def cancel(self, run: int) -> bool:
        """Cancel a workflow run; return whether it still went on.

        ``POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel``: 202, or 409 when it has ended.
        """
        with self._asking(f"run {run} was not cancelled", WRITES_RUNS) as requester:
            path = self._path(f"actions/runs/{run}/cancel")
            status, headers, text = requester.requestJson("POST", path)
            if status >= REFUSED and status != CONFLICT:
                raise requester.createException(status, headers, _read(text))
        return status != CONFLICT

    def _get(self, path: str, said: str, needed: str, *, missing: Json | None = None) -> Any:
        with self._asking(said, needed) as requester:
            try:
                return requester.requestJsonAndCheck("GET", self._path(path))[1]
            except GithubException as error:
                if missing is None or error.status != NOT_FOUND:
                    raise
                return missing

    def _path(self, path: str) -> str:
        return f"/repos/{self._repository}/{path}"

    @contextmanager
    def _asking(self, said: str, needed: str) -> Iterator[Requester]:
        """Give what asks; turn all that can go wrong into errors that begin with what was ``said``."""
        if self._client is None:
            raise UsageError(f"{said}: there is no token to ask GitHub's API with", hint=_hint(needed))
        if not REPOSITORY.fullmatch(self._repository):
            raise UsageError(f"{said}: GITHUB_REPOSITORY does not name a repository")
        try:
            yield self._client.requester
        except GithubException as error:
            raise _explained(error, said, needed) from None
        except (RequestException, RuntimeError, AssertionError, TypeError) as error:  # a redirect elsewhere; no object
            what = f"{said}: {self._url} could not be asked ({type(error).__name__})"
            raise InfrastructureError(what, hint="Run the job again.") from None


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _hint(needed: str) -> str:
    return f"Leave the input `github_token` as it is, and let the job do what it has to: {needed}."


def _explained(error: GithubException, said: str, needed: str) -> GhaRouterError:
    what = f"{said}: GitHub's API answered {error.status}"
    if isinstance(error, RateLimitExceededException):
        return InfrastructureError(f"{what}, because of its rate limit", hint="Run the job again later.")
    match error.status:
        case 401:
            return UsageError(f"{what}: the token is not valid", hint=_hint(needed))
        case 403 | 404:
            return UsageError(f"{what}: the token may not, or it is not there", hint=_hint(needed))
    return InfrastructureError(what, hint="Run the job again.")
