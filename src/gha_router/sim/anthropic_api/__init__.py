"""Anthropic's Messages API as the simulated models speak it."""

from gha_router.sim.anthropic_api.dialect import AnthropicMessages

__all__ = ["AnthropicMessages"]
