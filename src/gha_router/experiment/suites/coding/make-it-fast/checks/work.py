"""Counts steps of the interpreter instead of time: twice the articles may not need four times the steps."""

import os
import sys
from pathlib import Path

sys.path.insert(0, os.getcwd())

import tags

HERE = str(Path("tags.py").resolve())


class Tag:
    """A tag whose comparisons are counted, so that `in` on a list is no way around."""

    compared = 0

    def __init__(self, name):
        self.name = name

    def __hash__(self):
        return hash(self.name)

    def __eq__(self, other):
        Tag.compared += 1
        return self.name == other.name


def work(count):
    """Return lines run in tags.py and comparisons for articles of which each has a tag in common with one other."""
    articles = [(str(index), [Tag(f"own {index}"), Tag(f"pair {index // 2}")]) for index in range(count)]
    lines = 0

    def trace(frame, event, _):
        nonlocal lines
        if frame.f_code.co_filename not in (HERE, tags.__file__):
            return None
        lines += event == "line"
        return trace

    Tag.compared = 0
    sys.settrace(trace)
    try:
        found = tags.related(articles)
    finally:
        sys.settrace(None)
    assert len(found) == count // 2, f"{len(found)} pairs of {count} articles"
    return lines + Tag.compared


small, large = work(100), work(400)
assert large < 6 * small, f"{small} steps for 100 articles, {large} for 400: {large / small:.1f} times as many"
assert large < 400 * 60, f"{large} steps for 400 articles"

print("the work holds")
