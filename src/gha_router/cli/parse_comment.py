"""``gha-router parse-comment``: the grammar of comments made visible."""

import json
from pathlib import Path
from typing import Annotated

import typer

from gha_router.cli import vault
from gha_router.config import Config, Keyless, defaults, load
from gha_router.errors import Position, UsageError

EXAMPLE = "Example: echo '/route opus fix the typo' | gha-router parse-comment - --config gha-router.yml"


def parse_comment(
    file: Annotated[typer.FileBinaryRead, typer.Argument(help="A file with a comment; - for standard input.")],
    *,
    config: Annotated[
        Path | None, typer.Option("--config", help="Whose names count; .github/gha-router.yml when it is there.")
    ] = None,
) -> None:
    """Print what a comment asks for as JSON: activity, target, options, prompt; and error: what, where, hint.

    Without a configuration the names are those that hold when every provider's key is set. Asks nobody, needs no key.
    """
    from gha_router.github.comments.grammar import parse  # noqa: PLC0415  each command loads what it needs
    from gha_router.github.comments.lines import LONGEST  # noqa: PLC0415
    from gha_router.github.comments.words import Words  # noqa: PLC0415

    body = file.read(4 * LONGEST + 1)  # no character has more bytes; line ends are the comment's own
    try:
        text = body.decode()
    except UnicodeDecodeError:
        hint = f"Comments are UTF-8, and have {LONGEST:,} characters at most."
        raise UsageError("the comment cannot be read", where=Position(file.name), hint=hint) from None
    typer.echo(json.dumps(parse(text, Words.of(_configuration(config))).as_json(), ensure_ascii=False, indent=1))


def _configuration(path: Path | None) -> Config:
    env = Keyless(vault.environment())
    if path is None and not vault.DEFAULT_CONFIG.exists():
        return defaults(env)
    return load(path or vault.DEFAULT_CONFIG, env)
