"""How tests are handed to workers, so that what costs seconds is paid once."""

import gc
import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# What decides whether a change lands gives the same answer each time: `quick` takes the same examples on every machine,
# however busy it is. New ones are looked for by `make thorough`.
settings.register_profile(
    "quick",
    max_examples=50,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("thorough", settings.default, max_examples=200)
settings.load_profile(os.environ.get("HYPOTHESIS", "quick"))

# The workers fill the cores: more threads in each would wait for one another. Read once, when numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Whose tests each take a second or more: they are handed out one by one, so that the workers end together.
ONE_BY_ONE = {"test_run.py", "test_trust.py", "test_extract.py"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file in one worker: its fixtures are made once, its modules are imported once."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None and item.path.name not in ONE_BY_ONE:
            item.add_marker(pytest.mark.xdist_group(str(item.path.relative_to(Path(__file__).parent))))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep the garbage collector from what is loaded now and stays: it would look at it again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
