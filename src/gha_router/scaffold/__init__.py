"""The files that a repository begins with: what is seen in it, and what is written for it."""

from gha_router.scaffold.files import Workflow, files, takes
from gha_router.scaffold.seen import Seen, look
from gha_router.scaffold.writing import Fate, Outcome, write

__all__ = ["Fate", "Outcome", "Seen", "Workflow", "files", "look", "takes", "write"]
