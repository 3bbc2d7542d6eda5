"""The check that runs tests and reads what became of each: suite."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from gha_router.checks import junit
from gha_router.checks.base import ASKED, Check, CommandOutcome, CommandSpec, Sight, Tools, sight
from gha_router.checks.command import LONGEST_S, line_of
from gha_router.checks.junit import NoResults, Outcome, Ran
from gha_router.checks.output import disagreement, printed, said
from gha_router.checks.promised import promised
from gha_router.checks.runners import is_pytest, selects, summaries
from gha_router.checks.say import counted, some
from gha_router.checks.spec import Params
from gha_router.records import CheckResult, CheckStatus, Evidence, OwnRun

TIME_LIMIT_S = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite(Check):
    """Tests ran and passed, by their own results, by their runner's last words and by its exit code."""

    kind: ClassVar = "suite"
    summary: ClassVar = "tests run and pass in a clean copy: exit code, output and JUnit XML have to agree"
    parameters: ClassVar = {
        "run": "the command line, for the shell; the task's sealed folder is $CHECKS_DIR",
        "junit": "the file in which it leaves JUnit XML; pytest needs none, it is told a place",
        "min_tests": "how many tests pass at least (default 1)",
        "required": "tests that have to be among them, as `tests/test_a.py::test_x` or by the name in the XML",
        "allow_skipped": "whether other tests may be skipped or expected to fail (default false)",
        "time_limit_s": "seconds after which it is stopped and has failed (default 600)",
    }
    example: ClassVar = 'suite: {run: pytest -q tests, min_tests: 3, required: ["tests/test_a.py::test_x"]}'
    short: ClassVar = "run"

    command: str
    junit: str | None
    min_tests: int
    required_tests: tuple[str, ...]
    allow_skipped: bool
    time_limit_s: float

    @classmethod
    def read(cls, params: Params) -> Self:
        """Return the check of this suite."""
        command = line_of(params)
        written = params.path("junit") if params.present("junit") else None
        if written is None and not is_pytest(command):
            raise params.wrong("`junit` is missing: the file in which this command leaves JUnit XML")
        limit = params.seconds("time_limit_s", default=TIME_LIMIT_S, largest=LONGEST_S)
        if not limit:
            raise params.wrong("`time_limit_s` must be more than 0")
        least = params.maybe_whole("min_tests")
        if least == 0:
            raise params.wrong("`min_tests` is 1 or more: a suite without a test proves nothing")
        return cls(
            **params.common,
            command=command,
            junit=written,
            min_tests=least or 1,
            required_tests=params.texts("required"),
            allow_skipped=params.truth("allow_skipped", default=False),
            time_limit_s=limit,
        )

    @property
    def expected(self) -> str:
        """The command, how many tests, and which."""
        needed = f", {some(self.required_tests, 3)} among them" if self.required_tests else ""
        skipped = "" if self.allow_skipped else ", none skipped"
        return f"`{self.command}` ends with exit 0 and {counted(self.min_tests, 'test')} or more pass{skipped}{needed}"

    @property
    def line(self) -> str:
        """Its command line."""
        return self.command

    @property
    def where(self) -> str | None:
        """The file of its results."""
        return self.junit

    @property
    def results(self) -> str:
        """Where its results are taken from: pytest is asked for them unless its command line says where it puts them.

        A place of ours has the first word only once; a file in the workspace can be written again and again.
        """
        asked = self.junit is None or (is_pytest(self.command) and self.junit not in self.command)
        return ASKED if asked or self.junit is None else self.junit

    async def run(self, evidence: Evidence, tools: Tools) -> CheckResult:  # noqa: ARG002 - the runner has the files
        """Run it with the runner that was handed in."""
        spec = CommandSpec(command=self.command, time_limit_s=self.time_limit_s, results=self.results)
        outcome = await tools.run(spec)
        # In a thread: code under test may have written a million results.
        return self.result(await asyncio.to_thread(self._judge, outcome, tools))

    def _judge(self, outcome: CommandOutcome, tools: Tools) -> Sight:
        told = said(outcome)
        if outcome.timed_out:
            return sight(holds=False, found=f"no end within {self.time_limit_s:g} s{told}")
        if outcome.exit_code is None:
            return Sight(status=CheckStatus.ERROR, found=f"it did not run{told}")
        try:
            tests = _results(outcome)
        except NoResults as why:
            against = disagreement(outcome) or ""
            return sight(holds=False, found=f"exit {outcome.exit_code}{against}; {why}{told}")
        wrong = [*self._wrong_run(outcome, tests), *self._wrong_tests(tests), *self._missing(outcome, tests, tools)]
        count = f"{counted(len(tests), 'test')}, {sum(test.outcome is Outcome.PASSED for test in tests):,} passed"
        found = f"exit {outcome.exit_code} after {outcome.seconds:.1f} s: {count}"
        seen = sight(holds=not wrong, found="; ".join([found, *wrong]) + (told if wrong else _noted(outcome)))
        return replace(seen, tests=self._own_run(tests, wrong))

    def _own_run(self, tests: tuple[Ran, ...], wrong: Sequence[str]) -> OwnRun:
        """Return the run as claims of passed tests are held against; no numbers where they cannot be believed."""
        ended = Counter(test.outcome for test in tests)
        if wrong and not ended[Outcome.FAILED]:
            return OwnRun(command=self.command)
        numbers = {"passed": Outcome.PASSED, "failed": Outcome.FAILED, "skipped": Outcome.SKIPPED}
        return OwnRun(command=self.command, **{name: ended[outcome] for name, outcome in numbers.items()})

    def _wrong_run(self, outcome: CommandOutcome, tests: Sequence[Ran]) -> Iterator[str]:
        """Yield what is wrong with exit code and output."""
        if against := disagreement(outcome):
            yield against.removeprefix(", ")
        elif outcome.exit_code:
            yield "the exit code is not 0"
        passed = sum(test.outcome is Outcome.PASSED for test in tests)
        last = list(summaries(printed(outcome.stdout))) if is_pytest(self.command) else []
        if len(last) == 1 and last[0].passed < passed:
            yield f"the results show more passed than the output ({last[0].line.strip('= ')})"

    def _wrong_tests(self, tests: tuple[Ran, ...]) -> Iterator[str]:
        """Yield what is wrong with the tests that ran."""
        passed = list(junit.of(tests, Outcome.PASSED))
        if failed := list(junit.of(tests, Outcome.FAILED)):
            yield f"failed: {some(failed, 3)}"
        if len(passed) < self.min_tests:
            yield "no test ran" if not tests else f"only {len(passed):,} of {self.min_tests:,} passed"
        if not self.allow_skipped and (skipped := list(junit.of(tests, Outcome.SKIPPED))):
            yield f"skipped, which is not passed: {some(skipped, 3)} (`allow_skipped: true` if that is meant)"

    def _missing(self, outcome: CommandOutcome, tests: tuple[Ran, ...], tools: Tools) -> Iterator[str]:
        """Yield the tests that had to run and did not pass, or are not in the results."""
        for name in self.required_tests:
            found = [test for test in tests if _is(test, name)]
            if not found:
                yield f"required, and did not run: {name}"
            elif bad := dict.fromkeys(str(test.outcome) for test in found if test.outcome is not Outcome.PASSED):
                yield f"required, and {some(bad)}: {name}"
        whole = is_pytest(self.command) and not selects(self.command) and "deselected" not in outcome.stdout
        if whole and (lost := list(promised(tools.sealed, tests))):
            yield f"in a sealed file, and not in the results: {some(lost, 3)}"


def _results(outcome: CommandOutcome) -> tuple[Ran, ...]:
    if outcome.results is None:
        raise NoResults(f"no results: {outcome.no_results}")
    return junit.read(outcome.results)


def _is(test: Ran, name: str) -> bool:
    """Return whether a required test is this one: by pytest's name or the XML's, with or without its parameters."""
    path, *inner = name.split("::")
    dotted = ".".join([path.removesuffix(".py").removeprefix("./").replace("/", "."), *inner]) if inner else name
    bare = test.id.partition("[")[0]
    return dotted in {test.id, bare, f"{test.place}::{test.name}", f"{test.place} {test.name}"} or name == test.name


def _noted(outcome: CommandOutcome) -> str:
    return f" ({outcome.note})" if outcome.note else ""
