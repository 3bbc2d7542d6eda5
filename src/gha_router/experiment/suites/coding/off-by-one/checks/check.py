"""Puts the pages of every short list together again."""

import os
import sys

sys.path.insert(0, os.getcwd())

from paginate import label, page, pages

for length in range(14):
    entries = list(range(1, length + 1))
    for size in range(1, 8):
        count = max(1, -(-length // size))
        assert pages(entries, size) == count, f"{length} entries, {size} a page: {pages(entries, size)} pages"
        shown = [page(entries, number, size) for number in range(1, count + 1)]
        assert [one for part in shown for one in part] == entries, f"{length} entries, {size} a page: {shown}"
        assert all(len(part) == size for part in shown[:-1]), f"{length} entries, {size} a page: {shown}"
        for number, part in enumerate(shown, start=1):
            expected = f"{part[0]}-{part[-1]} of {length}" if len(part) > 1 else f"{part[0]} of {length}" if part else "none"
            found = label(entries, number, size)
            assert found == expected, f"{length} entries, {size} a page, page {number}: {found!r}, not {expected!r}"
        for wrong in (0, -1, count + 1):
            try:
                page(entries, wrong, size)
            except IndexError:
                continue
            sys.exit(f"{length} entries, {size} a page: page {wrong} is there")

print("every page holds")
