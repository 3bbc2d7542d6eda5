"""Who may ask for work with a comment: people who may write, and the bots that the configuration names."""

from gha_router.config import Comments, bot_name
from gha_router.github.api import Api
from gha_router.github.comment import Comment
from gha_router.github.comments.approvals import MAY_WRITE


def may_ask(one: Comment, rules: Comments, api: Api) -> bool:
    """Return whether who wrote a comment may ask for work now."""
    return stranger(one, rules, api) is None


def stranger(comment: Comment, rules: Comments, api: Api) -> str | None:
    """Return why who wrote the comment may ask for nothing; ``None``: they may."""
    if comment.is_bot or comment.app:
        name = bot_name(comment.author if comment.is_bot else str(comment.app))
        return None if name in rules.bots else f"{name} is a bot that nobody listed"
    level = api.permission(comment.author)
    return None if level in MAY_WRITE else f"{comment.author} may not write here ({level})"
