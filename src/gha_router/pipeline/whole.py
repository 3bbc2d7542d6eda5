"""What of a configuration only those can check who read its prompts, its checks, its prices and its files."""

from gha_router.config import Config
from gha_router.records import Json


def check_whole(config: Config) -> tuple[str, ...]:
    """Return what is allowed and not wise, each with its position. Raises ``ConfigError`` for what cannot be used."""
    if config.learned is not None:
        from gha_router.routing.learned.configured import check_routers  # noqa: PLC0415  most files name no policy

        check_routers(config)
    steps = [step for _, step in config.all_steps()]
    if steps:
        from gha_router.pipeline.plans import check_templates  # noqa: PLC0415  checks take as long as all the rest

        check_templates(config)
    if not any(step.on_fail.escalate for step in steps):
        return ()
    from gha_router.pipeline.escalation import check_escalations  # noqa: PLC0415  as above

    return check_escalations(config)


def whole_schema() -> Json:
    """Return the schema of a configuration with that of its checks, as editors use it."""
    from gha_router.checks.reference import check_schema  # noqa: PLC0415  nobody runs with it
    from gha_router.config.schema import config_schema  # noqa: PLC0415

    schema = config_schema()
    schema["$defs"]["Check"] = check_schema()
    for holder in (schema, schema["$defs"]["Step"]):
        holder["properties"]["checks"]["items"] = {"$ref": "#/$defs/Check"}
    return schema
