"""Reads the table as people do, and holds it against what the program was when the task was written."""

import re
from pathlib import Path

EXPECTED = [
    ("--source DIR", "none", "a folder to copy; may be repeated"),
    ("--target DIR", "/var/backups", "where copies go"),
    ("--keep N", "14", "how many generations are kept"),
    ("--exclude GLOB", "*.tmp *~", "what is left out"),
    ("--level N", "6", "how hard to compress"),
    ("--verify", "off", "read each copy again"),
    ("--limit KB", "none", "kilobytes a second at most"),
]


def plain(cell):
    """Return a cell without code marks, quotes, commas and the like, which nobody asked for."""
    return " ".join(re.sub(r"[`'\"\[\],]|\\(?=[*~|])", " ", cell).split())


rows = []
for line in Path("docs/options.md").read_text(encoding="utf-8").splitlines():
    if line.lstrip().startswith("|"):
        rows.append([plain(cell) for cell in line.strip().strip("|").split("|")])
assert [cell.lower() for cell in rows[0]] == ["option", "default", "what"], f"the head is {rows[0]}"
found = [tuple(row) for row in rows[2:]]
names = [row[0] for row in found]
assert names == [row[0] for row in EXPECTED], f"the options are {names}"
for row, expected in zip(found, EXPECTED):
    nothing = {"off", "false", "none"} if expected[0] == "--verify" else {expected[1]}
    assert row[1] == expected[1] or row[1].lower() in nothing, f"the default of {row[0]} is {row[1]!r}, not {expected[1]!r}"
    assert row[2].rstrip(".").lower() == expected[2].lower(), f"{row[0]}: {row[2]!r} instead of {expected[2]!r}"

print("the table holds")
