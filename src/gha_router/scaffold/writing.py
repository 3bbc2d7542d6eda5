"""Files are written once: what is there is somebody's work."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from gha_router.errors import UsageError


class Fate(StrEnum):
    """What became of a file."""

    WRITTEN = "written"
    KEPT = "kept, as it is there already"
    SAME = "there already, the same"
    WOULD_BE_WRITTEN = "would be written"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A file's path in the repository, its text and what became of it."""

    path: str
    text: str
    fate: Fate


def write(root: Path, files: Iterable[tuple[str, str]], *, dry_run: bool = False) -> Iterator[Outcome]:
    """Write what is not there yet, and yield each file. Raises ``UsageError`` where one cannot be written.

    Nothing is written through a symbolic link, be it the file or a folder above it: it could lead elsewhere.
    """
    whole = list(files)
    for path, _ in whole:  # before the first is written
        _refuse_links(root, path)
    for path, text in whole:
        yield Outcome(path, text, _write(root, path, text, dry_run=dry_run))


def _refuse_links(root: Path, path: str) -> None:
    for folder in (root / path).relative_to(root).parents:
        if (root / folder).is_symlink():
            raise UsageError(f"{folder} is a symbolic link", hint="Nothing is written through one. Make it a folder.")


def _write(root: Path, path: str, text: str, *, dry_run: bool) -> Fate:
    place = root / path
    if os.path.lexists(place):
        return Fate.SAME if _holds(place, text) else Fate.KEPT
    if dry_run:
        return Fate.WOULD_BE_WRITTEN
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        hint = "Its folder has to be one that you may write to."
        raise UsageError(f"{place} cannot be written: {error.strerror}", hint=hint) from None
    return Fate.WRITTEN


def _holds(place: Path, text: str) -> bool:
    try:
        return place.read_bytes() == text.encode()
    except OSError:
        return False
