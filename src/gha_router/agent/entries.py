"""The entries of a transcript file, whoever wrote it.

Three forms are read: our own and ``claude -p --output-format stream-json`` (one JSON object a line), and the
``execution_file`` of claude-code-action, which is one JSON array of the same objects, as ``claude -p --verbose
--output-format json`` prints it.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from gha_router.errors import UsageError
from gha_router.records import EvidenceMissing, Json

# Bytes. Real ones stay below 20 million; a hostile one of small lists takes twenty-five times as much memory.
LARGEST = 64 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """What a file holds. ``notes`` say what in it could not be used."""

    entries: tuple[Json, ...]
    notes: tuple[str, ...] = ()


def read(file: Path) -> Entries:
    """Return the entries of a transcript.

    A line that was cut at the end of a file of lines is left out and noted: its writer was killed. Raises
    ``UsageError`` where there is no such file, ``EvidenceMissing`` where it cannot be used.
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(
            f"the transcript {file} cannot be read: {error.strerror}",
            hint="Name claude-code-action's `execution_file`, or a transcript of ours. Without one leave it out.",
        ) from None
    if len(content) > LARGEST:
        raise EvidenceMissing(f"the transcript has more than {LARGEST:,} bytes and is not read")
    whole = content.strip()
    found = _array(whole) if whole.startswith(b"[") else _lines(whole)
    if not any(entry.get("type") in ("assistant", "result") for entry in found.entries):
        raise EvidenceMissing("the transcript holds neither a message of the agent nor a result")
    return found


def _array(content: bytes) -> Entries:
    try:
        items = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise EvidenceMissing(f"the transcript is no whole JSON array: {error}") from None
    return _objects(items, ())


def _lines(content: bytes) -> Entries:
    lines = [line for line in content.split(b"\n") if line.strip()]
    items: list[object] = []
    notes: tuple[str, ...] = ()
    for number, line in enumerate(lines, 1):
        try:
            items.append(json.loads(line))
        except (ValueError, RecursionError) as error:
            if number < len(lines) or number == 1:
                raise EvidenceMissing(f"line {number} of the transcript is no JSON: {error}") from None
            notes = ("the transcript's last line is cut: its writer was killed, or somebody shortened it",)
    return _objects(items, notes)


def _objects(items: list[object], notes: tuple[str, ...]) -> Entries:
    entries = tuple(item for item in items if isinstance(item, dict))
    odd = len(items) - len(entries)
    more = (f"{odd} entries of the transcript are no objects and were passed over",) if odd else ()
    return Entries(entries=entries, notes=(*notes, *more))
