"""Digests, modes, and answers that only look like one."""

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.checks import parse
from gha_router.errors import ConfigError
from gha_router.records import CheckStatus
from tests.unit.checks.world import HERE, STEADY, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    (tmp_path / "w").mkdir()
    return World(tmp_path / "w")


@pytest.mark.parametrize("form", ["{}", "sha256:{}", "{}".upper()])
def test_a_digest_may_be_written_as_tools_write_it(world: World, form: str) -> None:
    world.write("a", b"\0\xff")
    digest = hashlib.sha256(b"\0\xff").hexdigest()
    assert world.check({"digest": {"file": "a", "sha256": form.format(digest)}}).passed
    assert world.check({"digest": {"file": "a", "sha256": digest.upper()}}).passed


@pytest.mark.parametrize(
    ("wanted", "mode", "holds"),
    [
        ("0755", 0o755, True),
        ("755", 0o755, True),
        ("0o755", 0o755, True),
        ("0755", 0o775, False),
        ("4755", 0o755, False),
    ],
)
def test_a_mode_is_all_its_bits(world: World, wanted: str, mode: int, *, holds: bool) -> None:
    world.write("a", "x")
    (world.root / "a").chmod(mode)
    assert world.check({"mode": {"file": "a", "is": wanted}}).passed is holds


def test_executable_is_asked_of_the_owner(world: World) -> None:
    world.write("a", "x")
    (world.root / "a").chmod(0o611)
    assert not world.check({"mode": {"file": "a", "is": "executable"}}).passed
    (world.root / "a").chmod(0o700)
    assert world.check({"mode": "a"}).passed


def test_a_mode_is_that_of_a_file_in_the_workspace(world: World) -> None:
    (world.root / "out").symlink_to("/bin/sh")
    os.mkfifo(world.root / "pipe")
    assert world.check({"mode": "out"}).found == "a link that leaves the workspace"
    assert world.check({"mode": "pipe"}).found == "a pipe, socket or device"
    assert world.check({"mode": "none"}).found == "missing"


@STEADY
@given(st.integers(0, 0o7777))
def test_every_mode_can_be_written(bits: int) -> None:
    for text in (f"{bits:04o}", f"0o{bits:04o}"):
        assert f"{bits:04o}" in parse({"mode": {"file": "a", "is": text}}, HERE).expected


@STEADY
@given(st.text() | st.integers() | st.booleans())
def test_whatever_stands_for_a_mode_is_one_or_a_mistake(written: str | int) -> None:
    try:
        expected = parse({"mode": {"file": "a", "is": written}}, HERE).expected
    except ConfigError as mistake:
        assert "octal mode in quotes" in str(mistake)  # noqa: PT017 - either way is right
    else:
        assert isinstance(written, str)
        assert expected


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b\u200d", "\u3000", "\u2800", "\u3164 \ufeff", "\u0000", "\u202e"])
def test_what_nobody_sees_is_no_answer(world: World, text: str) -> None:
    world.message = text
    world.write("a", text)
    assert world.check({"not_empty": "message"}).status is CheckStatus.FAILED
    assert world.check({"not_empty": "a"}).status is CheckStatus.FAILED


@pytest.mark.parametrize("text", ["-", "。", "0", " x ", "✓", "済"])
def test_a_character_that_is_seen_is_one(world: World, text: str) -> None:
    world.message = text
    assert world.check({"not_empty": "message"}).passed
