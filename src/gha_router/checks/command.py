"""The check that runs something: command."""

import re
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from gha_router.checks.base import Check, CommandOutcome, CommandSpec, Sight, Tools, sight
from gha_router.checks.say import quoted
from gha_router.checks.spec import Params
from gha_router.claims.shell import runs_only_tests
from gha_router.records import CheckResult, CheckStatus, Evidence, OwnRun

TIME_LIMIT_S = 60.0
LONGEST_S = 6 * 3600.0  # as long as a job on a hosted runner may take
HIGHEST_EXIT = 255  # POSIX keeps eight bits of it

LINES = 5
SHOWN = 200  # characters
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)", re.DOTALL)  # ECMA-48
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(Check):
    """A command ends with the expected code, and prints what it should, in a copy of what the agent left."""

    kind: ClassVar = "command"
    summary: ClassVar = "a command ends with an exit code and prints a text, run in a clean copy without keys"
    parameters: ClassVar = {
        "run": "the command line, for the shell; the task's sealed folder is $CHECKS_DIR",
        "exit": "the exit code (default 0)",
        "stdout_contains": "a text that it prints",
        "time_limit_s": "seconds after which it is stopped and has failed (default 60)",
    }
    example: ClassVar = "command: {run: pytest -q, exit: 0, stdout_contains: passed, time_limit_s: 60}"
    short: ClassVar = "run"

    command: str
    exit_code: int
    stdout_contains: str | None
    time_limit_s: float

    @classmethod
    def read(cls, params: Params) -> Self:
        """Return the check of this command."""
        command = params.text("run")
        if "\0" in command:
            raise params.wrong("`run` holds a NUL character, which no command line can")
        code = params.maybe_whole("exit") or 0
        if code > HIGHEST_EXIT:
            raise params.wrong(f"`exit` is at most {HIGHEST_EXIT}, not {code}")
        limit = params.seconds("time_limit_s", default=TIME_LIMIT_S, largest=LONGEST_S)
        if not limit:
            raise params.wrong("`time_limit_s` must be more than 0")
        prints = params.maybe_text("stdout_contains")
        return cls(**params.common, command=command, exit_code=code, stdout_contains=prints, time_limit_s=limit)

    @property
    def expected(self) -> str:
        """The command, its exit code and its output."""
        prints = f" and prints {quoted(self.stdout_contains)}" if self.stdout_contains else ""
        return f"`{self.command}` ends with exit {self.exit_code}{prints}"

    @property
    def where(self) -> None:
        """No one file."""
        return

    async def run(self, evidence: Evidence, tools: Tools) -> CheckResult:  # noqa: ARG002 - the runner has the files
        """Run it with the runner that was handed in."""
        outcome = await tools.run(CommandSpec(command=self.command, time_limit_s=self.time_limit_s))
        return self.result(self._judge(outcome))

    def _judge(self, outcome: CommandOutcome) -> Sight:
        said = _said(outcome)
        if outcome.timed_out:
            return sight(holds=False, found=f"no end within {self.time_limit_s:g} s{said}")
        if outcome.exit_code is None:
            return Sight(status=CheckStatus.ERROR, found=f"it did not run{said}")
        printed = self.stdout_contains is None or self.stdout_contains in outcome.stdout
        missing = "" if printed else f", without {quoted(self.stdout_contains or '')} in its output"
        seen = sight(
            holds=outcome.exit_code == self.exit_code and printed,
            found=f"exit {outcome.exit_code} after {outcome.seconds:.1f} s{missing}{said}",
        )
        # Claims of passed tests are held against this run where its exit code is the tests' and the check's own answer.
        tells = (outcome.exit_code == 0) is (seen.status is CheckStatus.PASSED) and runs_only_tests(self.command)
        return replace(seen, tests=OwnRun(command=self.command)) if tells else seen


def _said(outcome: CommandOutcome) -> str:
    """Return the note and the last lines of the output, of both streams, for the end of a sentence."""
    note = f" ({outcome.note})" if outcome.note else ""
    lines = [*_last_lines(outcome.stdout), *_last_lines(outcome.stderr)][-LINES:]
    tail = " / ".join(lines)
    shown = tail if len(tail) <= SHOWN else f"…{tail[-SHOWN:]}"
    return f"{note}: {shown}" if shown else f"{note}, no output"


def _last_lines(output: str) -> list[str]:
    bare = _CONTROL.sub("", _ESCAPES.sub("", output[-20 * SHOWN :]))
    return [line.strip() for line in bare.split("\n") if line.strip()][-LINES:]
