"""A time in a file is held against our clock: the step ran from 12:00:00 to 12:01:30 UTC on 2026-07-01."""

from pathlib import Path

import pytest

from tests.unit.checks.world import World


@pytest.mark.parametrize(
    "text",
    [
        "2026-07-01T12:00:30Z",
        "at 2026-07-01 12:00:30.",
        "2026-07-01T21:00:30+09:00",
        "2026-07-01 21:00:30 +0900",
        "2026-07-01T07:00:30-05",
        "2026-07-01T12:00:30.123456789Z",
        "2026-07-01t12:00:30,5z",
        "2026-07-01T11:59:59Z",
        "2026-07-01T12:01:31Z",
        "2026-13-01T12:00:00Z 2026-07-01T12:00:30Z",
        "作成日時：2026-07-01T12:00:30Zです",
    ],
)
def test_a_time_within_the_step_passes(tmp_path: Path, text: str) -> None:
    world = World(tmp_path)
    world.write("stamp.txt", text)
    result = world.check({"timestamp": "stamp.txt"})
    assert result.passed, result.found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-07-01T11:59:58Z", "2026-07-01T11:59:58+00:00, 2.0 s before the step began"),
        ("2026-07-01T12:01:31.5Z", "2026-07-01T12:01:31.500000+00:00, 1.5 s after the step ended"),
        ("2025-08-09T12:00:00Z", "2025-08-09T12:00:00+00:00, 28,166,400.0 s before the step began"),
        ("2026-07-01T12:00:30+09:00", "2026-07-01T12:00:30+09:00, 32,370.0 s before the step began"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+14:00, 63,918,554,400.0 s before the step began"),
        ("2026-07-01T12:00", 'no ISO 8601 time with seconds in "2026-07-01T12:00"'),
        ("July 1st", 'no ISO 8601 time with seconds in "July 1st"'),
        ("2026-07-01T12:00:30+24:00", 'no ISO 8601 time with seconds in "2026-07-01T12:00:30+24:00"'),
        (" ", "nothing (empty file)"),
    ],
)
def test_a_time_outside_the_step_says_how_far(tmp_path: Path, text: str, found: str) -> None:
    world = World(tmp_path)
    world.write("stamp.txt", text)
    result = world.check({"timestamp": "stamp.txt"})
    assert (result.passed, result.found) == (False, found)


def test_the_first_time_counts(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write("stamp.txt", "2025-08-09T12:00:00Z\n2026-07-01T12:00:30Z\n")
    assert not world.check({"timestamp": "stamp.txt"}).passed


def test_the_tolerance_can_be_set(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write("stamp.txt", "2026-07-01T12:02:00Z")
    assert not world.check({"timestamp": {"file": "stamp.txt"}}).passed
    assert world.check({"timestamp": {"file": "stamp.txt", "tolerance_s": 30}}).passed
    assert not world.check({"timestamp": {"file": "stamp.txt", "tolerance_s": 29.9}}).passed
