"""How tests are handed to workers: a file's fixtures and imports are paid once, which nothing else would show."""

import pytest


def test_a_file_stays_in_one_worker(request: pytest.FixtureRequest) -> None:
    if not hasattr(request.config, "workerinput"):
        pytest.skip("one process runs all")
    assert request.node.nodeid.endswith("@unit/test_workers.py")
