"""Long work is seen while it goes on: a bar or a clock on a terminal, a line each elsewhere, folded in a job's log."""

import itertools
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from gha_router.cli.loudness import Loudness

T = TypeVar("T")


@contextmanager
def progress(
    what: str, total: int, line: Callable[[T], str], loudness: Loudness = Loudness.NORMAL
) -> Iterator[Callable[[T], None]]:
    """Yield what shows each that has ended, by its ``line``; ``what`` they are stands beside the bar."""
    if not total or loudness is Loudness.QUIET:
        yield lambda _one: None
        return
    console = _console()
    if not console.is_terminal:
        numbers = itertools.count(1)
        with _folded(what):
            yield lambda one: _tell(f"[{next(numbers):>{len(str(total))}}/{total}] {line(one)}")
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=total)

        def tick(one: T) -> None:
            bar.console.print(line(one), markup=False)
            bar.advance(task)

        yield tick


@contextmanager
def clock(loudness: Loudness) -> Iterator[Callable[[str], None]]:
    """Yield what tells a line; on a terminal the last one stands below, with the time since it was told."""
    console = _console()
    if loudness is Loudness.QUIET or not console.is_terminal:
        yield _nothing if loudness is Loudness.QUIET else _tell
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("begins", total=None)

        def tell(text: str) -> None:
            bar.console.print(text, markup=False)
            bar.reset(task, description=text.splitlines()[0], total=None)

        yield tell


def _console() -> Console:
    return Console(stderr=True, highlight=False, emoji=False)


def _nothing(_text: str) -> None:
    """Say nothing."""


@contextmanager
def _folded(title: str) -> Iterator[None]:
    """Fold what is told meanwhile, where the log is GitHub's."""
    if not os.environ.get("GITHUB_ACTIONS"):
        yield
        return
    _tell(f"::group::{title}")
    try:
        yield
    finally:
        _tell("::endgroup::")


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201  progress, beside the result
