"""What runners of tests are called, which tests a command line names, and what their last lines say of the outcome."""

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gha_router.checks.steering import is_test

# The names of programs that run tests, or run what runs them.
RUNNERS = frozenset(
    {
        *("pytest", "py.test", "unittest", "tox", "nox", "jest", "vitest", "mocha", "ava", "karma", "playwright"),
        *("npm", "pnpm", "yarn", "make", "just", "gotestsum", "rspec", "trial", "nose2"),
    }
)
SUBCOMMANDS = {"go": "test", "cargo": "test", "node": "--test", "bun": "test", "deno": "test", "dotnet": "test"}
_MODULE = re.compile(r"\bpython[0-9.]*\s(?:[^;&|]*?\s)?-m\s")
_SELECTS = re.compile(
    r"(?:^|\s)(?:-[a-zA-Z]*[km]\b|--(?:deselect|ignore|ignore-glob|lf|last-failed|ff|sw|stepwise)\b)|::"
)
ALL = ""


def words_of(line: str) -> list[str]:
    """Return the words of a shell's command line, as far as it can be told without a shell."""
    try:
        return shlex.split(line, comments=True)
    except ValueError:
        return line.split()


def is_pytest(line: str) -> bool:
    """Return whether a command line names pytest."""
    return any(word.rpartition("/")[2] in {"pytest", "py.test"} for word in words_of(line))


def names_python_module(line: str) -> bool:
    """Return whether Python is told to look for a module, which it then does in the working folder first."""
    return _MODULE.search(line) is not None


def selects(line: str) -> bool:
    """Return whether pytest is told to run a part of the tests in the files that it is given."""
    return _SELECTS.search(_MODULE.sub("", line)) is not None


def places_of(line: str) -> tuple[str, ...]:
    """Return the folders and files whose tests a command line runs; ``ALL`` for a runner that is given none."""
    words = words_of(line)
    known = any(word.rpartition("/")[2] in RUNNERS for word in words) or any(
        SUBCOMMANDS.get(one) == two for one, two in pairwise(words)
    )
    paths = [word.partition("::")[0] for word in words[1:] if not word.startswith("-")]
    named = [path for path in paths if ("/" in path or is_test(path)) and path.rpartition("/")[2] not in RUNNERS]
    places = (path.removeprefix("./").rstrip("/").removesuffix("...").rstrip("/") for path in named)
    return tuple(dict.fromkeys(places)) or ((ALL,) if known else ())


@dataclass(frozen=True, slots=True)
class Summary:
    """A runner's own last word: how many tests passed, how many did not."""

    passed: int
    failed: int
    skipped: int
    line: str


_COUNT = re.compile(r"([0-9]{1,9}) ([a-z]+)")
_PYTEST = re.compile(
    r"=* ?(?P<counts>no tests ran|[0-9]+ [a-z]+(?: [a-z]+)?(?:, [0-9]+ [a-z]+(?: [a-z]+)?)*)"
    r" in [0-9.]+s(?: \([0-9:]+\))? ?=*"
)
_JEST = re.compile(r"Tests:? +(?P<counts>[0-9]+ [a-z]+(?:(?:, | \| )[0-9]+ [a-z]+)*)(?:, [0-9]+ total| \([0-9]+\))?")
_CARGO = re.compile(r"test result: \S+ (?P<counts>[0-9]+ passed; [0-9]+ failed; [0-9]+ ignored).*")
_MOCHA = re.compile(r"(?P<counts>[0-9]+ (?:passing|failing|pending))(?: \([0-9.]+m?s\))?")
_TAP = re.compile(r"[#\u2139] (?P<what>pass|fail) (?P<count>[0-9]+)")
_UNITTEST = re.compile(r"FAILED \((?P<counts>(?:[a-z ]+=[0-9]+(?:, )?)+)\)")
_GO = re.compile(r"--- FAIL: \S+ \([0-9.]+s\)|FAIL\t\S+\t(?:[0-9.]+s|\[.*\])")
_BROKEN = re.compile(r"INTERNALERROR> .*")
_PASSED = {"passed", "passing", "pass", "xpassed"}
_FAILED = {"failed", "failing", "fail", "error", "errors", "failures"}
_SKIPPED = {"skipped", "xfailed", "pending", "ignored", "todo"}
_CLAIM = re.compile(
    r"(?i)\b(?:all (?:[0-9]+ |the )?(?:tests? |checks? )?(?:passed|pass|ok|green|successful)|[0-9]+ passed|"
    r"tests? passed|build succeeded|success)\b"
)


def summaries(lines: Sequence[str]) -> Iterator[Summary]:
    """Yield what runners of tests say at their end, recognised by the whole line."""
    for line in lines:
        if found := next(filter(None, (form.fullmatch(line) for form in (_PYTEST, _JEST, _CARGO, _MOCHA))), None):
            yield _summary(line, [(int(count), word) for count, word in _COUNT.findall(found["counts"])])
        elif found := _TAP.fullmatch(line):
            yield _summary(line, [(int(found["count"]), found["what"])])
        elif found := _UNITTEST.fullmatch(line):
            yield _summary(line, [(int(count), word) for word, count in re.findall(r"([a-z]+)=([0-9]+)", line)])
        elif _GO.fullmatch(line) or _BROKEN.fullmatch(line):
            yield Summary(0, 1, 0, line)


def boast(lines: Sequence[str]) -> str | None:
    """Return the last line that says that everything is well, ``None`` when none does."""
    return next((line for line in reversed(lines) if _CLAIM.search(line)), None)


def failure(lines: Sequence[str]) -> str | None:
    """Return the line in which a runner says that tests failed, ``None`` when none does."""
    return next((summary.line for summary in summaries(lines) if summary.failed), None)


def _summary(line: str, counts: Sequence[tuple[int, str]]) -> Summary:
    def total(words: set[str]) -> int:
        return sum(count for count, word in counts if word in words)

    return Summary(total(_PASSED), total(_FAILED), total(_SKIPPED), line)
