"""A comment, as payloads of events and GitHub's API describe it in the same words.

https://docs.github.com/rest/issues/comments, and "issue_comment" in "Webhook events and payloads".
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gha_router.github.context import Context
from gha_router.records import Json

EVENT = "issue_comment"  # on an issue, or on a pull request's conversation
CREATED = (
    "created"  # the only one of its actions that asks for anything: what is edited later was not asked when it was
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """Who wrote what. ``app``: the GitHub App that posted it, be it in a person's name."""

    id: int
    author: str
    is_bot: bool = False
    app: str | None = None
    body: str = field(repr=False)  # a private repository's
    created_at: datetime | None = None
    is_edited: bool = True  # unless both times say otherwise
    eyes: int = 0  # reactions of this kind, by anybody


@dataclass(frozen=True, slots=True, kw_only=True)
class NewComment:
    """A comment that was just written, and the number of the issue or pull request that it is on."""

    number: int
    on_pull_request: bool
    comment: Comment


def new_comment(context: Context) -> NewComment | None:
    """Return the comment that the event is about; ``None`` for other events, edits, and payloads that are none."""
    match context.payload:
        case {"action": "created", "issue": {"number": int(number)} as issue, "comment": dict(comment)}:
            found = comment_described(comment) if context.event == EVENT else None
            on_pull_request = issue.get("pull_request") is not None
            return NewComment(number=number, on_pull_request=on_pull_request, comment=found) if found else None
    return None


def comment_described(comment: Json) -> Comment | None:
    """Return what GitHub says of a comment; ``None``: it is none, or nobody's any more."""
    match comment:
        case {"id": int(number), "user": {"login": str(author)} as user, "body": str(body)} if author:
            created, updated = _text(comment.get("created_at")), _text(comment.get("updated_at"))
            return Comment(
                id=number,
                author=author,
                is_bot=author.lower().endswith("[bot]") or user.get("type") != "User",
                app=_app(comment.get("performed_via_github_app")),
                body=body,
                created_at=_time(created),
                is_edited=not created or created != updated,
                eyes=_eyes(comment.get("reactions")),
            )
    return None


def _app(value: Any) -> str | None:
    match value:
        case None:
            return None
        case {"slug": str(slug)} if slug:
            return slug
    return "?"  # an app, and which one nobody says: no list has it


def _eyes(reactions: Any) -> int:
    match reactions:
        case {"eyes": int(number)}:
            return number
    return 0


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _time(value: str) -> datetime | None:
    """Return the time that GitHub writes as ``2026-05-01T12:00:00Z``."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value, re.ASCII):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None
