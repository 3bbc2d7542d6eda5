"""``gha-router cache``: what is kept of replies, and its end."""

import typer

from gha_router.cli.configured import ConfigOption, JsonOption, configuration

STATS_EXAMPLE = "Example: gha-router cache stats --config gha-router.yml"
CLEAR_EXAMPLE = "Example: gha-router cache clear --config gha-router.yml"

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Kept replies: what there is, and its end.")


@app.command(epilog=STATS_EXAMPLE)
def stats(*, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Say how many replies are kept, how much they take, and since when."""
    from gha_router.cli import kept  # noqa: PLC0415  each command loads what it needs

    print(kept.stats(configuration(config, keyless=True), as_json=as_json))  # noqa: T201  the command's own output


@app.command(epilog=CLEAR_EXAMPLE)
def clear(*, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Forget every kept reply; a file of ours that cannot be read is taken away."""
    from gha_router.cli import kept  # noqa: PLC0415  as above

    print(kept.clear(configuration(config, keyless=True), as_json=as_json))  # noqa: T201  as above
