"""The workspace as the agent left it: which file is meant, was it written, how long is it, what does it hold."""

import posixpath
from collections.abc import Iterable

from gha_router.records import Evidence, Observation, Source

MAX_BYTES = 50_000_000
_SNIFF = 8192


def inside(written: str, evidence: Evidence) -> str | None:
    """Return a path as an agent writes it, relative to the workspace; ``None`` when it leads out of it."""
    path, workspace = written.strip(), evidence.workspace
    roots = [root.as_posix() for root in (workspace, workspace.absolute(), workspace.resolve())]
    for root in (*roots, *([evidence.seen_as] if evidence.seen_as else [])):
        path = path.removeprefix(f"{root}/")
    path = posixpath.normpath(path) if path else ""
    outside = not path or path.startswith(("/", "~")) or path.split("/", 1)[0] == ".."
    return None if outside else path


def locate(written: str, paths: Iterable[str], evidence: Evidence) -> str | None:
    """Return which of the paths is meant: that one, or the only one with this base name, deeper in the tree.

    A name without its extension ("the README") is understood when only one file can be meant.
    """
    known = set(paths)
    path = inside(written, evidence)
    if path is None or path in known:
        return path
    if "/" in path:
        return None
    for meant in (
        [other for other in known if posixpath.basename(other) == path],
        [other for other in known if posixpath.splitext(other)[0] == path],
    ):
        if len(meant) == 1:
            return meant[0]
    return None


def observe_written(written: str, evidence: Evidence) -> Observation | None:
    """Return whether this step created or changed a file; ``None`` when it lies where no snapshot looks."""
    changes = evidence.changes
    if inside(written, evidence) is None:
        return None
    if path := locate(written, changes.written, evidence):
        how = "created" if path in changes.created else "changed"
        return _seen(value=True, detail=f"{path} was {how}")
    left = locate(written, evidence.after.entries, evidence)
    return _seen(value=False, detail=f"{left} is as it was" if left else f"there is no {written}")


def observe_lines(written: str, claimed: object, evidence: Evidence) -> Observation | None:
    """Return how many lines a file has, counted now.

    A last line without a newline counts for an editor and not for ``wc -l``: both are right, so the figure that was
    claimed is the one that is observed when it is either of them.
    """
    path, content = _content(written, evidence)
    if content is None:
        return None
    newlines = content.count(b"\n")
    lines = newlines + bool(content and not content.endswith(b"\n"))
    value = newlines if claimed == newlines else lines
    return _seen(value=value, unit="lines", detail=f"{value} lines in {path}")


def observe_occurrences(written: str, text: str, evidence: Evidence) -> Observation | None:
    """Return how often a text stands in a file, without overlaps, upper and lower case apart."""
    path, content = _content(written, evidence)
    if content is None or not text:
        return None
    value = content.count(text.encode("utf-8", "surrogatepass"))
    return _seen(value=value, unit="occurrences", detail=f"“{text}” {value} times in {path}")


def _content(written: str, evidence: Evidence) -> tuple[str, bytes | None]:
    """Return a file of the workspace and its bytes; ``None`` for a link, a binary or a huge one, or no such file."""
    files = [path for path, entry in evidence.after.entries.items() if entry.kind == "file"]
    path = locate(written, files, evidence)
    entry = evidence.after.entries.get(path) if path else None
    if path is None or entry is None or entry.kind != "file" or entry.size > MAX_BYTES:
        return written, None
    root = evidence.workspace.resolve()
    try:
        if (root / path).resolve(strict=True) != root / path:  # a link came into the way since the snapshot
            return path, None
        with (root / path).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError:
        return path, None
    return path, None if len(content) > MAX_BYTES or b"\0" in content[:_SNIFF] else content


def _seen(*, value: float | bool, detail: str, unit: str | None = None) -> Observation:
    return Observation(value=value, unit=unit, source=Source.MEASURED, by="snapshot", detail=detail)
