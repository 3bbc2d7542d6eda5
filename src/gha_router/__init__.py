"""Run Claude Code on the cheapest model that provably does the job."""

from importlib.metadata import version

__version__ = version("gha-router")
