"""Providers that speak neither Anthropic's Messages nor OpenAI's chat completions: asked through LiteLLM.

LiteLLM runs in a process of its own (docs/decisions/0007-litellm-driver.md); nothing here imports it but ``worker``.
"""

from gha_router.gateway.longtail.back import longtail
from gha_router.gateway.longtail.driver import Driver, Reply, Stream
from gha_router.gateway.longtail.faults import LongtailError
from gha_router.gateway.longtail.target import secrets_of, speaks_messages

__all__ = ["Driver", "LongtailError", "Reply", "Stream", "longtail", "secrets_of", "speaks_messages"]
