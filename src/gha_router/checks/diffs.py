"""The changes of a step as a text that somebody reads: unified diffs, within bounds."""

import difflib
from hashlib import sha256

from gha_router.checks.workspace import Unreadable, decode, read_bytes
from gha_router.records import Evidence

SHOWN = 60_000  # characters of all diffs together
FILE = 100_000  # bytes of a file from which on only its name is told: a diff's time grows with the square
FILES = 200


def shown_changes(evidence: Evidence) -> str:
    """Return what was created, modified and deleted, with its content as far as there is room."""
    changes, room = evidence.changes, SHOWN
    kinds = (("created", changes.created), ("modified", changes.modified), ("deleted", changes.deleted))
    named = [(kind, path) for kind, paths in kinds for path in paths]
    shown = []
    for kind, path in named[:FILES]:
        part = f"{kind}: {path!r}\n{_content(evidence, path, deleted=kind == 'deleted')}"
        shown.append(part if len(part) <= room else f"{part[:room]}\n[cut here]")
        room -= len(shown[-1])
        if room <= 0:
            break
    left = len(named) - len(shown)
    return "\n".join((*shown, *((f"[{left} more files are not shown]",) if left else ()))) or "(nothing)"


def _content(evidence: Evidence, path: str, *, deleted: bool) -> str:
    try:
        new = "" if deleted else decode(_read(evidence, path)).text
    except (Unreadable, OSError) as obstacle:
        return f"[not shown: {obstacle}]"
    old = _before(evidence, path)
    if old is None:
        return new
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), "before", "after", lineterm="")
    return "\n".join(lines)


def _read(evidence: Evidence, path: str) -> bytes:
    entry = evidence.after.entries.get(path)
    if entry is not None and entry.kind == "file" and entry.size > FILE:
        raise Unreadable(f"{entry.size:,} bytes")
    content = read_bytes(evidence.workspace, path)
    if b"\0" in content:
        raise Unreadable("no text")
    return content


def _before(evidence: Evidence, path: str) -> str | None:
    """Return the text that stood there before, where the very file can still be had; ``""`` for a new one."""
    entry = evidence.before.entries.get(path)
    if entry is None:
        return ""
    if evidence.original is None or entry.kind != "file" or entry.size > FILE:
        return None
    try:
        content = read_bytes(evidence.original, path)
    except (Unreadable, OSError):
        return None
    return decode(content).text if sha256(content).hexdigest() == entry.digest else None
