"""What a command printed: its last lines for people, and whether they agree with its exit code."""

import re

from gha_router.checks.base import CommandOutcome
from gha_router.checks.runners import boast, failure
from gha_router.checks.say import quoted

LINES = 5
SHOWN = 200  # characters
LOOKED_AT = 100_000  # characters of each stream, from its end
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)", re.DOTALL)  # ECMA-48
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def said(outcome: CommandOutcome) -> str:
    """Return the note and the last lines of the output, of both streams, for the end of a sentence."""
    note = f" ({outcome.note})" if outcome.note else ""
    lines = [*printed(outcome.stdout)[-LINES:], *printed(outcome.stderr)[-LINES:]][-LINES:]
    tail = " / ".join(lines)
    shown = tail if len(tail) <= SHOWN else f"…{tail[-SHOWN:]}"
    return f"{note}: {shown}" if shown else f"{note}, no output"


def disagreement(outcome: CommandOutcome) -> str | None:
    """Return how output and exit code contradict each other, for the middle of a sentence; ``None``: they do not.

    Whoever writes the tests' code writes their output, too. A failure's text is believed against a good exit code when
    it is a runner's own last word, and a success's text never.
    """
    lines = [*printed(outcome.stdout), *printed(outcome.stderr)]
    if outcome.exit_code == 0:
        against = failure(lines) or _traceback(outcome)
        return f", although its output says {quoted(against)}: one of the two is not true" if against else None
    against = boast(lines)
    return f", although its output says {quoted(against)}: the exit code counts, not the text" if against else None


def printed(output: str) -> list[str]:
    """Return the lines at the end of an output that hold something, as a reader sees them."""
    bare = _CONTROL.sub("", _ESCAPES.sub("", output[-LOOKED_AT:].replace("\r\n", "\n")))
    return [line.strip() for line in bare.split("\n") if line.strip()]


def _traceback(outcome: CommandOutcome) -> str | None:
    """Return the error that a program of Python's ended with, by the last lines that it wrote to stderr."""
    lines = [line for line in outcome.stderr[-LOOKED_AT:].splitlines() if line.strip()]
    begins = [at for at, line in enumerate(lines) if line.startswith("Traceback (most recent call last):")]
    if not begins or not re.match(r"[A-Za-z_][\w.]*(?:Error|Exception|Exit|Interrupt)\b", lines[-1]):
        return None
    inner = lines[begins[-1] + 1 : -1]
    return lines[-1] if all(line.startswith(" ") for line in inner) else None
