"""Which model answers, and why: pure decisions over a configuration."""

from gha_router.routing.reach import check_reachable
from gha_router.routing.resolve import deployments_of, resolve

__all__ = ["check_reachable", "deployments_of", "resolve"]
