"""Long work is seen while it goes on: a bar on a terminal, a line each elsewhere, folded in a job's log."""

import itertools
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

T = TypeVar("T")


@contextmanager
def progress(what: str, total: int, line: Callable[[T], str]) -> Iterator[Callable[[T], None]]:
    """Yield what shows each that has ended, by its ``line``; ``what`` they are stands beside the bar."""
    if not total:
        yield lambda _one: None
        return
    console = Console(stderr=True, highlight=False, emoji=False)
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
