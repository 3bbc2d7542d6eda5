from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.verification import scene
from tests.reachable import python_with_pytest


@pytest.fixture(scope="session", autouse=True)
def _python() -> Iterator[Path]:
    with python_with_pytest() as folder:
        scene.BIN.append(folder)
        yield folder
        scene.BIN.remove(folder)
