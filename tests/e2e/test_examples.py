"""Every file of ``examples/`` as it stands, over simulated models: only whom its names mean is another."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.command import ROOT, gha_router

FILES = sorted((ROOT / "examples").glob("*.yml"))
ELSEWHERE = {"deep-research"}  # has stages, each with a script of its own: test_deep_research.py
CHECKS = [{"equals": {"text": "hello", "in": "note.txt"}}]


def simulated(file: Path) -> dict[str, Any]:
    """Return an example whose deployments are all ``sim/honest``, with the order, limits and context that they have."""
    data: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    data.pop("providers", None)
    for name, given in data["models"].items():
        group = given if isinstance(given, list) else [given]
        plain = [{"model": one} if isinstance(one, str) else one for one in group]
        data["models"][name] = [one | {"model": "sim/honest", "price": {"input": 3, "output": 15}} for one in plain]
    return data | {"checks": CHECKS}


def test_none_is_left_out() -> None:
    assert {file.stem for file in FILES} - ELSEWHERE == {"auto-switching", "experiment-2025-08", "multi-llm"}


@pytest.mark.parametrize("file", [one for one in FILES if one.stem not in ELSEWHERE], ids=lambda file: file.stem)
def test_it_runs_and_is_verified(tmp_path: Path, file: Path) -> None:
    data = simulated(file)
    (tmp_path / "c.yml").write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    kinds = {"docs", "bugfix"} & data.get("routes", {}).keys()
    for kind in ("default", *sorted(kinds)):
        folder = tmp_path / kind
        folder.mkdir()
        asked = ("--route", kind, "--prompt", "Create a file note.txt containing hello", "--workspace", folder)
        ended = gha_router(
            "run", "--config", tmp_path / "c.yml", *asked, "--out", tmp_path / f"{kind}-out", cwd=tmp_path
        )
        assert ended.returncode == 0, ended.stderr
        report = json.loads((tmp_path / f"{kind}-out" / "report.json").read_text(encoding="utf-8"))
        (step,) = report["run"]["steps"]
        assert step["attempts"][0]["decision"]["model"] == (data["routes"][kind] if kind in kinds else data["default"])
        assert (folder / "note.txt").read_text(encoding="utf-8").strip() == "hello"
