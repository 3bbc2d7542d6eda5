"""One attempt's private place: the agent's copy of the workspace, its home, its temporary files, and who it is."""

import json
import os
import platform
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from gha_router.agent import launcher
from gha_router.agent.egress import Egress, program
from gha_router.agent.identity import NOBODY_ELSE, Identity, launcher_lock, lease, locked
from gha_router.agent.snapshot import quote
from gha_router.errors import InfrastructureError

PREFIX = "gha-router-"
SHARED = ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run/lock")  # noqa: S108  what others leave there is what this is about
# What a program may know of our environment. Everything else is named by whoever starts it.
ALLOWED = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TERM")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """Paths and identity of one attempt. ``root`` can be passed through by the program's user, not listed."""

    root: Path
    identity: Identity
    egress: Egress = Egress.OPEN

    @property
    def isolation(self) -> str:
        """Return the words for reports: ``none``, ``uid``, or ``uid + network`` where the way out is limited, too."""
        return f"{self.identity.isolation} + network" if self.egress is Egress.GATEWAY else self.identity.isolation

    @property
    def work(self) -> Path:
        """Return where the agent's copy of the workspace lies."""
        return self.root / "work"

    @property
    def home(self) -> Path:
        """Return the program's HOME."""
        return self.root / "home"

    @property
    def tmp(self) -> Path:
        """Return the program's TMPDIR."""
        return self.root / "tmp"

    @property
    def pid_file(self) -> Path:
        """Return where the launcher leaves its pid."""
        return self.root / "control" / "launcher.pid"

    @property
    def left_file(self) -> Path:
        """Return where the launcher names what the program has left running."""
        return self.root / "control" / "left.json"

    @property
    def lock_file(self) -> Path:
        """Return the file that is locked as long as the sandbox is in use."""
        return self.root / "control" / "lock"

    @property
    def launch_spec(self) -> Path:
        """Return where the launcher is told what to start."""
        return self.root / "control" / "launch.json"

    def environment(self, environ: Mapping[str, str], extra: Mapping[str, str]) -> dict[str, str]:
        """Return the whole environment of a program that runs here."""
        base = {name: environ[name] for name in ALLOWED if name in environ}
        own = {"HOME": str(self.home), "TMPDIR": str(self.tmp), "SHELL": "/bin/sh", "USER": "agent"}
        return {"PATH": os.defpath} | base | own | dict(extra)

    def forget_shared(self) -> tuple[str, ...]:
        """Remove what the program left beside its own folders, where it would reach the checks' commands; return it.

        They look for settings in the folders above theirs, and no list of changes shows what lies there.
        """
        return () if self.identity.uid is None else forget(self.identity.uid)

    def launcher(
        self,
        executable: Path,
        *,
        env: Mapping[str, str],
        pass_env: Sequence[str] = (),
        name: str | None = None,
        limits: Mapping[str, int] = MappingProxyType({}),
    ) -> Path:
        """Write and return an executable that starts another through the launcher with the arguments it gets.

        ``limits`` are those of getrlimit(2), by their names without ``RLIMIT_``.
        """
        spec = {
            "program": str(executable),
            "name": name or executable.name,
            "uid": self.identity.uid,
            "gid": self.identity.gid,
            "env": dict(env),
            "pass_env": list(pass_env),
            "pid_file": str(self.pid_file),
            "lock": None if self.identity.uid is None else str(launcher_lock(self.identity.uid)),
            "left_file": str(self.left_file),
            "filter": program(platform.machine()).hex() if self.egress is Egress.GATEWAY else None,
            "limits": dict(limits),
        }
        script = self.launch_spec.with_suffix("")
        self.launch_spec.write_text(json.dumps(spec), encoding="utf-8")
        command = [sys.executable, "-I", "-S", launcher.__file__, str(self.launch_spec)]
        quoted = " ".join("'" + part.replace("'", "'\\''") + "'" for part in command)
        script.write_text(f'#!/bin/sh\nexec {quoted} "$@"\n', encoding="utf-8")
        script.chmod(0o700)
        return script


