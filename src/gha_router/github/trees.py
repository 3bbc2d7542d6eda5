"""What a commit holds, read from its tree objects.

Wire format (git's ``tree.c``): entries of "octal mode, space, name, NUL, raw object name"; a commit's first line is
"tree" and its tree's name, and one line for each parent, "parent" and its name, follows. A name is bytes; it is held as
Python decodes file names. No link is ever followed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gha_router.errors import WorkspaceError
from gha_router.github.objects import Objects

FOLDER, LINK, SUBMODULE = "40000", "120000", "160000"
FILES = frozenset({"100644", "100755", "100664"})  # the last: of very old commits
EXECUTABLE = "100755"
MAX_ENTRIES = 1_000_000
_FORBIDDEN = frozenset({"", ".", ".."})  # names that git's own checkout refuses, like all spellings of .git


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a commit: its path with ``/``, its mode as git writes it, the name of its object."""

    path: str
    mode: str
    object: str

    @property
    def is_file(self) -> bool:
        """Return whether it is a regular file."""
        return self.mode in FILES


def listing(objects: Objects, commit: str, wanted: Callable[[str], bool]) -> dict[str, Entry]:
    """Return the files, links and submodules of a commit whose path is wanted, by path."""
    return {entry.path: entry for entry in _below(objects, "", _root(objects, commit)) if wanted(entry.path)}


def folder(objects: Objects, commit: str, path: str) -> dict[str, Entry]:
    """Return all files, links and submodules below one folder of a commit, by their paths in the commit."""
    entry = find(objects, commit, path)
    if entry is None or entry.mode != FOLDER:
        return {}
    return {found.path: found for found in _below(objects, f"{path}/", entry.object)}


def find(objects: Objects, commit: str, path: str) -> Entry | None:
    """Return what is at a path of a commit (``a/b``); ``None`` for nothing, or nothing reached without a link."""
    names = path.split("/")
    tree = _root(objects, commit)
    for at, name in enumerate(names):
        found = {entry.path: entry for entry in _parsed("", tree, objects)}.get(name)
        if found is None:
            return None
        if at == len(names) - 1:
            return Entry(path=path, mode=found.mode, object=found.object)
        if found.mode != FOLDER:
            return None
        tree = found.object
    return None


def parents(objects: Objects, commit: str) -> tuple[str, ...]:
    """Return the commits that a commit names as its parents; they need not be here."""
    head = objects.read([commit])[commit].content.partition(b"\n\n")[0].decode("utf-8", "replace")
    return tuple(line.removeprefix("parent ") for line in head.split("\n") if line.startswith("parent "))


def _root(objects: Objects, commit: str) -> str:
    found = objects.read([commit])[commit]
    first, _, name = found.content.partition(b"\n")[0].partition(b" ")
    if found.kind != "commit" or first != b"tree":
        raise WorkspaceError(f"{commit} is a {found.kind}, no commit", hint="Name a commit, not a tag or a tree.")
    return name.decode("ascii")


def _below(objects: Objects, prefix: str, tree: str) -> Iterator[Entry]:
    """Yield what is below a tree, read level by level: one command for each."""
    level, seen = [(prefix, tree)], 0
    while level:
        objects.read(name for _, name in level)
        folders: list[tuple[str, str]] = []
        for above, name in level:
            for entry in _parsed(above, name, objects):
                seen += 1
                if seen > MAX_ENTRIES:  # a few small trees can name each other and spell out billions of paths
                    hint = "No repository that people work in has so many files."
                    raise WorkspaceError(f"the commit holds more than {MAX_ENTRIES:,} paths", hint=hint)
                if entry.mode == FOLDER:
                    folders.append((f"{entry.path}/", entry.object))
                else:
                    yield entry
        level = folders


def _parsed(prefix: str, tree: str, objects: Objects) -> Iterator[Entry]:
    raw = objects.read([tree])[tree].content
    length, at = len(tree) // 2, 0
    while at < len(raw):
        mode, _, rest = raw[at : (end := raw.index(b"\0", at))].partition(b" ")
        name = rest.decode("utf-8", "surrogateescape")
        at = end + 1 + length
        if name in _FORBIDDEN or "/" in name:
            raise WorkspaceError(f"the tree {tree} holds an entry {name!r}, which no file can be called")
        yield Entry(path=prefix + name, mode=mode.decode("ascii"), object=raw[end + 1 : at].hex())
