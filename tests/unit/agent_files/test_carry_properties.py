"""Random small trees: what the agent made of its copy is what the workspace becomes, or nothing is touched."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from gha_router.agent import workspace
from gha_router.agent.snapshot import compare
from tests.unit.agent_files.trees import carry, plant, shot

Tree = dict[str, "str | Tree"]

NAMES = st.sampled_from(["a", "b", "c"])
CONTENT = st.sampled_from(["", "1", "2", "run 1", "run 2", "-> a", "-> b/c", "-> nowhere", "-> ."])
FULL: st.SearchStrategy[Tree] = st.recursive(
    st.dictionaries(NAMES, CONTENT, min_size=1),
    lambda inner: st.dictionaries(NAMES, st.one_of(CONTENT, inner), min_size=1),
    max_leaves=6,
)
WITH_EMPTY: st.SearchStrategy[Tree] = st.recursive(
    st.dictionaries(NAMES, CONTENT),
    lambda inner: st.dictionaries(NAMES, st.one_of(CONTENT, inner)),
    max_leaves=6,
)


def flat(tree: Tree, above: str = "") -> dict[str, str]:
    """Return the tree as paths; a folder ends in ``/``."""
    paths: dict[str, str] = {}
    for name, inner in tree.items():
        if isinstance(inner, str):
            paths[above + name] = inner
        else:
            paths[f"{above}{name}/"] = ""
            paths |= flat(inner, f"{above}{name}/")
    return paths


def plant_all(root: Path, tree: Tree) -> None:
    """Write a tree anew; files with a content like a program are executable."""
    if root.exists():
        shutil.rmtree(root)
    plant(root, flat(tree))
    for path, content in flat(tree).items():
        if content.startswith("run"):
            (root / path).chmod(0o755)


@settings(deadline=None)  # real folders
@given(WITH_EMPTY, FULL)
def test_after_carrying_the_workspace_is_what_the_agent_left(before: Tree, after: Tree) -> None:
    with TemporaryDirectory() as folder:
        real, copy = Path(folder, "ws"), Path(folder, "copy")
        plant_all(real, before)
        workspace.copy(real, copy, owner=None)
        then = shot(real)
        assert shot(copy) == then
        plant_all(copy, after)
        changes = compare(then, shot(copy))
        carried = carry(copy, real, then)
        assert carried.refused == ()
        assert carried.paths == tuple(sorted((*changes.written, *changes.deleted)))
        if changes:
            assert shot(real) == shot(copy)


@settings(deadline=None)  # real folders
@given(WITH_EMPTY, FULL, WITH_EMPTY)
def test_what_the_user_changed_meanwhile_is_never_lost(before: Tree, agents: Tree, users: Tree) -> None:
    with TemporaryDirectory() as folder:
        real, copy = Path(folder, "ws"), Path(folder, "copy")
        plant_all(real, before)
        workspace.copy(real, copy, owner=None)
        then = shot(real)
        plant_all(copy, agents)
        plant_all(real, users)
        meanwhile = shot(real)
        carried = carry(copy, real, then)
        if carried.refused:
            assert shot(real) == meanwhile
            return
        by_agent, by_user = compare(then, shot(copy)), compare(then, meanwhile)
        touched = {*by_agent.written, *by_agent.deleted}
        assert not touched & {*by_user.written, *by_user.deleted}
        expected = {path: entry for path, entry in meanwhile.files.items() if path not in touched}
        expected |= {path: shot(copy).files[path] for path in by_agent.written}
        assert shot(real).files == expected
