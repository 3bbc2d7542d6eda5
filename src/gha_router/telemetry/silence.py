"""What can be told of a run, by somebody who keeps it to himself: what runs where no collector is configured."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager

from gha_router.records import Attempt, CheckResult, Decision, Receipt, Verdict


class Telemetry:
    """Is told when a run, its steps and their attempts begin and what became of them. This one tells nobody.

    Each is a context, entered inside the one that it belongs to; what it yields is called with the result, and is not
    called where there was none: an error has ended it.
    """

    def run(self, run: str) -> AbstractContextManager[Callable[[Verdict], None]]:  # noqa: ARG002  for who tells it
        """Enclose a run, by its id."""
        return _unheard()

    def step(self, step: str) -> AbstractContextManager[Callable[[Verdict], None]]:  # noqa: ARG002  as above
        """Enclose a step, by its id."""
        return _unheard()

    def attempt(
        self,
        number: int,  # noqa: ARG002  as above
        decision: Decision,  # noqa: ARG002  as above
    ) -> AbstractContextManager[Callable[[Attempt], None]]:
        """Enclose an attempt; ``number`` counts from 1."""
        return _unheard()

    def requests(self, receipts: Iterable[Receipt]) -> None:
        """Tell what was asked of models, after the fact."""

    def check(self, result: CheckResult, seconds: float) -> None:
        """Tell what a check found that has just ended, and how long it took."""


@contextmanager
def _unheard() -> Iterator[Callable[[object], None]]:
    yield lambda _result: None


SILENT = Telemetry()
