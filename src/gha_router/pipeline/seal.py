"""Takes a step's seal before its agent starts, and puts what is sealed into the clean copies in which checks run.

A seal is taken once for a step: retries and escalations are held against the same bytes.
"""

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from gha_router.agent import inside
from gha_router.agent.snapshot import opened, quote
from gha_router.agent.workspace import strip_config
from gha_router.checks.seal import EXECUTABLE, FILE, LINK, Act, Seal, SealedFile, digest_of, scope_of
from gha_router.errors import WorkspaceError
from gha_router.paths import any_matches
from gha_router.pipeline.plan import StepPlan
from gha_router.pipeline.traces import GIT

MAX_FILE = 8 * 1024 * 1024  # bytes of one file
MAX_ALL = 128 * 1024 * 1024  # bytes of all files of a seal
MODES = {FILE: 0o644, EXECUTABLE: 0o755}


class Origin(Protocol):
    """Where sealed files come from."""

    @property
    def name(self) -> str:
        """Return it in words, for people."""

    def files(self, wanted: Callable[[str], bool]) -> dict[str, SealedFile]:
        """Return the wanted files by path, as ``os`` functions spell it. Raises ``WorkspaceError``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder as it is now: the workspace before an agent has run, or a task's own."""

    root: Path
    name: str = "the workspace before the agent"

    def files(self, wanted: Callable[[str], bool]) -> dict[str, SealedFile]:
        """Return the wanted files and links of the folder; nothing is read through a link."""
        found, total = {}, 0
        for path in _below(self.root):
            if wanted(path) and (file := _read(self.root / path, path)):
                found[path] = file
                total += len(file.content)
                if total > MAX_ALL:
                    raise _too_large("the sealed files together", MAX_ALL)
        return found


def sealed(plan: StepPlan, origin: Origin, *, workspace: Path | None = None) -> StepPlan:
    """Return a step with its seal. To be called before any agent has run. Raises ``WorkspaceError``.

    ``workspace``: the checkout that the agent's copies are made of; its git configuration is sealed, too.
    """
    scope = scope_of(plan.checks, seal=plan.seal_globs, trust=plan.trust)
    files = origin.files(scope.wanted) if scope.steering or scope.seal else {}
    folder = Folder(root=plan.sealed).files(lambda _: True) if plan.sealed else {}
    seal = Seal(
        origin=f"{origin.name} and the task's folder" if folder else origin.name,
        digest=digest_of([list(plan.checks), list(plan.claims)], files, folder),
        scope=scope,
        files=files,
        folder=folder,
        git=git_settings(workspace) if workspace else {},
    )
    return replace(plan, seal=seal)


def all_sealed(plans: Iterable[StepPlan], origin: Origin, *, workspace: Path) -> tuple[StepPlan, ...]:
    """Return the steps of a run, each with its seal."""
    return tuple(sealed(plan, origin, workspace=workspace) for plan in plans)


def inherited(plan: StepPlan, earlier: Iterable[StepPlan], workspace: Path) -> StepPlan:
    """Return a step whose seal has, of what an earlier verified step was trusted to write, that step's version."""
    trust = tuple(glob for step in earlier for glob in step.trust)
    if plan.seal is None or not trust:
        return plan
    scope = plan.seal.scope
    written = Folder(root=workspace).files(lambda path: scope.wanted(path) and any_matches(trust, path))
    files = {path: file for path, file in plan.seal.files.items() if not any_matches(trust, path)} | written
    digest = digest_of([list(plan.checks), list(plan.claims)], files, plan.seal.folder)
    return replace(plan, seal=replace(plan.seal, files=files, digest=digest))


def apply(seal: Seal, copy: Path) -> tuple[str, ...]:
    """Make a clean copy as the seal has it; return the paths (as snapshots spell them) that were otherwise.

    To be called before anything runs in the copy. Nothing is read or written through a link.
    """
    with opened(copy) as top:
        done = []
        there = set(_found(top))
        for path in sorted(there | set(seal.files)):
            found = _sealable(top, path) if path in there and seal.scope.rule_of(path) else None
            act = seal.act(path, found)
            if act is Act.REMOVE:
                inside.remove(top, path)
            elif act is Act.PUT:
                _put(top, path, seal.files[path])
            if act is not Act.KEEP and "__pycache__" not in path:
                done.append(quote(path))
        if any(path == ".git" for path in os.listdir(top)):  # noqa: PTH208 - a Path cannot list a descriptor
            _put_git(top, seal.git)
    return tuple(done)


