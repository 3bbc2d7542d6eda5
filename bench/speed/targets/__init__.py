"""What is measured, in the order of the table."""

from bench.speed.server import Target
from bench.speed.targets import bare, litellm_proxy, node, ours

TARGETS: tuple[Target, ...] = (
    ours.TARGET,
    bare.AIOHTTP,
    bare.STARLETTE,
    litellm_proxy.TARGET,
    node.CLAUDE_CODE_ROUTER,
    node.PORTKEY_GATEWAY,
)
