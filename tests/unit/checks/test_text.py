"""Texts are found, and what stands there instead is shown."""

from pathlib import Path

import pytest

from gha_router.checks.say import LONGEST
from gha_router.records import CheckStatus
from tests.unit.checks.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_where_a_text_stands_is_said(world: World) -> None:
    world.message = "first\nsecond with the word\nthird"
    assert world.check({"contains": "the word"}).found == 'line 2: "second with the word"'
    assert world.check({"not_contains": "the word"}).found == 'line 2: "second with the word"'
    assert world.check({"not_contains": "another"}).found == "none"


def test_case_matters(world: World) -> None:
    world.message = "claude code"
    assert not world.check({"contains": "Claude Code"}).passed


def test_an_empty_message_holds_nothing_unwanted(world: World) -> None:
    result = world.check({"not_contains": "sorry"})
    assert (result.passed, result.found) == (True, "nothing (empty message)")


def test_an_empty_file_is_told_from_an_empty_message(world: World) -> None:
    world.write("a.md", "")
    assert world.check({"contains": {"text": "x", "in": "a.md"}}).found == "nothing (empty file)"


@pytest.mark.parametrize(
    ("content", "status", "found"),
    [
        ("a\nb\n\n", CheckStatus.PASSED, '"a\\nb"'),
        ("a\nB\n", CheckStatus.FAILED, 'line 2: "B" instead of "b"'),
        ("a\nb\nc\n", CheckStatus.FAILED, "3 lines instead of 2"),
        (" a\nb", CheckStatus.FAILED, 'line 1: " a" instead of "a"'),
    ],
)
def test_equal_text_may_differ_in_its_last_line_breaks_only(
    world: World, content: str, status: CheckStatus, found: str
) -> None:
    world.message = content
    result = world.check({"equals": "a\nb"})
    assert (result.status, result.found) == (status, found)


def test_only_the_first_million_characters_are_searched_by_a_pattern(world: World) -> None:
    world.message = "a" * 1_000_000 + "b"
    result = world.check({"regex": "b"})
    assert not result.passed
    assert result.found.endswith("only the first 1,000,000 characters were read)")
    assert world.check({"regex": "a$"}).passed


def test_bytes_that_are_no_utf8_are_replaced_and_said(world: World) -> None:
    world.write("a.md", b"caf\xe9 x\n")
    result = world.check({"contains": {"text": "x", "in": "a.md"}})
    assert result.passed
    assert result.found.endswith("(not UTF-8: bytes that cannot be read are replaced)")


def test_a_byte_order_mark_is_no_text(world: World) -> None:
    world.write("a.txt", b"\xef\xbb\xbfhello")
    assert world.check({"equals": {"text": "hello", "in": "a.txt"}}).passed


@pytest.mark.parametrize("unsafe", ["\x1b[31m", "\r", "\u202e", "\u2028", "\x00", "\n"])
def test_what_reaches_a_report_is_one_plain_line(world: World, unsafe: str) -> None:
    world.message = f"{unsafe}answer{unsafe}" * 200
    result = world.check({"equals": f"x{unsafe}" * 200, "name": f"a{unsafe}b"})
    for text in (result.name, result.expected, result.found):
        assert unsafe not in text
        assert text.isprintable()
        assert len(text) <= LONGEST
