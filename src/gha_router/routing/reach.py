"""What this version can reach: upstreams that speak Anthropic's Messages themselves."""

from gha_router.config import KNOWN_PROVIDERS, Config, Format
from gha_router.errors import ConfigError, Position
from gha_router.records import Decision


def check_reachable(config: Config, decision: Decision) -> None:
    """Raise ``ConfigError`` for the first deployment of a decision that this version cannot relay to."""
    for deployment in decision.deployments:
        name = deployment.partition("/")[0]
        provider = config.provider(name)
        if provider is None or provider.format is not Format.ANTHROPIC:
            problem = f"speaks `{provider.format}`" if provider else "is not configured"
            raise ConfigError(
                f"`{deployment}` cannot be reached: provider `{name}` {problem}, and this version relays to "
                "upstreams of format `anthropic` only",
                where=_place(config, deployment),
                hint=_hint(),
            )


def _place(config: Config, deployment: str) -> Position:
    for name, group in config.models.items():
        if any(member.model == deployment for member in group):
            return config.position(("models", name))
    return config.position(())


def _hint() -> str:
    speak = {name: known for name, known in KNOWN_PROVIDERS.items() if known.format is Format.ANTHROPIC}
    addresses = ", ".join(f"{name} ({known.base_url or 'built in'})" for name, known in speak.items())
    return f"These work: {addresses}; and any provider with a `base_url` of its own and `format: anthropic`."
