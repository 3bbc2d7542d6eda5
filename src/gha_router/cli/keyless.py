"""The configuration for commands that work without keys."""

from pathlib import Path

from gha_router.cli import vault
from gha_router.cli.built_in import built_in
from gha_router.config import Config, Keyless, load


def keyless_configuration(path: Path | None) -> tuple[Config, Keyless]:
    """Return the configuration that was named, the repository's own, or what holds without one; and the keys it lacks.

    Without one, only models whose keys are there are in it.
    """
    env = Keyless(vault.environment())
    if path is None and not vault.DEFAULT_CONFIG.exists():
        return built_in(), env
    return load(path or vault.DEFAULT_CONFIG, env), env