def write(files: Mapping[str, SealedFile], target: Path, *, owner: tuple[int, int] | None) -> None:
    """Write sealed files into a new folder that a command may read: ``$CHECKS_DIR``."""
    target.mkdir(mode=0o755)
    if owner:
        os.chown(target, *owner)
    with opened(target) as top:
        for path, file in files.items():
            _put(top, path, file)


def _put(top: int, path: str, file: SealedFile) -> None:
    if file.mode == LINK:
        inside.link(top, path, file.content)
    else:
        inside.put(top, path, file.content, mode=MODES[file.mode])


def _put_git(top: int, files: Mapping[str, SealedFile]) -> None:
    """Give git the settings that it had: others could name programs that a check's git then starts."""
    for name in GIT:
        path = f".git/{name}"
        if path in files:
            _put(top, path, files[path])
        else:
            inside.remove(top, path)


def git_settings(workspace: Path) -> dict[str, SealedFile]:
    """Return git's settings in a checkout, without credentials."""
    found = {}
    for name in GIT:
        file = _read(workspace / ".git" / name, f".git/{name}")
        if file is not None and file.mode != LINK:
            content = strip_config(file.content) if name.startswith("config") else file.content
            found[f".git/{name}"] = SealedFile(content=content, mode=FILE)
    return found


def _below(root: Path) -> Iterator[str]:
    """Yield the files and links below a folder; ``.git`` is left out at any depth."""
    for folder, names, files in os.walk(root):
        above = os.path.relpath(folder, root)
        prefix = "" if above == "." else f"{above}/"
        links = [name for name in names if os.path.islink(f"{folder}/{name}")]  # noqa: PTH114 - os.walk's own names
        names[:] = sorted(set(names) - {".git"} - set(links))
        yield from (f"{prefix}{name}" for name in (*files, *links))


def _found(top: int) -> Iterator[str]:
    """Yield the files and links of a copy; git's own are left out."""
    for folder, names, files, handle in os.fwalk(".", dir_fd=top, follow_symlinks=False):
        prefix = "" if folder == "." else f"{folder.removeprefix('./')}/"
        links = [name for name in names if stat.S_ISLNK(os.stat(name, dir_fd=handle, follow_symlinks=False).st_mode)]
        names[:] = sorted(set(names) - {".git"} - set(links))
        yield from (f"{prefix}{name}" for name in (*files, *links))


def _sealable(top: int, path: str) -> SealedFile:
    """Return what is at a path of a copy; what no seal can hold equals none that it holds."""
    with inside.parent(top, path) as (above, name):
        info = os.stat(name, dir_fd=above, follow_symlinks=False)
        if stat.S_ISLNK(info.st_mode):
            return SealedFile(content=os.fsencode(os.readlink(name, dir_fd=above)), mode=LINK)
    content = inside.read(top, path, MAX_FILE + 1)
    if content is None or len(content) > MAX_FILE:
        return SealedFile(content=b"", mode=0)
    return SealedFile(content=content, mode=EXECUTABLE if info.st_mode & stat.S_IXUSR else FILE)


def _read(file: Path, path: str) -> SealedFile | None:
    """Return a file or a link; ``None`` for what is neither. Nobody works in the folder yet."""
    try:
        info = file.lstat()
        if stat.S_ISLNK(info.st_mode):
            return SealedFile(content=os.fsencode(file.readlink()), mode=LINK)
        if not stat.S_ISREG(info.st_mode):
            return None
        if info.st_size > MAX_FILE:
            raise _too_large(quote(path), MAX_FILE)
        return SealedFile(content=file.read_bytes(), mode=EXECUTABLE if info.st_mode & stat.S_IXUSR else FILE)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise WorkspaceError(f"{quote(path)} cannot be sealed: {error.strerror}") from error


def _too_large(what: str, limit: int) -> WorkspaceError:
    hint = "Name fewer files in `seal`: those that the checks rest on, and no data."
    return WorkspaceError(f"{what} have more than {limit:,} bytes, and cannot be sealed", hint=hint)
