"""Who untrusted programs run as: a user of their own when we are root, ourselves when we are not."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gha_router.errors import InfrastructureError

# No distribution gives these to anybody: they lie above the 60,000 of useradd and below systemd's 61,184.
FIRST_UID = 60_600
COUNT = 501
LOCKS = Path("/run/gha-router/uids")


@dataclass(frozen=True, slots=True)
class Identity:
    """A user and group of its own, or ``None``: the one that we run as."""

    uid: int | None
    gid: int | None

    @property
    def isolation(self) -> str:
        """Return the word for reports: ``uid`` or ``none``."""
        return "none" if self.uid is None else "uid"

    @property
    def owner(self) -> tuple[int, int] | None:
        """Return who has to own what such a program may write."""
        return None if self.uid is None or self.gid is None else (self.uid, self.gid)


NOBODY_ELSE = Identity(None, None)


@contextmanager
def lease(locks: Path = LOCKS) -> Iterator[Identity]:
    """Yield an identity that nobody else on this machine uses as long as the context lasts.

    Two agents that run at once never share a user: each could read the other's key, and everything of a user is ended
    with its attempt. The lock of a process that was killed is released by the kernel, while its launcher may still be
    ending all of that user: as long as that runs, the user is nobody's. A container has locks of its own and the
    machine's users: it begins its search elsewhere, so that the machine does not end its agents.
    """
    if os.geteuid() != 0:
        yield NOBODY_ELSE
        return
    locks.mkdir(mode=0o700, parents=True, exist_ok=True)
    first = Path("/proc/self/ns/pid").stat().st_ino % COUNT
    for number in range(COUNT):
        uid = FIRST_UID + (first + number) % COUNT
        lock = locked(locks / str(uid))
        if lock is None:
            continue
        launcher = locked(launcher_lock(uid, locks))
        if launcher is None:
            os.close(lock)
            continue
        os.close(launcher)
        try:
            yield Identity(uid, uid)
        finally:
            os.close(lock)
        return
    raise InfrastructureError(
        f"all users from {FIRST_UID} to {FIRST_UID + COUNT - 1} are in use", hint="Run fewer trials at once (--jobs)."
    )


def launcher_lock(uid: int, locks: Path = LOCKS) -> Path:
    """Return the file that launchers of a user's programs keep locked (shared) until they have ended all of them."""
    return locks / f"{uid}.launcher"


def locked(file: Path) -> int | None:
    """Return a descriptor that holds the lock of this file, ``None`` when another process holds it."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
