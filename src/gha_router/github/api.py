"""What only GitHub's API knows of a pull request: imported where an event's payload does not say it.

``GET /repos/{owner}/{repo}/pulls/{number}`` (https://docs.github.com/rest/pulls/pulls#get-a-pull-request) answers with
the object that payloads of ``pull_request`` events carry, so both are read by the same code.
"""

import re
from typing import Any

from github import Auth, Github, GithubException, GithubRetry, RateLimitExceededException
from requests import RequestException

from gha_router.errors import GhaRouterError, InfrastructureError, UsageError
from gha_router.github.context import Context, PullRequest, described

ANSWER_S = 15  # seconds for one answer
RETRIES = 2
RATE_LIMIT_S = 60  # the longest wait for a rate limit: a job's time is paid
REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
NEEDED = (
    "Leave the input `github_token` as it is, and let the job read pull requests: "
    "`permissions: {contents: read, pull-requests: read}`."
)


def pull_request(context: Context, number: int, token: str | None) -> PullRequest:
    """Return a pull request of the context's repository, its base commit included.

    Raises ``UsageError`` when there is no token or it may not read the pull request, ``InfrastructureError`` when
    GitHub does not answer, or not with a pull request that has a base.
    """
    asked = f"the base commit of pull request #{number}"
    if not token:
        raise UsageError(f"{asked} is known to GitHub's API only, and there is no token to ask it with", hint=NEEDED)
    if not REPOSITORY.fullmatch(context.repository):
        raise UsageError(f"{asked} cannot be asked for: GITHUB_REPOSITORY does not name a repository")
    retry = GithubRetry(total=RETRIES, backoff_factor=0.5, max_rate_limit_wait=RATE_LIMIT_S)
    with Github(
        auth=Auth.Token(token),
        base_url=context.api_url,
        timeout=ANSWER_S,
        lazy=True,
        per_page=100,
        retry=retry,
        seconds_between_writes=1,
    ) as client:
        try:
            answer: Any = client.get_repo(context.repository).get_pull(number).raw_data
        except GithubException as error:
            raise _explained(error, asked) from None
        except (RequestException, RuntimeError, AssertionError, TypeError) as error:  # a redirect elsewhere; no object
            said = f"{asked} is not known: {context.api_url} could not be asked ({type(error).__name__})"
            raise InfrastructureError(said, hint="Run the job again.") from None
    found = described(answer if isinstance(answer, dict) else {})  # whatever PyGithub promises
    if found.base_sha is None or found.number != number:
        raise InfrastructureError(f"{asked} is not known: {context.api_url} did not answer with that pull request")
    return found


def _explained(error: GithubException, asked: str) -> GhaRouterError:
    said = f"{asked} is not known: GitHub's API answered {error.status}"
    if isinstance(error, RateLimitExceededException):
        return InfrastructureError(f"{said}, because of its rate limit", hint="Run the job again later.")
    match error.status:
        case 401:
            return UsageError(f"{said}: the token is not valid", hint=NEEDED)
        case 403 | 404:
            return UsageError(f"{said}: the token may not read it", hint=NEEDED)
    return InfrastructureError(said, hint="Run the job again.")
