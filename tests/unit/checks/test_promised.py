"""The tests that a sealed file holds are read from its text, in doubt fewer."""

from gha_router.checks.junit import Outcome, Ran
from gha_router.checks.promised import promised

SOURCE = b"""
import pytest

@pytest.fixture
def test_client(): ...
@pytest.mark.parametrize("n", [1, 2])
def test_one(n): ...
async def test_two(): ...
def helper(): ...
class TestThree:
    def test_a(self): ...
class TestBase:
    __test__ = False
    def test_b(self): ...
class TestChild(TestBase):
    def test_c(self): ...
class TestMade:
    def __init__(self): ...
    def test_d(self): ...
if True:
    def test_e(): ...
"""


def lost(*names: str, path: str = "tests/test_a.py", source: bytes = SOURCE) -> list[str]:
    tests = [
        Ran(place=place, name=name, outcome=Outcome.PASSED) for place, _, name in (n.rpartition(".") for n in names)
    ]
    return list(promised({path: source}, tests))


def test_what_is_missing_beside_others_of_its_file_is_named() -> None:
    assert lost("tests.test_a.test_one[1]") == ["tests/test_a.py::test_two", "tests/test_a.py::TestThree::test_a"]
    assert lost("tests.test_a.test_one[1]", "tests.test_a.test_two", "tests.test_a.TestThree.test_a") == []


def test_a_file_of_which_nothing_ran_may_not_have_been_meant() -> None:
    assert lost("tests.test_b.test_one") == []
    assert lost("tests.test_a.test_one", path="tests/helper.py") == []
    assert lost("tests.test_a.test_one", source=b"def broken(") == []
