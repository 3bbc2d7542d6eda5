"""The gallery of mistakes: each is made, and what is said of it is what docs/errors.md shows."""

from pathlib import Path

import pytest

from tests.gallery.made import forked, made
from tests.gallery.mistakes import MISTAKES
from tests.golden import check_golden


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_as_the_gallery_shows_it(tmp_path: Path, name: str) -> None:
    told, code = made(MISTAKES[name], tmp_path, start=forked)
    assert code == MISTAKES[name].code, told
    assert "Traceback" not in told
    assert "fault of gha-router" not in told
    check_golden(f"gallery/{name}.txt", told)


def test_a_newcomers_mistakes_are_twenty_and_more() -> None:
    assert len(MISTAKES) >= 20
