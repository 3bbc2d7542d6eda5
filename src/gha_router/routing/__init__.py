"""Which model answers, and why: pure decisions over a configuration."""

from gha_router.routing.resolve import deployments_of, resolve

__all__ = ["deployments_of", "resolve"]
