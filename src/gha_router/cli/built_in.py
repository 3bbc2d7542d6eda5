"""What holds without a configuration."""

from gha_router.cli import vault
from gha_router.config import Config, defaults
from gha_router.errors import UsageError


def built_in() -> Config:
    """Return what holds without a file: tiers of the models whose keys are there."""
    config = defaults(vault.environment())
    if not config.tiers:
        raise UsageError(
            f"there is no configuration: {vault.DEFAULT_CONFIG}, and no key of a provider",
            hint="`gha-router init` writes one. Or name one (--config FILE), or set a key such as ANTHROPIC_API_KEY.",
        )
    return config
