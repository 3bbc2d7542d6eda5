"""``gha-router parse-comment``: what a comment asks for, as a program reads it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.command import gha_router

CONFIG = "version: 1\nmodels: {mine: sim/honest}\ntiers: {2: [mine]}\nbudget: {run_usd: 1}\n"


def parsed(folder: Path, comment: str, *arguments: str) -> Any:
    ended = gha_router("parse-comment", "-", *arguments, cwd=folder, stdin=comment)
    assert (ended.returncode, ended.stderr) == (0, "")
    return json.loads(ended.stdout)


def test_without_a_configuration_the_well_known_names_count(tmp_path: Path) -> None:
    assert parsed(tmp_path, "Hello\n/route opus budget=1.50 -- 直して\n") == {
        "activity": "run",
        "target": "opus",
        "options": {"budget": "1.50"},
        "prompt": "直して",
    }
    assert parsed(tmp_path, "/route tier=2 fix")["target"] == "tier-2"
    assert parsed(tmp_path, "> /route opus") == {"activity": "nothing", "target": None, "options": {}, "prompt": ""}


def test_a_mistake_is_an_answer_and_no_failure(tmp_path: Path) -> None:
    found = parsed(tmp_path, "/route opsu")
    assert found["activity"] == "error"
    assert found["error"]["where"] == "comment:1:8"
    assert "`opus`" in found["error"]["hint"]


@pytest.mark.parametrize("how", ["named", "found"])
def test_the_configurations_own_names_and_cap_count(tmp_path: Path, how: str) -> None:
    file = tmp_path / (".github/gha-router.yml" if how == "found" else "c.yml")
    file.parent.mkdir(exist_ok=True)
    file.write_text(CONFIG)
    arguments = () if how == "found" else ("--config", str(file))
    assert parsed(tmp_path, "/route mine fix", *arguments)["activity"] == "run"
    assert parsed(tmp_path, "/route opus fix", *arguments)["activity"] == "error"
    assert "`budget=1`" in parsed(tmp_path, "/route mine budget=2", *arguments)["error"]["hint"]


def test_line_ends_survive_and_an_experiment_has_its_options(tmp_path: Path) -> None:
    file = tmp_path / "comment"
    file.write_bytes(b"/route opus a\r\nb\rc\x0b\xe3\x80\x80d\r\n")
    ended = gha_router("parse-comment", str(file), cwd=tmp_path)
    assert json.loads(ended.stdout)["prompt"] == "a\r\nb\rc\x0b\u3000d"
    found = parsed(tmp_path, "/route experiment suite=classic models=opus,haiku epochs=3")
    assert found["options"] == {"suite": "classic", "models": ["opus", "haiku"], "epochs": 3}


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "comment").write_bytes(b"/route \xff")
    ended = gha_router("parse-comment", str(tmp_path / "comment"), cwd=tmp_path)
    assert ended.returncode == 2
    assert "the comment cannot be read" in ended.stderr


def test_a_huge_comment_is_read_and_a_larger_one_is_none(tmp_path: Path) -> None:
    head = "/route opus "
    assert len(parsed(tmp_path, head + "x" * (65_536 - len(head)))["prompt"]) == 65_536 - len(head)
    assert "65,536" in parsed(tmp_path, head + "x" * 65_536)["error"]["what"]


def test_it_does_without_githubs_client(tmp_path: Path) -> None:
    look = "import sys, gha_router.github.comments.grammar; print('github' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert ended.stdout == "False\n"
