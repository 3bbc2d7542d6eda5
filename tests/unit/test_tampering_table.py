"""The page on the tamper drill is what the drill does, and the drill is fair."""

import os

import pytest

from tests.e2e.tampering.attempts import ALL, CONTAINED, GROUPS
from tests.e2e.tampering.table import FILE, table


def test_the_page_is_made_from_the_drill() -> None:
    if os.environ.get("GOLDEN_UPDATE"):
        FILE.write_text(table(), encoding="utf-8")
    assert FILE.read_text(encoding="utf-8") == table(), "GOLDEN_UPDATE=1 writes it"


def test_at_least_twenty_attempts_each_with_a_name_of_its_own() -> None:
    assert sum(not one.honest for one in ALL) >= 20
    assert len({one.name for one in ALL}) == len(ALL)
    assert all(one.told for one in ALL if not one.honest)


@pytest.mark.parametrize("group", GROUPS)
def test_beside_each_group_stands_honest_work(group: str) -> None:
    assert any(one.honest for one in GROUPS[group])


def test_what_a_container_lacks_is_not_asked_for_there() -> None:
    assert not any(one.pytest for one in CONTAINED)
