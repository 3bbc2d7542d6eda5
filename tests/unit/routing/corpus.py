"""The labelled prompts of ``tests/fixtures/routing``."""

from collections.abc import Iterator
from pathlib import Path

import yaml

FOLDER = Path(__file__).parents[2] / "fixtures" / "routing"


def cases(name: str) -> Iterator[tuple[str, str, str]]:
    """Yield group, expected task type and prompt of one file; ``corpus/*`` are files of the development corpus."""
    document = yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))
    for group, types in document.items():
        for expected, prompts in types.items():
            for prompt in prompts:
                yield group, expected, prompt
