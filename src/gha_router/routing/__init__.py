"""Which model answers, and why: pure decisions over a configuration.

Nothing is imported before it is used: the gateway reads prompts with ``routing.task``, and pydantic, which the
configuration needs, would double its start-up.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gha_router.routing.resolve import deployments_of, resolve

__all__ = ["deployments_of", "resolve"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("gha_router.routing.resolve"), name)
    raise AttributeError(name)
