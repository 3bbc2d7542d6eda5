"""Closes the runner's folders to everybody else while an agent runs.

The runner mounts workspace, home, temporary files, event and file commands into the container, open to all users in it.
What the agent needs it gets as a copy, so as root we take away the rights of "others" and give them back at the end.
It mounts the engine's socket as well: whoever may write to it is root of the machine, and on some runners all may. The
socket is the machine's, and its rights are not ours to change; the folder that it is mounted in is the container's.
"""

import os
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

FILES = ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE", "GITHUB_STEP_SUMMARY", "GITHUB_EVENT_PATH")
FOLDERS = ("GITHUB_WORKSPACE", "RUNNER_TEMP", "HOME")
ENGINE = "docker.sock"
MOUNTS = Path("/proc/self/mountinfo")


def folders_of(env: Mapping[str, str], mounts: Path = MOUNTS) -> tuple[Path, ...]:
    """Return the runner's folders that the environment names, and where the engine's socket is mounted, each once.

    Not the one that sandboxes are made in.
    """
    parents = (Path(env[name]).parent for name in FILES if env.get(name))
    named = (Path(env[name]) for name in FOLDERS if env.get(name))
    sandboxes = Path(tempfile.gettempdir()).resolve()
    found = dict.fromkeys(folder.resolve() for folder in (*parents, *named, *_of_engine(mounts)) if folder.is_dir())
    return tuple(folder for folder in found if not sandboxes.is_relative_to(folder))


def _of_engine(mounts: Path) -> tuple[Path, ...]:
    """Return the folders that an engine's socket is mounted in (proc(5), mountinfo: the fifth word is the place)."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()
    places = (Path(line.split(" ")[4]) for line in lines)
    return tuple(place.parent for place in places if place.name == ENGINE)


@contextmanager
def closed(folders: Iterable[Path]) -> Iterator[None]:
    """Keep others out of these folders as long as the context lasts; only root has somebody to keep out."""
    before: dict[Path, int] = {}
    try:
        for folder in folders if os.geteuid() == 0 else ():
            before[folder] = stat.S_IMODE(folder.stat().st_mode)
            folder.chmod(before[folder] & ~stat.S_IRWXO)
        yield
    finally:
        for folder, mode in before.items():
            folder.chmod(mode)
