"""Imports point one way; what is heavy or foreign is touched in one room only."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "src" / "gha_router"

# Each floor may import the floors before it; rooms on one floor do not know each other.
FLOORS = (
    {"errors", "keyshapes", "paths", "records", "stats", "variables"},
    {"pricing", "config", "redis_client"},
    {"routing", "claims", "ledger", "cache", "telemetry"},
    {"gateway", "checks", "agent", "sim"},
    {"pipeline"},
    {"experiment"},
    # What is drawn from evidence, and how it is told: neither knows the other.
    {"report", "regrade"},
    # What people ask before a run: both print with the report's words, and know nothing of GitHub.
    {"github", "estimate", "doctor", "scaffold"},
    {"cli"},
    {"__main__"},
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}

# A package of others, and the rooms that may touch it.
ONLY_IN = {
    "github": {"github"},
    "actions_toolkit": {"github"},
    "requests": {"github"},
    "litellm": {"gateway", "pricing"},
    "aiohttp": {"gateway", "sim"},
    "redis": {"redis_client"},
    "claude_agent_sdk": {"agent"},
    "typer": {"cli"},
    "opentelemetry": {"telemetry"},
    "jsonschema": {"checks"},
    "referencing": {"checks"},
    "regex": {"checks"},
}


def room_of(file: Path) -> str:
    return file.relative_to(ROOT).parts[0].removesuffix(".py")


def imports_of(file: Path) -> set[str]:
    """All modules that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            module = node.module or ""
            names |= {f"{module}.{alias.name}" for alias in node.names} if module == "gha_router" else {module}
    return names


FILES = sorted(file for file in ROOT.rglob("*.py") if "suites" not in file.parts)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_point_one_way(file: Path) -> None:
    room = room_of(file)
    if room == "__init__":
        return
    for name in imports_of(file):
        parts = name.split(".")
        if parts[0] == "gha_router" and len(parts) > 1 and parts[1] != room and parts[1] in FLOOR:
            assert FLOOR[parts[1]] < FLOOR[room], f"{room} may not import {parts[1]}"
        allowed = ONLY_IN.get(parts[0])
        assert allowed is None or room in allowed, f"{parts[0]} is for {allowed} only"


def test_every_room_has_a_floor() -> None:
    assert {room_of(file) for file in FILES} - {"__init__"} <= set(FLOOR)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_file_is_over_400_lines(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 400
