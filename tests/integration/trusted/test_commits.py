"""Commits in a clean clone, pushed over real HTTP to a bare repository."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from gha_router.errors import InfrastructureError, UsageError, WorkspaceError
from gha_router.github.commits import Author, Clone, Commit, Remote, Source, cloned
from tests.git_server import TOKEN, GitServer, serving
from tests.integration.trusted.repos import World, git, plant

BOT = Author(name="claude[bot]", id="41898282")
BASE = {"a.txt": "a\n", "gone.txt": "x\n", "run.sh": "#!/bin/sh\n", ".gitignore": "*.log\nbuild/\n", "lib/b.txt": "b\n"}


@dataclass(frozen=True, kw_only=True)
class Site:
    world: World
    server: GitServer
    base: str
    work: Path  # what a run left in the workspace

    @property
    def remote(self) -> Remote:
        return Remote(url=f"{self.server.url}/origin.git", token=TOKEN)

    def source(self, *paths: str) -> Source:
        return Source(folder=self.work, paths=frozenset(paths))

    def at(self, branch: str) -> str:
        return git(self.world.origin, "rev-parse", f"refs/heads/{branch}")


@pytest.fixture
def site(world: World) -> Iterator[Site]:
    git(world.origin, "config", "uploadpack.allowAnySHA1InWant", "true")
    git(world.origin, "config", "http.receivepack", "true")
    base = world.commit(BASE)
    git(world.origin, "branch", "main", base)
    with serving(world.root) as server:
        yield Site(world=world, server=server, base=base, work=world.shallow(base))


def made(site: Site, *sources: Source, branch: str = "made", at: str | None = None) -> Commit | None:
    with cloned(site.remote, site.base, BOT, os.environ) as clone:
        commit = clone.commit(sources, "Verified by gha-router: fix\n")
        if commit:
            clone.push(commit, branch, at=at)
    return commit


def tree(site: Site, branch: str) -> set[str]:
    return set(git(site.world.origin, "ls-tree", "-r", "--format=%(objectmode) %(path)", branch).split("\n"))


def test_what_was_changed_is_one_commit_on_the_parent(site: Site) -> None:
    plant(site.work, {"a.txt": "changed\n", "new/c.sh": "#!/bin/sh\n", "new/link": "-> ../a.txt"})
    (site.work / "gone.txt").unlink()
    done = made(site, site.source("a.txt", "new/c.sh", "new/link", "gone.txt"))
    assert done is not None
    assert site.at("made") == done.sha
    assert git(site.world.origin, "rev-parse", "made^") == site.base
    assert tree(site, "made") == {
        *("100644 .gitignore", "100644 a.txt", "100644 lib/b.txt", "100755 run.sh"),
        *("100755 new/c.sh", "120000 new/link"),
    }
    assert git(site.world.origin, "log", "-1", "--format=%an|%ae|%B", "made").strip() == (
        "claude[bot]|41898282+claude[bot]@users.noreply.github.com|Verified by gha-router: fix"
    )


def test_only_the_named_paths_are_committed(site: Site) -> None:
    plant(site.work, {"a.txt": "changed\n", "lib/b.txt": "dirty before the run\n", "stray.txt": "x\n"})
    made(site, site.source("a.txt"))
    assert git(site.world.origin, "diff", "--name-only", site.base, "made") == "a.txt"


def test_what_the_repository_ignores_stays_out_and_is_named(site: Site) -> None:
    plant(site.work, {"a.txt": "changed\n", "x.log": "x\n", "build/y": "y\n"})
    done = made(site, site.source("a.txt", "x.log", "build/y"))
    assert done is not None
    assert done.ignored == ("build/y", "x.log")
    assert git(site.world.origin, "diff", "--name-only", site.base, "made") == "a.txt"


def test_nothing_changed_is_no_commit(site: Site) -> None:
    assert made(site, site.source("a.txt")) is None
    assert made(site) is None


def test_a_branch_that_still_stands_where_it_was_moves_on(site: Site) -> None:
    plant(site.work, {"a.txt": "changed\n"})
    done = made(site, site.source("a.txt"), branch="main", at=site.base)
    assert done is not None
    assert site.at("main") == done.sha


def test_a_branch_that_has_moved_is_left_alone(site: Site) -> None:
    moved = site.world.commit({"other.txt": "x\n"})
    git(site.world.origin, "branch", "-f", "main", moved)
    plant(site.work, {"a.txt": "changed\n"})
    with pytest.raises(InfrastructureError, match="moved since the run began"):
        made(site, site.source("a.txt"), branch="main", at=site.base)
    assert site.at("main") == moved


def test_a_new_branch_never_replaces_one_of_that_name(site: Site) -> None:
    plant(site.work, {"a.txt": "changed\n"})
    with pytest.raises(InfrastructureError, match="nothing was pushed to main"):
        made(site, site.source("a.txt"), branch="main")
    assert site.at("main") == site.base


@pytest.mark.parametrize("branch", ["a..b", "-x", "a b", "x.lock", "", "a\nb", "@{1}"])
def test_a_name_that_no_branch_can_have_is_refused(site: Site, branch: str) -> None:
    plant(site.work, {"a.txt": "changed\n"})
    with pytest.raises(UsageError, match="cannot be the name of a branch"):
        made(site, site.source("a.txt"), branch=branch)


@pytest.mark.parametrize(
    ("path", "content", "why"),
    [
        (".github/workflows/x.yml", "on: push\n", "protected by .github"),
        ("out", "-> ../../etc/passwd", "a link that leaves the workspace"),
        ("hooks", "-> .git/hooks", "a link into git's own files"),
    ],
)
def test_what_may_not_be_carried_may_not_be_committed(site: Site, path: str, content: str, why: str) -> None:
    plant(site.work, {"a.txt": "changed\n", path: content})
    with pytest.raises(WorkspaceError, match=why):
        made(site, site.source("a.txt", path))
    assert "made" not in git(site.world.origin, "branch", "--list", "made")


def test_a_filter_named_by_attributes_is_refused_not_run(site: Site) -> None:
    plant(site.work, {".gitattributes": "*.bin filter=lfs\n", "x.bin": "big\n"})
    with pytest.raises(WorkspaceError, match=r"x\.bin: \.gitattributes gives it a filter"):
        made(site, site.source(".gitattributes", "x.bin"))


def test_hooks_and_settings_of_the_workspace_are_never_read(site: Site, tmp_path: Path) -> None:
    flag = tmp_path / "ran"
    for hook in ("pre-commit", "pre-push", "post-commit", "reference-transaction", "fsmonitor"):
        plant(site.work, {f".git/hooks/{hook}": f"#!/bin/sh\ntouch {flag}\n"})
    git(site.work, "config", "core.fsmonitor", str(site.work / ".git/hooks/fsmonitor"))
    git(site.work, "config", "filter.x.clean", f"touch {flag}")
    plant(site.work, {"a.txt": "changed\n"})
    assert made(site, site.source("a.txt"))
    assert not flag.exists()


def test_files_kept_from_an_attempt_lie_over_what_was_carried(site: Site, tmp_path: Path) -> None:
    plant(site.work, {"a.txt": "carried\n", "lib/b.txt": "carried\n"})
    kept = tmp_path / "kept"
    plant(kept, {"lib/b.txt": "kept\n"})
    made(
        site,
        site.source("a.txt", "lib/b.txt"),
        Source(folder=kept, paths=frozenset({"lib/b.txt", "gone.txt"}), gone=frozenset({"gone.txt"})),
    )
    assert git(site.world.origin, "show", "made:lib/b.txt") == "kept"
    assert git(site.world.origin, "show", "made:a.txt") == "carried"
    assert "100644 gone.txt" not in tree(site, "made")


@pytest.mark.parametrize("path", ["ü 日本.txt", "a\nb.txt", "*.txt", ":(top)a.txt", "-rf", 'q"uo\\te'])
def test_any_name_is_a_name(site: Site, path: str) -> None:
    plant(site.work, {path: "x\n", "a.txt": "dirty\n"})
    made(site, site.source(path))
    names = git(site.world.origin, "diff", "-z", "--name-only", site.base, "made").rstrip("\0")
    assert names == path


def test_the_token_is_on_no_command_line_and_in_no_error(world: World) -> None:
    base = world.commit(BASE)
    git(world.origin, "config", "uploadpack.allowAnySHA1InWant", "true")
    work = world.shallow(base)
    plant(work, {"a.txt": "changed\n"})
    with serving(world.root, writable=False) as server:
        remote = Remote(url=f"{server.url}/origin.git", token=TOKEN)
        with cloned(remote, base, BOT, os.environ) as clone:
            commit = clone.commit([Source(folder=work, paths=frozenset({"a.txt"}))], "x")
            assert commit is not None
            with pytest.raises(InfrastructureError) as caught:
                clone.push(commit, "made", at=None)
            assert TOKEN not in str(caught.value)
            assert TOKEN not in repr(clone)
            assert holds_no_token(clone)
        wrong = Remote(url=remote.url, token="wrong")
        with (
            pytest.raises(InfrastructureError, match="cannot be fetched"),
            cloned(wrong, base, BOT, os.environ),
        ):
            pass


def holds_no_token(clone: Clone) -> bool:
    found = subprocess.run(["grep", "-r", TOKEN, clone.folder], capture_output=True, check=False)
    return found.returncode == 1
