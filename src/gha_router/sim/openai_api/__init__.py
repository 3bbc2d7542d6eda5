"""OpenAI's chat completions as the simulated models speak them."""

from gha_router.sim.openai_api.dialect import ChatCompletions

__all__ = ["ChatCompletions"]
