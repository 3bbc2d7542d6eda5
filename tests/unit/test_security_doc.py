"""Each threat of docs/security.md names tests that are there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
THREATS = [line for line in TEXT.splitlines() if re.match(r"\| \d+ \|", line)]


@pytest.mark.parametrize("threat", THREATS, ids=lambda line: line.split("|")[1].strip())
def test_a_threat_has_a_test(threat: str) -> None:
    named = NAMED.findall(threat)
    assert named
    for file, name in named:
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
        assert not name or name in defined, f"{file} has no {name}"


def test_the_rooms_of_the_map_are_the_rooms() -> None:
    table = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("| floor |")[2].partition("\n\n")[0]
    rooms = {
        file.name.removesuffix(".py") for file in (ROOT / "src" / "gha_router").iterdir() if file.suffix in {"", ".py"}
    }
    named = {word for line in table.splitlines()[2:] for word in re.findall(r"`(\w+)`", line.split("|")[2])}
    assert named == {room for room in rooms if not room.startswith("__")}
