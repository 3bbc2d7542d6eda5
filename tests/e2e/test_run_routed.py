"""A step that names nobody: its prompt decides, a classifier where the rules are not sure, and the report says why."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.command import gha_router
from tests.integration.cli.test_run import CHECKS, CREATE, KEY, simulated
from tests.upstream import answering, message, upstream

CONFIG = """\
version: 1
providers:
  lab: {{base_url: "{url}", api_key: "${{LAB_KEY}}", format: anthropic}}
  other: {{base_url: "{other}", api_key: "${{LAB_KEY}}", format: anthropic}}
models:
  honest: {{model: lab/honest, price: {{input: 3, output: 15}}}}
  slow: {{model: lab/clock-blind, price: {{input: 1, output: 2}}}}
  small: {{model: other/small, price: {{input: 1, output: 5}}}}
default: honest
"""
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with simulated() as address:
        yield address


def run(folder: Path, config: str) -> tuple[dict[str, Any], str]:
    (folder / "workspace").mkdir()
    (folder / "c.yml").write_text(
        f"{config}steps:\n  - id: note\n    prompt: {CREATE}\n    {CHECKS.replace(chr(10), chr(10) + '    ')}\n"
    )
    ended = gha_router("run", "--config", "c.yml", "--workspace", "workspace", "--out", "out", cwd=folder, LAB_KEY=KEY)
    assert ended.returncode == 0, ended.stderr
    return json.loads((folder / "out" / "report.json").read_text())["run"], (folder / "out" / "report.md").read_text()


def test_the_prompt_decides_and_the_report_says_why(url: str, tmp_path: Path) -> None:
    result, shown = run(tmp_path, CONFIG.format(url=url, other=NOWHERE) + "routes: {implement: slow}\n")
    step = result["steps"][0]
    assert step["asked"] == "by its prompt"
    assert step["attempts"][0]["served"] == ["lab/clock-blind"]
    decision = step["attempts"][0]["decision"]
    assert (decision["task_type"], decision["reason"]) == (
        "implement",
        "implement (it asks for: add something) -> slow",
    )
    assert "it asks for: add something" in shown


@pytest.mark.parametrize(("enabled", "served"), [("true", "lab/clock-blind"), ("false", "lab/honest")])
def test_a_classifier_is_asked_when_it_is_enabled_and_its_cost_is_booked(
    enabled: str, served: str, url: str, tmp_path: Path
) -> None:
    async def case() -> None:
        async with upstream(answering(200, message('{"task_type": "docs"}'))) as up:
            routed = f"routes: {{docs: slow}}\nclassifier: {{model: small, enabled: {enabled}}}\n"
            config = CONFIG.format(url=url, other=up.url) + routed
            result, shown = await asyncio.to_thread(run, tmp_path, config)
            assert len(up.sent) == (enabled == "true")
        assert result["steps"][0]["attempts"][0]["served"] == [served]
        receipts = [json.loads(line) for line in (tmp_path / "out" / "ledger.jsonl").read_text().splitlines()]
        steps = [line["step"] for line in receipts if line["type"] == "receipt"]
        if enabled == "true":
            assert steps[0] == "classifier"
            assert "small says so" in shown
            assert any("the classifier was asked once for $0.0" in note for note in result["notes"])
        else:
            assert "classifier" not in steps

    asyncio.run(case())
