"""The trusted commit is found, fetched where it is missing, and compared with what is checked out."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from gha_router.errors import InfrastructureError, TaskError, WorkspaceError
from gha_router.github.context import PullRequest
from gha_router.github.git import Git
from gha_router.github.objects import Objects
from gha_router.github.trusted import MAX_FILE, base_of, elsewhere, read_trusted, told, trust
from tests.integration.trusted.repos import GIT, World, as_root, git, new_world
from tests.processes import alive, wait_until

BASE = {"CLAUDE.md": "be kind\n", "README.md": "hello\n", ".github/gha-router.yml": "version: 1\n"}


def test_the_base_of_a_pull_request_is_trusted_and_otherwise_the_events_own_commit() -> None:
    assert base_of("b" * 40, "e" * 40) == "b" * 40
    assert base_of(None, "e" * 40) == "e" * 40
    assert base_of(None, None) is None
    assert base_of(None, "") is None


def test_without_git_nothing_is_compared_and_a_note_says_so(tmp_path: Path) -> None:
    trusted = trust(tmp_path, None, run_git=GIT)
    assert (trusted.commit, trusted.changed, told(trusted)) == (None, (), ())
    assert trusted.notes == ("without git: configuration and checks are those of the workspace",)


def test_a_base_that_a_shallow_checkout_lacks_is_fetched(world: World) -> None:
    base = world.commit(BASE)
    workspace = world.shallow(world.commit({"CLAUDE.md": "obey me\n", "README.md": "changed\n"}))
    assert not Objects(workspace=workspace, run_git=GIT).holds(base)
    trusted = trust(workspace, base, run_git=GIT)
    assert trusted.changed == ("CLAUDE.md",)
    assert told(trusted) == (
        f"this pull request changes CLAUDE.md; the version of the base commit {base[:12]} was used",
    )
    assert read_trusted(workspace, base, "CLAUDE.md", run_git=GIT) == b"be kind\n"
    assert git(workspace, "status", "--porcelain") == "", "the checkout is as it was"
    assert not (workspace / ".git" / "FETCH_HEAD").read_text().startswith(base)


def test_what_is_fetched_is_not_fetched_again(world: World) -> None:
    base = world.commit(BASE)
    workspace = world.shallow(world.commit({"x": "x"}))
    trust(workspace, base, run_git=GIT)
    shutil.rmtree(world.origin)
    assert trust(workspace, base, run_git=GIT).commit == base


def test_a_fetch_that_fails_says_what_to_do_and_shows_no_login(world: World) -> None:
    base = world.commit(BASE)
    workspace = world.shallow(world.commit({"x": "x"}))
    git(workspace, "remote", "set-url", "origin", "file://me:s3cret@nowhere/missing.git")
    with pytest.raises(InfrastructureError, match=f"the commit {base} cannot be fetched from origin") as raised:
        trust(workspace, base, run_git=GIT)
    assert "fetch-depth: 0" in str(raised.value)
    assert "contents: read" in str(raised.value)
    assert "s3cret" not in str(raised.value)


def test_a_fetch_has_a_time_limit_and_leaves_nothing_behind(world: World) -> None:
    base = world.commit(BASE)
    workspace = world.shallow(world.commit({"x": "x"}))
    git(workspace, "remote", "set-url", "origin", "ssh://host.invalid/x.git")
    pids = world.root / "pids"
    git(workspace, "config", "core.sshCommand", f"echo $$ >{pids}; exec sleep 60; :")
    with pytest.raises(InfrastructureError, match=r"`git fetch` took longer than 1\.5 s") as raised:
        trust(workspace, base, run_git=Git(env=os.environ, fetch_s=1.5))
    assert "fetch-depth: 0" in str(raised.value)
    wait_until(lambda: not alive(int(pids.read_text())))


def test_an_answer_that_is_too_large_ends_git(world: World) -> None:
    base = world.commit({"big.txt": "x" * 300_000})
    with pytest.raises(InfrastructureError, match=r"`git cat-file` wrote more than 1,000 bytes"):
        read_trusted(world.work, base, "big.txt", run_git=Git(env=os.environ, max_answer=1000))


def test_a_workspace_that_is_no_checkout_says_so(tmp_path: Path) -> None:
    with pytest.raises(InfrastructureError, match="uses: actions/checkout"):
        trust(tmp_path, "a" * 40, run_git=GIT)


def test_a_repository_around_the_workspace_is_not_taken_for_it(world: World) -> None:
    base = world.commit(BASE)
    inner = world.work / "inner"
    inner.mkdir()
    with pytest.raises(InfrastructureError, match="not a git repository"):
        trust(inner, base, run_git=GIT)


@pytest.mark.parametrize("name", ["--upload-pack=touch x", "main", "HEAD", "a" * 39, "A" * 40, "a" * 40 + "\n", ""])
def test_only_object_names_reach_git(world: World, name: str) -> None:
    world.commit(BASE)
    with pytest.raises(InfrastructureError, match="no commit's SHA"):
        trust(world.work, name, run_git=GIT)


def test_a_tree_is_no_commit(world: World) -> None:
    world.commit(BASE)
    with pytest.raises(WorkspaceError, match="is a tree, no commit"):
        trust(world.work, git(world.work, "rev-parse", "HEAD^{tree}"), run_git=GIT)


def test_every_protected_path_that_differs_is_named(world: World) -> None:
    base = world.commit(
        {**BASE, "tasks/a/task.yml": "id: a\n", ".claude/settings.json": "{}\n", "run.sh": "#!/bin/sh\n"}
    )
    changes = {
        ".github/gha-router.yml": "version: 1 \n",
        "tasks/a/checks/t.sh": "#!/bin/sh\nexit 0\n",
        ".mcp.json": "{}",
        "pkg/deep/CLAUDE.local.md": "x",
        ".github/workflows/ci.yml": "on: push",
        "run.sh": "#!/bin/sh\nexit 1\n",
    }
    head = world.commit(changes, without=(".claude",))
    trusted = trust(world.work, base, run_git=GIT, also=("tasks", "run.sh"))
    assert trusted.changed == (
        ".claude/settings.json",
        ".github/gha-router.yml",
        ".mcp.json",
        "pkg/deep/CLAUDE.local.md",
        "run.sh",
        "tasks/a/checks/t.sh",
    )
    assert trust(world.work, head, run_git=GIT, also=("tasks",)).changed == ()


def test_names_that_no_line_can_hold_are_read_and_shown_on_one_line(world: World) -> None:
    base = world.commit({**BASE, ".claude/--upload-pack=x\ny.md": "base\n"})
    world.commit({".claude/--upload-pack=x\ny.md": "head\n", "tab\there/CLAUDE.md": "x", "日本/CLAUDE.md": "x"})
    trusted = trust(world.work, base, run_git=GIT)
    assert trusted.changed == (r".claude/--upload-pack=x\ny.md", r"tab\there/CLAUDE.md", "日本/CLAUDE.md")
    assert read_trusted(world.work, base, ".claude/--upload-pack=x\ny.md", run_git=GIT) == b"base\n"


def test_links_and_submodules_of_the_base_are_never_followed(world: World) -> None:
    world.commit({**BASE, "AGENTS.md": "x\n"}, without=())
    (world.work / "CLAUDE.md").unlink()
    (world.work / "CLAUDE.md").symlink_to("AGENTS.md")
    git(world.work, "add", "-A")
    git(world.work, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},.claude")
    base = world.commit_index()
    notes = trust(world.work, base, run_git=GIT).notes
    assert notes == (
        f".claude is a submodule in the base commit {base[:12]} and is left out: make it a file",
        f"CLAUDE.md is a link in the base commit {base[:12]} and is left out: make it a file",
    )
    with pytest.raises(WorkspaceError, match=r"CLAUDE\.md is a link"):
        read_trusted(world.work, base, "CLAUDE.md", run_git=GIT)
    assert read_trusted(world.work, base, "CLAUDE.md/x", run_git=GIT) is None
    with pytest.raises(WorkspaceError, match=r"\.github is a folder"):
        read_trusted(world.work, base, ".github", run_git=GIT)


def test_attributes_filters_and_replaced_objects_change_nothing(world: World) -> None:
    base = world.commit({"CLAUDE.md": "be kind\n", "a.txt": "one\n"})
    world.commit({".gitattributes": "* filter=evil diff=evil text eol=crlf ident\n"})
    ran = world.root / "ran"
    for key in ("filter.evil.smudge", "filter.evil.clean", "filter.evil.process", "diff.evil.textconv"):
        git(world.work, "config", key, f"touch {ran}; cat")
    git(world.work, "config", "core.fsmonitor", f"touch {ran}")
    git(world.work, "replace", f"{base}:CLAUDE.md", f"{base}:a.txt")
    assert read_trusted(world.work, base, "CLAUDE.md", run_git=GIT) == b"be kind\n"
    assert trust(world.work, base, run_git=GIT).changed == ()
    assert not ran.exists()


def test_hooks_do_not_run_while_fetching(world: World) -> None:
    base = world.commit(BASE)
    workspace = world.shallow(world.commit({"x": "x"}))
    ran = world.root / "ran"
    for hook in ("reference-transaction", "post-checkout", "pre-auto-gc", "fsmonitor-watchman"):
        place = workspace / ".git" / "hooks" / hook
        place.write_text(f"#!/bin/sh\ntouch {ran}\n")
        place.chmod(0o755)
    git(workspace, "config", "remote.origin.uploadpack", f"touch {ran}; git-upload-pack")
    assert trust(workspace, base, run_git=GIT).commit == base
    assert not ran.exists()


def test_an_object_that_was_exchanged_in_the_checkout_is_seen(world: World) -> None:
    base = world.commit({"CLAUDE.md": "be kind\n", "a.txt": "obey me\n"})
    kind, evil = (git(world.work, "rev-parse", f"{base}:{path}") for path in ("CLAUDE.md", "a.txt"))
    store = world.work / ".git" / "objects"
    place = store / kind[:2] / kind[2:]
    place.chmod(0o644)
    place.write_bytes((store / evil[:2] / evil[2:]).read_bytes())
    with pytest.raises(InfrastructureError, match=r"not what its name says|hash mismatch"):
        read_trusted(world.work, base, "CLAUDE.md", run_git=GIT)


def partial_clone(world: World, *options: str) -> Path:
    git(world.origin, "config", "uploadpack.allowFilter", "true")
    clone, branch = world.root / "partial", git(world.work, "rev-parse", "HEAD")[:12]
    where = ("-b", f"c-{branch}", f"file://{world.origin}", str(clone))
    git(world.root, "clone", "-q", "--no-checkout", "--filter=blob:none", *options, *where)
    return clone


def test_a_base_that_a_sparse_checkout_lacks_is_fetched_with_its_contents(world: World) -> None:
    base = world.commit(BASE)
    world.commit({"CLAUDE.md": "obey me\n"})
    workspace = partial_clone(world, "--depth=1")
    assert not Objects(workspace=workspace, run_git=GIT).holds(base)
    assert trust(workspace, base, run_git=GIT).changed == ("CLAUDE.md",)
    assert read_trusted(workspace, base, "CLAUDE.md", run_git=GIT) == b"be kind\n"


def test_a_partial_clone_says_that_it_is_one_and_starts_no_transport(world: World) -> None:
    base = world.commit(BASE)
    workspace, ran = partial_clone(world), world.root / "ran"
    git(workspace, "config", "remote.origin.uploadpack", f"touch {ran}; git-upload-pack")
    with pytest.raises(WorkspaceError, match="lacks contents") as raised:
        read_trusted(workspace, base, "CLAUDE.md", run_git=GIT)
    assert "`filter`" in str(raised.value)
    assert not ran.exists()


def test_a_tree_that_spells_out_endless_paths_is_refused(world: World) -> None:
    base = world.commit(BASE)
    tree = git(world.work, "mktree", given=b"")
    blob = git(world.work, "hash-object", "-w", "--stdin", given=b"x")
    tree = git(world.work, "mktree", given="".join(f"100644 blob {blob}\tf{n}\n" for n in range(10)).encode())
    for _ in range(9):
        tree = git(world.work, "mktree", given="".join(f"040000 tree {tree}\td{n}\n" for n in range(10)).encode())
    bomb = git(world.work, "commit-tree", tree, "-m", "bomb")
    git(world.work, "update-ref", "HEAD", bomb)
    with pytest.raises(WorkspaceError, match="more than 1,000,000 paths"):
        trust(world.work, base, run_git=GIT)


def test_an_entry_that_climbs_out_is_refused(world: World) -> None:
    base = world.commit(BASE)
    blob = git(world.work, "hash-object", "-w", "--stdin", given=b"x")
    raw = b"100644 ../CLAUDE.md\0" + bytes.fromhex(blob)
    tree = git(world.work, "hash-object", "-t", "tree", "-w", "--stdin", "--literally", given=raw)
    git(world.work, "update-ref", "HEAD", git(world.work, "commit-tree", tree, "-m", "x"))
    with pytest.raises(WorkspaceError, match="which no file can be called"):
        trust(world.work, base, run_git=GIT)


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../../x", "", ".", "a\0b"])
def test_a_path_outside_of_the_repository_is_refused(world: World, path: str) -> None:
    base = world.commit(BASE)
    with pytest.raises(TaskError, match="names nothing inside of the repository"):
        read_trusted(world.work, base, path, run_git=GIT)


def test_a_file_too_large_is_not_read(world: World) -> None:
    base = world.commit({"CLAUDE.md": "x" * (MAX_FILE + 1)})
    with pytest.raises(WorkspaceError, match=r"CLAUDE\.md has 8,388,609 bytes"):
        read_trusted(world.work, base, "CLAUDE.md", run_git=GIT)


def test_a_file_that_the_base_lacks_is_none(world: World) -> None:
    base = world.commit(BASE)
    assert read_trusted(world.work, base, "nope/x.yml", run_git=GIT) is None
    assert read_trusted(world.work, base, "README.md/x", run_git=GIT) is None
    assert read_trusted(world.work, base, "./.github//gha-router.yml", run_git=GIT) == b"version: 1\n"


def test_a_repository_of_sha256_works(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--object-format=sha256")
    (tmp_path / "CLAUDE.md").write_text("be kind\n")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "x")
    base = git(tmp_path, "rev-parse", "HEAD")
    assert len(base) == 64
    assert trust(tmp_path, base, run_git=GIT).changed == ()
    assert read_trusted(tmp_path, base, "CLAUDE.md", run_git=GIT) == b"be kind\n"


@as_root
def test_root_works_on_another_users_checkout_and_what_is_fetched_is_theirs() -> None:
    with tempfile.TemporaryDirectory() as made:
        root = Path(made)
        root.chmod(0o755)
        world = new_world(root)
        base = world.commit(BASE)
        workspace = world.shallow(world.commit({"CLAUDE.md": "obey me\n"}))
        for path in (world.origin, workspace, *world.origin.rglob("*"), *workspace.rglob("*")):
            os.lchown(path, 60_500, 60_500)
        assert trust(workspace, base, run_git=GIT).changed == ("CLAUDE.md",)
        assert {path.lstat().st_uid for path in workspace.rglob("*")} == {60_500}


def test_a_pull_request_s_head_and_its_merge_are_the_pull_request(world: World) -> None:
    base = world.commit(BASE)
    head = world.commit({"README.md": "changed\n"})
    git(world.work, "checkout", "-q", "-B", "merge", base)
    git(world.work, "merge", "-q", "--no-ff", "-m", "parent " + "e" * 40, head)
    merge = world.commit_index()
    pull = PullRequest(number=1, head_sha=head, base_sha=base)
    assert elsewhere(world.shallow(head, "head"), pull, run_git=GIT) is None
    assert elsewhere(world.shallow(git(world.work, "rev-parse", f"{merge}^"), "merge"), pull, run_git=GIT) is None
    said = elsewhere(world.shallow(base, "base"), pull, run_git=GIT)
    assert said is not None
    assert base[:12] in said
    assert "`with: {ref: refs/pull/1/head}`" in said
    trusted = trust(world.root / "base", base, run_git=GIT)
    assert told(trusted, other=said) == ()


def test_what_another_checked_out_commit_changes_is_not_laid_to_the_pull_request(world: World) -> None:
    base = world.commit(BASE)
    other = world.commit({"CLAUDE.md": "be quick\n"})
    fork = PullRequest(number=1, head_sha="a" * 40, base_sha=base, is_fork=True)
    workspace = world.shallow(other)
    said = elsewhere(workspace, fork, run_git=GIT)
    assert said is not None
    assert "of a fork" in said
    [sentence] = told(trust(workspace, base, run_git=GIT), other=said)
    assert sentence.startswith("what is checked out has another CLAUDE.md; the version of the base commit")


def test_a_head_that_nobody_names_is_not_missed(world: World) -> None:
    workspace = world.shallow(world.commit(BASE))
    assert elsewhere(workspace, PullRequest(number=1), run_git=GIT) is None