@contextmanager
def sandbox(egress: Egress = Egress.OPEN) -> Iterator[Sandbox]:
    """Yield a fresh sandbox, whose programs may send where ``egress`` says.

    It is removed with everything in it, whoever owns it and whatever its modes. What a process of ours that was killed
    has left behind is removed first.
    """
    sweep(Path(tempfile.gettempdir()))
    with lease() as identity:
        root = Path(tempfile.mkdtemp(prefix=PREFIX))
        box = Sandbox(root=root, identity=identity, egress=egress)
        lock = None
        try:
            lock = _furnish(box)
            yield box
        finally:
            if identity.uid is not None:
                end_all_of(identity.uid)  # as the launcher does, unless it was killed
                forget(identity.uid)
            remove(root)
            if lock is not None:
                os.close(lock)


def _furnish(box: Sandbox) -> int:
    """Make the sandbox's folders; return the descriptor that holds its lock as long as it is open."""
    owner = box.identity.owner
    try:
        if owner:
            os.chown(box.root, -1, owner[1])  # others on the machine, other agents among them, do not get in
        box.root.chmod(0o710)
        box.pid_file.parent.mkdir(mode=0o700)
        fresh = box.pid_file.with_name("lock.new")
        lock = locked(fresh)
        fresh.rename(box.lock_file)  # under its own name it has been held all along
        for folder in (box.home, box.tmp):
            folder.mkdir(mode=0o700)
            if owner:
                os.chown(folder, *owner)
                _require_reachable(folder)
    except OSError as error:
        raise InfrastructureError(
            f"the sandbox cannot be made in {box.root.parent}: {error}",
            hint="As root, the rights to give files to another user are needed (CAP_CHOWN, CAP_SETUID, CAP_SETGID).",
        ) from error
    if lock is None:
        raise InfrastructureError(f"the sandbox {box.root} is in use by another process")
    return lock


def _require_reachable(folder: Path) -> None:
    """Refuse a temporary folder that another user cannot pass through; the sandbox's own root lets its group in."""
    for parent in folder.parents[1:]:
        if not parent.stat().st_mode & stat.S_IXOTH:
            raise InfrastructureError(
                f"the agent's user cannot pass through {parent}, where temporary files go",
                hint="Set TMPDIR to a folder that others may pass through, such as /tmp.",
            )


def end_all_of(uid: int) -> None:
    """End every process of a user that is leased for one attempt."""
    subprocess.run(["/bin/sh", "-c", "kill -KILL -1"], user=uid, group=uid, extra_groups=[], check=False)


def forget(uid: int) -> tuple[str, ...]:
    """Remove what a program left in the folders that all may write: the next one of that user would own it.

    Return the paths, of a folder only its own.

    Folders that others cannot pass through are passed over: it left nothing there, and there may be much in them.
    """
    shared = [folder for folder in SHARED if Path(folder).is_dir()]
    theirs = ["-uid", str(uid), "-prune", "-print0", "-exec", "rm", "-rf", "--", "{}", "+"]
    closed = ["-type", "d", "!", "-perm", "-001", "-prune"]
    command = ["find", *shared, "-xdev", *theirs, "-o", *closed]
    found = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
    return tuple(quote(os.fsdecode(path)) for path in found.split(b"\0") if path)


def sweep(folder: Path) -> None:
    """Remove the sandboxes of ours in a folder whose owner is gone: the kernel has released their locks."""
    for root in folder.glob(f"{PREFIX}*"):
        file = Sandbox(root=root, identity=NOBODY_ELSE).lock_file
        try:
            if root.lstat().st_uid != os.geteuid() or not file.is_file():
                continue
            lock = locked(file)
        except OSError:  # somebody else's, or removed meanwhile
            continue
        if lock is not None:
            remove(root)
            os.close(lock)


def remove(tree: Path) -> None:
    """Remove a tree, also where an agent took away the right to write in its folders; never follows a link.

    The system's own tools do it: ``shutil.rmtree`` calls itself for each level, and an agent can nest folders deeper
    than that goes.
    """
    if os.geteuid() != 0:
        subprocess.run(["chmod", "-R", "u+rwX", "--", tree], stderr=subprocess.DEVNULL, check=False)
    subprocess.run(["rm", "-rf", "--", tree], stderr=subprocess.DEVNULL, check=False)
