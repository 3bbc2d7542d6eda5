"""Several who are told the same."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TypeVar

from gha_router.records import Attempt, CheckResult, Decision, Receipt, Verdict
from gha_router.telemetry.silence import Telemetry

T = TypeVar("T")


class Together(Telemetry):
    """Tells each of its members, in their order."""

    def __init__(self, *members: Telemetry) -> None:
        self._members = members

    def run(self, run: str) -> AbstractContextManager[Callable[[Verdict], None]]:
        """Enclose a run, by its id."""
        return _all(member.run(run) for member in self._members)

    def step(self, step: str) -> AbstractContextManager[Callable[[Verdict], None]]:
        """Enclose a step, by its id."""
        return _all(member.step(step) for member in self._members)

    def attempt(self, number: int, decision: Decision) -> AbstractContextManager[Callable[[Attempt], None]]:
        """Enclose an attempt."""
        return _all(member.attempt(number, decision) for member in self._members)

    def requests(self, receipts: Iterable[Receipt]) -> None:
        """Tell what was asked of models."""
        known = tuple(receipts)
        for member in self._members:
            member.requests(known)

    def check(self, result: CheckResult, seconds: float) -> None:
        """Tell what a check found."""
        for member in self._members:
            member.check(result, seconds)


@contextmanager
def _all(contexts: Iterable[AbstractContextManager[Callable[[T], None]]]) -> Iterator[Callable[[T], None]]:
    with ExitStack() as stack:
        heard = [stack.enter_context(context) for context in contexts]

        def became(result: T) -> None:
            for one in heard:
                one(result)

        yield became
