"""Who may trigger what. Whatever is not known to be allowed is not done; what GitHub does not answer is an error.

A person needs write permission (asked for; ``author_association`` says who belongs here, not who may write). A bot, and
an app that posts in a person's name, has to be listed. On a fork's head nothing runs before somebody who may write has
approved that very commit. Its SHA is pinned here, before anything is fetched, and held against the pull request again
(``unmoved``) before anything is pushed or posted.
"""

from dataclasses import dataclass

from gha_router.errors import InfrastructureError, NotPermitted
from gha_router.github.api import Api
from gha_router.github.comment import Comment
from gha_router.github.comments.approvals import approver
from gha_router.github.comments.asked import Asked
from gha_router.github.comments.limits import COSTLY, over_limit
from gha_router.github.comments.who import stranger
from gha_router.github.comments.words import Activity
from gha_router.github.context import PullRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """It may be done. ``pull``: the pull request whose head it is done on, as pinned; ``None``: on none."""

    asked: Asked
    comment: Comment
    number: int
    pull: PullRequest | None = None
    approved_by: str | None = None  # of a fork's head


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """It is not done, and nothing is posted.

    ``error``: what somebody who may write here is told in the job's log, with exit code 5; ``None``: the job ends well.
    """

    why: str
    error: NotPermitted | None = None


def permitted(asked: Asked, api: Api) -> Allowed | Quiet:
    """Return whether it may be done. Raises ``GhaRouterError`` when GitHub does not say."""
    if asked.new is None or asked.activity == Activity.NOTHING:
        return Quiet(why="no new comment asks for anything")
    comment, number = asked.new.comment, asked.new.number
    if why := stranger(comment, asked.rules, api):
        return Quiet(why=why)
    pull, approved_by = None, None
    if asked.activity in {*COSTLY, Activity.APPROVE} and asked.new.on_pull_request:
        pull = api.pull_request(number)
        if pull.head_sha is None or pull.is_fork is None:
            raise InfrastructureError(f"the head of pull request #{number} is not known", hint="Run the job again.")
    if asked.activity == Activity.APPROVE and (fault := _no_approval(asked, comment, pull)):
        return fault
    if asked.activity in COSTLY and pull is not None and pull.head_sha and pull.is_fork:
        approved_by = approver(api, number, pull.head_sha)
        if approved_by is None:
            return _told(
                f"nobody approved {pull.head_sha}, the head of this pull request from a fork",
                f"Read its changes first; then: `/route approve {pull.head_sha}`.",
            )
    if reached := over_limit(asked, comment, api):
        return _told(reached, "The limits are `comments: {per_user_day, per_day}` of the configuration.")
    return Allowed(asked=asked, comment=comment, number=number, pull=pull, approved_by=approved_by)


def unmoved(allowed: Allowed, api: Api) -> None:
    """Raise ``NotPermitted`` when the pull request's head is no longer the commit that was pinned."""
    pinned = allowed.pull
    if pinned is None:
        return
    now = api.pull_request(allowed.number)
    if (now.head_sha, now.is_fork) != (pinned.head_sha, pinned.is_fork):
        raise NotPermitted(
            f"pull request #{allowed.number} has moved from {pinned.head_sha} to {now.head_sha} since it was asked for",
            hint="What was done belongs to the older commit. `/route retry` does it for the new one.",
        )


def _no_approval(asked: Asked, comment: Comment, pull: PullRequest | None) -> Quiet | None:
    if comment.is_bot or comment.app:
        return _told("a bot approves nothing", "A person who may write here does.")
    if pull is None:
        return _told("there is no pull request to approve", "Comment on the pull request itself.")
    if asked.command.sha != pull.head_sha:
        return _told(
            f"{asked.command.sha} is not the head of pull request #{pull.number}",
            f"It is {pull.head_sha}. Read what was pushed since.",
        )
    return None


def _told(why: str, hint: str) -> Quiet:
    return Quiet(why=why, error=NotPermitted(why, hint=hint))
