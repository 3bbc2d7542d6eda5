"""What of a configuration only those can check who read its prompts, its prices and the files that it names."""

from gha_router.config import Config


def check_whole(config: Config) -> tuple[str, ...]:
    """Return what is allowed and not wise, each with its position. Raises ``ConfigError`` for what cannot be used."""
    if config.learned is not None:
        from gha_router.routing.learned.configured import check_routers  # noqa: PLC0415  most files name no policy

        check_routers(config)
    if not any(step.on_fail.escalate for step in config.steps):
        return ()
    from gha_router.pipeline.escalation import check_escalations  # noqa: PLC0415  as above

    return check_escalations(config)
