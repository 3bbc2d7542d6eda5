"""The configuration for commands that work without keys."""

from pathlib import Path

from gha_router.cli import vault
from gha_router.config import Config, Keyless, load
from gha_router.errors import UsageError


def keyless_configuration(path: Path | None) -> tuple[Config, Keyless]:
    """Return the configuration that was named, or the repository's own, and what it lacks in keys."""
    if path is None and not vault.DEFAULT_CONFIG.exists():
        raise UsageError(f"there is no configuration: {vault.DEFAULT_CONFIG}", hint="Name one with --config FILE.")
    env = Keyless(vault.environment())
    return load(path or vault.DEFAULT_CONFIG, env), env
