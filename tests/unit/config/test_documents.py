"""Every YAML block in the manual is read by what a user would give it to."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from gha_router import checks
from gha_router.config import parse
from gha_router.errors import Position
from gha_router.pipeline.plans import plans_of
from gha_router.pipeline.whole import check_whole

DOCS = Path(__file__).parents[3] / "docs"
BLOCK = re.compile(r"^```ya?ml\n(.*?)^```", re.DOTALL | re.MULTILINE)


MODELS = {
    "opus": "oracle",
    "sonnet": "honest",
    "haiku": "slow",
    "coder": "lazy",
    "gemini": "nop",
    "flash": "miscounter",
    "codex": "clock-blind",
}
AROUND: dict[str, Any] = {  # what a piece of a configuration speaks of and does not say again
    "version": "1",
    "models": {name: f"sim/{model}" for name, model in MODELS.items()},
    "tiers": {number: [name] for number, name in enumerate([*MODELS][:5])},
    "providers": {"lab": {"base_url": "http://127.0.0.1:9", "api_key": "x", "format": "anthropic"}},
    "default": "sonnet",
}
STEP = {"prompt": "Look", "checks": [{"exists": "report.md"}]}
SOURCES = {"type": "object", "required": ["sources"], "properties": {"sources": {"type": "array"}}}

GOOGLE = {"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "t"}
VALUES = {"REDIS_URL": "redis://127.0.0.1:6379/0", "GOOGLE_CREDENTIALS": json.dumps(GOOGLE)}


class Everything(dict[str, str]):
    """An environment in which every variable is set."""

    def __missing__(self, key: str) -> str:
        return VALUES.get(key, "https://example.test" if "URL" in key else "set")

    def __contains__(self, key: object) -> bool:
        return True

    def get(self, key: str, default: Any = None) -> Any:
        """Return a value for every name."""
        return self[key] if key else default


WORKFLOW = {
    "on",
    "permissions",
    "jobs",
    "services",
    "uses",
    "with",
    True,
}  # a piece of one: that is GitHub's to read; True: `on`


def blocks() -> Iterator[Any]:
    for file in sorted(DOCS.rglob("*.md")):
        text = file.read_text(encoding="utf-8")
        for found in BLOCK.finditer(text):
            line = text[: found.start()].count("\n") + 1
            yield pytest.param(found[1], id=f"{file.relative_to(DOCS)}:{line}")


def whole(data: Any) -> dict[str, Any]:
    """Return a configuration with the block in its place."""
    if isinstance(data, list):
        return AROUND | {"steps": [STEP | {"id": "a", "checks": data}]}
    if set(data) == {"inputs"}:
        earlier = [STEP | {"id": name, "output_schema": SOURCES} for name in ("gather", "review")]
        return AROUND | {"steps": [*earlier, STEP | {"id": "last"} | data]}
    merged: dict[str, Any] = AROUND | data
    merged.pop("learned", None)  # names a file that is made by `calibrate`
    for section in ("models", "providers"):
        merged[section] = AROUND[section] | data.get(section, {})
    return merged


@pytest.mark.parametrize("text", [*blocks()])
def test_a_block_of_the_manual_is_read(text: str) -> None:
    data = yaml.safe_load(text)
    if any(
        WORKFLOW & piece.keys() for piece in (data if isinstance(data, list) else [data]) if isinstance(piece, dict)
    ):
        return
    config = parse(yaml.safe_dump(whole(data)), name="block", env=Everything())
    check_whole(config)
    for name in (None, *config.pipelines) if config.steps else config.pipelines:
        assert plans_of(config, name)
    checks.parse_all(config.checks, lambda number: Position("block", number))
