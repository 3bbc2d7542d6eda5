"""Real folders for the tests of this room: written from plain data, and read back as snapshots."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gha_router.agent.carry import Carried, carry_back
from gha_router.agent.snapshot import compare, take
from gha_router.records import Snapshot

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to another user")
as_user = pytest.mark.skipif(os.geteuid() == 0, reason="root reads and writes everything")


def plant(root: Path, tree: dict[str, str]) -> Path:
    """Write files; a content that begins with ``-> `` makes a link, a path that ends in ``/`` a folder."""
    root.mkdir(parents=True, exist_ok=True)
    for path, content in tree.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if path.endswith("/"):
            place.mkdir(exist_ok=True)
        elif content.startswith("-> "):
            place.symlink_to(content.removeprefix("-> "))
        else:
            place.write_text(content, encoding="utf-8")
    return root


def shot(root: Path) -> Snapshot:
    return take(root, at=AT)


def carry(copy: Path, workspace: Path, before: Snapshot) -> Carried:
    """Take the copy as it is now for what the step left, and carry it."""
    after = shot(copy)
    return carry_back(copy, workspace, compare(before, after), before=before, after=after)


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """Make every write beyond ``size`` bytes of a file fail, as on a full disk; for root too."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
