"""JUnit XML, the form in which runners of tests of all languages leave their results.

There is no standard; junitparser reads the dialects of Ant, pytest, Jest and the rest. The file was written by a
process that an agent's code ran in: it is read by a parser that refuses entities, and its own totals are not believed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from gha_router.checks.say import counted, plain

if TYPE_CHECKING:
    from junitparser import TestCase

LARGEST = 32 * 1024 * 1024  # bytes


class Outcome(StrEnum):
    """What became of one test."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """One test: the dotted name of what it is in, its own name with its parameters, and what became of it."""

    place: str
    name: str
    outcome: Outcome

    @property
    def id(self) -> str:
        """Return ``tests.test_a.test_x[1]``."""
        return f"{self.place}.{self.name}" if self.place else self.name


class NoResults(Exception):
    """Why these are no results; the text is for people."""


def read(content: bytes) -> tuple[Ran, ...]:
    """Return all tests in the file's order. Raises ``NoResults``."""
    # Only runs with a suite need them.
    from defusedxml.common import DefusedXmlException  # noqa: PLC0415
    from defusedxml.ElementTree import ParseError, fromstring  # noqa: PLC0415
    from junitparser import JUnitXml, JUnitXmlError, TestCase  # noqa: PLC0415

    if not content.strip():
        raise NoResults("the results are empty: the run ended before it wrote them")
    if len(content) > LARGEST:
        raise NoResults(f"the results have more than {LARGEST // 2**20} MiB: not read")
    try:
        root: Any = fromstring(content, forbid_dtd=True)
        JUnitXml.fromroot(root)  # is it JUnit's at all
        # Wherever they stand: a failed test that lies outside of every suite is a failed test.
        read_case: Callable[[Any], TestCase] = TestCase.fromelem
        return tuple(_tested(read_case(case)) for case in root.iter("testcase"))
    except DefusedXmlException:
        raise NoResults("the results hold a document type or entities, which no runner writes") from None
    except ParseError as error:
        if (documents := content.count(b"<?xml ")) > 1:
            whom = "by several runs, or by the code under test"
            raise NoResults(f"the results were written {documents} times, {whom}: one suite for each run") from None
        raise NoResults(f"the results are cut or no XML ({plain(str(error))})") from None
    except (JUnitXmlError, RecursionError, ValueError, LookupError):
        size = counted(len(content), "byte")
        raise NoResults(f"the results ({size}) are no JUnit XML, which begins with <testsuites>") from None


def of(tests: tuple[Ran, ...], outcome: Outcome) -> Iterator[str]:
    """Yield the ids of those with this outcome."""
    return (test.id for test in tests if test.outcome is outcome)


def _tested(case: "TestCase") -> Ran:
    from junitparser import Error, Failure  # noqa: PLC0415  as above

    bad = any(isinstance(result, (Failure, Error)) for result in case.result)
    outcome = Outcome.FAILED if bad else Outcome.SKIPPED if case.result else Outcome.PASSED
    return Ran(place=str(case.classname or ""), name=str(case.name or ""), outcome=outcome)
