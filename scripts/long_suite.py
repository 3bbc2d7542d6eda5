"""Write the workspaces of the suite `long` as archives: the same bytes of content at every run.

They are too large to be read in a review. What is in them is made here, by a generator seeded with the task's name.
"""

import io
import random
import sys
import tarfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

SUITE = Path(__file__).parents[1] / "src" / "gha_router" / "experiment" / "suites" / "long"
BEGIN = datetime(2025, 3, 1, tzinfo=UTC)
Files = dict[str, str]

SHELVES = tuple(f"{row}{number:02}" for row in "ABCDEFGH" for number in range(1, 31))
WRONG_LINE = 17_293
# Shares: of lines, of notes, and twice of clauses.
RECOUNTS, DECIDE, AMEND, WITHDRAW = 0.004, 0.3, 0.12, 0.03


def stock_log(made: random.Random) -> Files:
    """Return a log of 2 MB in which one line's stock does not follow from the lines before it."""
    return {
        "stock.log": "".join(f"{line}\n" for line in _movements(made, 33_000)),
        "README.md": (
            "# stock.log\n\n"
            "One movement a line: time, shelf, how many items came (+) or went (-), and the stock of the shelf "
            "after it.\n"
            "`recount` sets a shelf's stock to what was counted, whatever it was before. Each shelf begins with 0.\n"
        ),
    }


def _movements(made: random.Random, count: int) -> Iterator[str]:
    stock = dict.fromkeys(SHELVES, 0)
    for number in range(1, count + 1):
        at = (BEGIN + timedelta(seconds=31 * number + made.randrange(20))).strftime("%Y-%m-%dT%H:%M:%SZ")
        shelf = made.choice(SHELVES)
        if number == WRONG_LINE:
            stock[shelf] += 8
            yield f"{at} shelf={shelf} move=+5 stock={stock[shelf]} by=conveyor-2"
        elif made.random() < RECOUNTS:
            stock[shelf] = max(0, stock[shelf] + made.choice((-3, -2, -1, 1, 2)))
            yield f"{at} shelf={shelf} recount stock={stock[shelf]} by=worker-{made.randrange(1, 9)}"
        else:
            move = made.randrange(-min(stock[shelf], 9), 10) or 1
            stock[shelf] += move
            yield f"{at} shelf={shelf} move={move:+} stock={stock[shelf]} by=conveyor-{made.randrange(1, 5)}"


PROJECTS = ("Amber", "Birch", "Cedar", "Dune", "Ember", "Fjord", "Grove", "Harbor", "Iris", "Juniper", "Kelp", "Lotus")
PEOPLE = ("Aoki", "Baker", "Chen", "Diaz", "Endo", "Fischer", "Garcia", "Honda", "Ito", "Jansen")
TALK = (
    "We went through the open points of last week; most of them are still open.",
    "The numbers of the last quarter were shown again, since two of us had missed them.",
    "{person} asked whether {project} could wait until the budget is settled. Nobody knew.",
    "{person} would like to own {project} one day; that was noted, and nothing was decided.",
    "先週の宿題を確認しました。ほとんどがまだ残っています。",
    "{person} さんが {project} の担当を希望していますが、今回は決めませんでした。",
    "The room was cold. Facilities will be told.",
    "It was proposed to give {project} to {person}; the proposal was withdrawn.",
)
DECISIONS = (
    "Decision: {person} owns {project} from now on.",
    "Decided: {project} goes to {person}.",
    "決定: {project} の担当は {person} さんになりました。",
)


def meeting_notes(made: random.Random) -> Files:
    """Return 400 notes, of which some decide who owns a project; later notes win, whatever their file is called."""
    files = {}
    days = made.sample(range(900), 400)
    for number in range(1, 401):
        day = (BEGIN + timedelta(days=days[number - 1])).strftime("%Y-%m-%d")
        lines = [f"# Notes {number}", "", f"Date: {day}", f"Present: {', '.join(sorted(made.sample(PEOPLE, 4)))}", ""]
        lines += [_filled(made, made.choice(TALK)) for _ in range(made.randrange(8, 25))]
        if made.random() < DECIDE:
            lines.insert(made.randrange(5, len(lines)), _filled(made, made.choice(DECISIONS)))
        files[f"notes/{number:03}.md"] = "\n".join(lines) + "\n"
    return files


def _filled(made: random.Random, text: str) -> str:
    return text.format(person=made.choice(PEOPLE), project=made.choice(PROJECTS))


THINGS = ("a connection", "a session", "a retry", "an upload", "a lease", "a token", "a batch", "a heartbeat", "a lock")
LIMITS = ("at most {n} seconds", "no more than {n} attempts", "at least {n} bytes", "{n} of its kind at a time")
WHY = (
    "Operators have asked for this since the first release, and the reasons have not changed.",
    "What happens beyond this limit is left to the implementation, which has to log it.",
    "A test of this requirement needs a clock that can be set.",
    "The value was found by measuring, and may be revised by a later clause.",
)


def specification(made: random.Random) -> Files:
    """Return a document of about 600 kB: requirements, and clauses far behind them that change some again."""
    lines = ["# Protocol specification", ""]
    known: list[str] = []
    for chapter in range(1, 61):
        lines += [f"## {chapter} Chapter {chapter}", ""]
        for clause in range(1, 46):
            name = f"{chapter}.{clause}"
            if known and made.random() < AMEND:
                lines.append(f"{name} In clause {made.choice(known)} the number is {made.randrange(2, 5000)} instead.")
            elif known and made.random() < WITHDRAW:
                lines.append(f"{name} Clause {made.choice(known)} is withdrawn.")
            else:
                limit = made.choice(LIMITS).format(n=made.randrange(2, 5000))
                lines.append(f"{name} For {made.choice(THINGS)} the limit is {limit}.")
                known.append(name)
            lines += ["", *made.sample(WHY, 2), ""]
    return {"specification.md": "\n".join(lines) + "\n"}


MAKERS: Mapping[str, Callable[[random.Random], Files]] = MappingProxyType(
    {"contradicting-line": stock_log, "four-hundred-notes": meeting_notes, "amended-clauses": specification}
)


def files_of(task: str) -> Files:
    """Return what is in a task's workspace, by path."""
    return MAKERS[task](random.Random(task))  # noqa: S311 - nothing secret


def main() -> None:
    """Write the archives."""
    for task in MAKERS:
        target = SUITE / task / "workspace.tar.xz"
        target.parent.mkdir(parents=True, exist_ok=True)
        with tarfile.open(target, "w:xz", preset=9, format=tarfile.PAX_FORMAT) as archive:
            for path, text in sorted(files_of(task).items()):
                content = text.encode()
                info = tarfile.TarInfo(path)
                info.size, info.mtime = len(content), int(BEGIN.timestamp())
                archive.addfile(info, io.BytesIO(content))
        sys.stdout.write(f"{target}: {target.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
