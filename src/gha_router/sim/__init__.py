"""Simulated models over real HTTP: Anthropic's Messages API and OpenAI's chat completions, answered from scripts.

A script is what a task's ``oracle.yml`` holds. A personality says how a model goes about it: right, slowly,
with wrong numbers, or not at all. Each is one file in ``personalities``. Nothing here is a language model,
and every price is simulated. What is simulated and what is not: docs/simulated-models.md.
"""

from gha_router.sim.app import build_app
from gha_router.sim.load import load_scripts
from gha_router.sim.personalities import FIVE, MUTANTS, PERSONALITIES, PRICES
from gha_router.sim.script import Mutation, Parallel, Script, Step
from gha_router.sim.server import Simulation

__all__ = [
    "FIVE",
    "MUTANTS",
    "PERSONALITIES",
    "PRICES",
    "Mutation",
    "Parallel",
    "Script",
    "Simulation",
    "Step",
    "build_app",
    "load_scripts",
]
