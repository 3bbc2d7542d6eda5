"""Who approved a commit of a fork: read from the pull request's own comments, so that nothing has to be kept.

An approval is a comment ``/route approve <sha>`` as it was written (an edited one is none), by a person who may write
now. It is bound to that pull request and that commit; deleting it takes it back.
"""

from gha_router.github.api import Api
from gha_router.github.comment import Comment
from gha_router.github.comments.grammar import parse
from gha_router.github.comments.words import Activity, Words

MAY_WRITE = frozenset({"admin", "maintain", "write"})


def approver(api: Api, number: int, head: str) -> str | None:
    """Return who approved this commit of this pull request, ``None`` when nobody did who may."""
    candidates = (comment for comment in api.comments(number) if _approves(comment, head))
    return next((comment.author for comment in candidates if api.permission(comment.author) in MAY_WRITE), None)


def _approves(comment: Comment, head: str) -> bool:
    if comment.is_edited or comment.is_bot or comment.app or head not in comment.body.lower():
        return False
    command = parse(comment.body, Words())
    return command.activity == Activity.APPROVE and command.sha == head
