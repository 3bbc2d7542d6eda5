"""The place that pytest is told to write its results to: a named pipe, outside of the workspace.

What goes through a pipe cannot be taken back or written over by code that runs later in the same process: a second
writing comes behind the first, and the two together are no XML. As root the folder is ours, so that the pipe cannot be
replaced by a file either.
"""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from gha_router.agent.sandbox import Sandbox
from gha_router.checks.junit import LARGEST

CHUNK = 65_536  # bytes, as many as a pipe of Linux holds


@dataclass(slots=True)
class ResultsPipe:
    """A pipe with one reader."""

    path: Path
    content: bytearray = field(default_factory=bytearray)

    @classmethod
    def made(cls, box: Sandbox) -> "ResultsPipe":
        """Return a new pipe in a sandbox, which its user may write to."""
        folder = box.root / "results"
        folder.mkdir(mode=0o711)
        path = folder / f"{secrets.token_hex(8)}.xml"
        os.mkfifo(path, 0o600)
        path.chmod(0o622 if box.identity.owner else 0o600)
        return cls(path=path)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[None]:
        """Read as long as the context lasts, and what is left in the pipe at its end."""
        # Opened for writing as well: it never ends, whoever has come and gone at the other side.
        handle = os.open(self.path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
        loop = asyncio.get_running_loop()
        loop.add_reader(handle, self._drain, handle)
        try:
            yield
        finally:
            loop.remove_reader(handle)
            self._drain(handle)
            os.close(handle)

    def _drain(self, handle: int) -> None:
        """Take what is there. What is too much is read as well and not kept, so that nobody waits."""
        for _ in range(64):
            try:
                chunk = os.read(handle, CHUNK)
            except BlockingIOError:
                return
            self.content += chunk[: LARGEST + 1 - len(self.content)]

    def taken(self) -> tuple[bytes | None, str]:
        """Return the results; else why there are none."""
        why = "pytest wrote none: it ended early, did not run, or has a `--junitxml` of its own (then say `junit`)"
        return (bytes(self.content), why) if self.content else (None, why)
