"""What is left on a comment: eyes when it is taken, a rocket when it went well, a confused face when it did not.

The eyes are also how a comment is taken once: GitHub keeps one reaction of a kind for each user and says whether it is
new, in one step that no two jobs can both win.
"""

from gha_router.errors import NotPermitted
from gha_router.github.api import Api
from gha_router.github.comments.permission import Allowed, Quiet

TAKEN, WENT_WELL, FAILED = "eyes", "rocket", "confused"


def take(allowed: Allowed, api: Api) -> Quiet | None:
    """Take the comment for this run; return why not when an earlier run has taken it."""
    if api.react(allowed.comment.id, TAKEN).is_new:
        return None
    why = f"comment {allowed.comment.id} was taken by an earlier run"
    hint = "A comment starts one run. Write `/route retry` for another."
    return Quiet(why=why, error=NotPermitted(why, hint=hint))


def finish(allowed: Allowed, api: Api, *, went_well: bool) -> None:
    """Say on the comment how it ended."""
    api.react(allowed.comment.id, WENT_WELL if went_well else FAILED)
