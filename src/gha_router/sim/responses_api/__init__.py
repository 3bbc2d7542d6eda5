"""OpenAI's Responses API as the simulated models speak it."""

from gha_router.sim.responses_api.dialect import Responses

__all__ = ["Responses"]
