"""Which model answers, and why: pure decisions over a configuration.

Nothing is imported before it is used: the gateway reads prompts with ``routing.task``, and pydantic, which the
configuration needs, would double its start-up.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gha_router.routing.decision import Ask, Said, decide, needs_word
    from gha_router.routing.targets import default_of, deployments_of, resolve, target_of

_PARTS = {
    "Ask": "decision",
    "Said": "decision",
    "decide": "decision",
    "default_of": "targets",
    "deployments_of": "targets",
    "needs_word": "decision",
    "resolve": "targets",
    "target_of": "targets",
}
__all__ = ["Ask", "Said", "decide", "default_of", "deployments_of", "needs_word", "resolve", "target_of"]


def __getattr__(name: str) -> Any:
    if name in _PARTS:
        part = import_module(f"gha_router.routing.{_PARTS[name]}")
        globals()[name] = value = getattr(part, name)
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
