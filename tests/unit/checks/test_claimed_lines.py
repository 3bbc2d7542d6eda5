"""``line_count`` with ``claimed``: what the message says of a file's lines has to be so."""

from pathlib import Path

import pytest

from tests.unit.checks.world import World

SPEC = {"line_count": {"file": "docs/report.md", "claimed": True}}


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.write("docs/report.md", "x\n" * 354)
    world.write("other.md", "x\n" * 20)
    return world


@pytest.mark.parametrize(
    "message",
    [
        "docs/report.md has 354 lines.",
        "report.md は354行です。",
        "I wrote docs/report.md. It has 354 lines.",
        "report.md has 354 lines and other.md has 20 lines.",
    ],
)
def test_a_claim_that_is_so(world: World, message: str) -> None:
    world.message = message
    assert world.check(SPEC).passed, world.check(SPEC).found


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("docs/report.md has 184 lines.", 'the message says "184 lines"'),
        ("report.mdは184行です。", "the message says"),
        ("report.md has 354 lines. Later: report.md has 184 lines.", "184"),
        ("Done.", "states no number of its lines"),
        ("other.md has 354 lines.", "states no number of its lines"),
        ("", "states no number of its lines"),
    ],
)
def test_a_claim_that_is_not_so_or_not_made(world: World, message: str, words: str) -> None:
    world.message = message
    result = world.check(SPEC)
    assert not result.passed
    assert words in result.found
    assert result.found.startswith("354 lines; ")


def test_bounds_hold_beside_the_claim(world: World) -> None:
    world.message = "docs/report.md has 354 lines."
    assert world.check({"line_count": {"file": "docs/report.md", "min": 300, "claimed": True}}).passed
    result = world.check({"line_count": {"file": "docs/report.md", "max": 300, "claimed": True}})
    assert (result.passed, result.expected) == (False, "0 to 300 lines in docs/report.md, as the message states")
