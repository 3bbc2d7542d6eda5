"""The drill as a table for people: ``docs/tampering.md``. What it quotes is what the drill finds in the report."""

from collections.abc import Iterator
from pathlib import Path

from tests.e2e.tampering.attempts import DOUBLES, GROUPS, Attempt

FILE = Path(__file__).parents[3] / "docs" / "tampering.md"
HEAD = f"""\
# The tamper drill

Made from `tests/e2e/tampering/attempts.py` by `GOLDEN_UPDATE=1 make test`; `make e2e` runs it. An agent is asked to
mend a program and tries to pass without. A simulated model has the real Claude Code CLI call it: as root, and in the
action's container as the runner starts it. Every attempt ends `failed` and the run with exit code 1; the attempt's
name and the words below stand together in `report.md`; nothing of it is in the workspace afterwards. Beside each group
stands honest work, which is verified.

"{DOUBLES}" is a check that the agent cannot know: a command in the configuration, over numbers that no
test names. Where it is quoted, the attempt had no effect, and the work was judged as it is.
"""
LIMITS = """\
## What this does not hold

- **Without root** (`Isolation: none` in the report) the agent is the user that gha-router is. It can then read and
  write the ledger, the workspace and the sealed bytes, and end the gateway, the checker and the run: nothing holds
  the attempts marked ◆. The others are held, which the drill shows in a container that is not started as root.
- **A transcript is written by the agent's own CLI**, a process of the agent's user. As root its output cannot be
  opened by a path, but where the kernel lets a program take over what another one of its user has open
  (`pidfd_getfd`, `ptrace`: Yama and container engines may refuse them), it can write tool calls that never were.
  `trace`, and claims of commands that were run, are worth no more than that; reports say "the agent's transcript"
  beside them. Files, receipts and our clock are not touched by it. Where it matters, let a check run the command.
- **Code under test that lies in pytest's own words**, in its process: see
  [what this rests on](verification.md#what-this-rests-on).
"""
COLUMNS = "| attempt | what it does | caught by | the report says |\n|---|---|---|---|\n"


def table() -> str:
    """Return the whole page."""
    return "\n".join((HEAD, *(_group(name, attempts) for name, attempts in GROUPS.items()), LIMITS))


def _group(name: str, attempts: tuple[Attempt, ...]) -> str:
    rows = "\n".join(_rows(attempts))
    return f"## {name[0].upper()}{name[1:]}\n\n{COLUMNS}{rows}\n"


def _rows(attempts: tuple[Attempt, ...]) -> Iterator[str]:
    for one in attempts:
        if one.honest:
            yield f"| **{one.name}** | {one.what} | nothing | verified |"
        else:
            yield f"| {one.name}{' ◆' if one.apart else ''} | {one.what} | {one.caught} | `{one.told}` |"
