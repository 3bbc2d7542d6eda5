"""Where a run took place, for the small line under its report: the only addresses in a report that are links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gha_router.records import RunResult
from gha_router.report.view import Line, Word

SHORT = 7  # characters of a commit, as GitHub shows it
_URL = re.compile(r"https?://[\w.-]+(?::\d+)?(?:/[\w./~-]*)?", re.ASCII)  # nothing that ends a Markdown link


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a run took place. ``None`` or empty: it is not known, or there is none, as on a laptop."""

    repository_url: str | None = None  # https://github.com/owner/name
    commit: str | None = None
    base: str | None = None  # the commit whose checks were sealed
    run: str | None = None  # the number in the address of the run's page
    replies: bool = False  # it is a comment, where `/route help` is answered


NOWHERE = Origin()


def footer(result: RunResult, origin: Origin) -> Iterator[Line]:
    """Yield the parts of the line: commit, run, isolation, what sealed the checks, who helps."""
    yield from place(origin)
    yield (Word(text=f"isolation: {result.isolation}"),)
    if origin.base:
        yield (Word(text="checks sealed from base "), _commit(origin.base, origin))
    elif any(attempt.checks for step in result.steps for attempt in step.attempts):
        yield (Word(text="checks sealed before the agent began"),)
    if origin.replies:
        yield (Word(text="updated with each run"),)
        yield (Word(text="`/route help`", ours=True),)


def place(origin: Origin) -> Iterator[Line]:
    """Yield the commit and the run."""
    if origin.commit:
        yield (Word(text="Commit "), _commit(origin.commit, origin))
    if origin.run:
        yield (Word(text="run "), Word(text=origin.run, url=_url(origin, f"actions/runs/{origin.run}")))


def run_link(origin: Origin) -> str | None:
    """Return the address of the run's page."""
    return _url(origin, f"actions/runs/{origin.run}") if origin.run else None


def _commit(sha: str, origin: Origin) -> Word:
    return Word(text=sha[:SHORT], url=_url(origin, f"commit/{sha}"))


def _url(origin: Origin, path: str) -> str | None:
    """Return an address in the repository, ``None`` where it would not be one in any Markdown."""
    whole = f"{origin.repository_url}/{path}"
    return whole if origin.repository_url and _URL.fullmatch(whole) else None
