"""Markdown tables (GFM 4.10), read so that a cell stands beside the head of its column."""

from itertools import pairwise


def unrolled(text: str) -> str:
    """Return every cell of the tables in ``text`` as a line ``head: cell``; what is no table is left out."""
    lines = text.split("\n")
    found: list[str] = []
    heads: list[str] = []
    for above, line in pairwise(lines):
        if "|" not in line:
            heads = []
        elif not heads and "|" in above and _is_rule(line):
            heads = _cells(above)
        else:
            found.extend(f"{head}: {cell}" for head, cell in zip(heads, _cells(line), strict=False) if cell)
    return "\n".join(found)


def _is_rule(line: str) -> bool:
    return all("-" in cell and not cell.strip(":-") for cell in _cells(line))


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]
