"""The gateways that the cases are run against."""

from bench.traps.targets import claude_code_router, libraries, litellm_proxy, ours
from bench.traps.targets.target import Target

TARGETS: tuple[Target, ...] = (ours.TARGET, litellm_proxy.TARGET, claude_code_router.TARGET, *libraries.TARGETS)
