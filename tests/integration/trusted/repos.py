"""Real repositories: an origin with a base commit and a pull request's head, checked out as actions/checkout does."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from gha_router.github.git import Git

GIT = Git(env=os.environ)
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to another user")
_ENV = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{who}_{what}": "t@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    **{f"GIT_{who}_DATE": "2026-01-02T03:04:05Z" for who in ("AUTHOR", "COMMITTER")},
}


def git(folder: Path, *arguments: str, given: bytes = b"") -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, env=_ENV, input=given, capture_output=True, check=True)
    return done.stdout.decode().strip()


def plant(root: Path, tree: dict[str, str]) -> None:
    """Write files; a content that begins with ``-> `` makes a link, one that begins with ``#!`` an executable file."""
    for path, content in tree.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if content.startswith("-> "):
            place.symlink_to(content.removeprefix("-> "))
        else:
            place.write_text(content, encoding="utf-8")
            place.chmod(0o755 if content.startswith("#!") else 0o644)


def read(root: Path) -> dict[str, str]:
    """Return what ``plant`` would have to be given; ``.git`` is left out."""
    found = (path for path in sorted(root.rglob("*")) if ".git" not in path.relative_to(root).parts)
    return {
        str(path.relative_to(root)): f"-> {path.readlink()}" if path.is_symlink() else path.read_text(encoding="utf-8")
        for path in found
        if path.is_symlink() or path.is_file()
    }


@dataclass(frozen=True, kw_only=True)
class World:
    """``origin`` is bare; ``work`` is where commits are made."""

    root: Path
    origin: Path
    work: Path

    def commit(self, tree: dict[str, str], *, without: tuple[str, ...] = ()) -> str:
        """Commit the last state with these files and without those; push it to its own branch."""
        for path in without:
            git(self.work, "rm", "-rq", "--", path)
        plant(self.work, tree)
        git(self.work, "add", "-A", "-f")
        return self.commit_index()

    def commit_index(self) -> str:
        git(self.work, "commit", "-q", "--allow-empty", "-m", "x")
        sha = git(self.work, "rev-parse", "HEAD")
        git(self.work, "push", "-q", "origin", f"HEAD:refs/heads/c-{sha[:12]}")
        return sha

    def shallow(self, sha: str, name: str = "ws") -> Path:
        """Check out one commit, depth 1, detached: the way of actions/checkout."""
        workspace = self.root / name
        workspace.mkdir()
        git(workspace, "init", "-q")
        git(workspace, "remote", "add", "origin", f"file://{self.origin}")
        git(workspace, "fetch", "-q", "--no-tags", "--depth=1", "origin", f"+{sha}:refs/remotes/pull/1/merge")
        git(workspace, "checkout", "-q", "--force", sha)
        return workspace


def new_world(root: Path) -> World:
    world = World(root=root, origin=root / "origin.git", work=root / "work")
    git(root, "init", "-q", "--bare", str(world.origin))
    git(root, "init", "-q", "-b", "main", str(world.work))
    git(world.work, "remote", "add", "origin", f"file://{world.origin}")
    return world
