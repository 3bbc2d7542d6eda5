"""Checks that run after the agent has ended, on what it left behind."""

from gha_router.checks.base import Check, CommandOutcome, CommandSpec, PureCheck, Question, Sight, Tools
from gha_router.checks.catalogue import CATALOGUE, default_name, parse, parse_all
from gha_router.checks.verdict import Watch, run_all, score, unwatched, verdict_of

__all__ = [
    "CATALOGUE",
    "Check",
    "CommandOutcome",
    "CommandSpec",
    "PureCheck",
    "Question",
    "Sight",
    "Tools",
    "Watch",
    "default_name",
    "parse",
    "parse_all",
    "run_all",
    "score",
    "unwatched",
    "verdict_of",
]
