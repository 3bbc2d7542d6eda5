"""Holds each function against the one that it was, also on what is odd."""

import itertools
import os
import sys

sys.path.insert(0, os.getcwd())

import before
import exports

VALUES = [None, "", 0, 1.5, False, "plain", "a,b", 'say "hi"', "two\nlines", "tab\there", "a|b", "\r\n", "日本語、はい", " "]
TABLES = [[], [{}], [{"a": 1}], [{"a": 1, "b": 2}, {"b": 3}], [{"a": None, "c": "unused"}], [{}, {}]]
TABLES += [[{"a": one, "b": two}] for one, two in itertools.product(VALUES, repeat=2)]
COLUMNS = [["a"], ["a", "b"], ["b", "a"], ["x, y", "a|b"], (), [], ["a", "a"], ("a", "b")]


def outcome(function, *arguments):
    try:
        return function(*arguments)
    except Exception as error:
        return type(error), str(error)


for name in ("to_csv", "to_tsv", "to_pipes"):
    for rows, columns in itertools.product(TABLES, COLUMNS):
        was, found = (outcome(getattr(module, name), rows, columns) for module in (before, exports))
        assert found == was, f"{name}({rows}, {columns}): {found!r}, it was {was!r}"
    many = outcome(getattr(exports, name), iter([{"a": 1}, {"a": 2}]), ["a"])
    assert many == outcome(getattr(before, name), iter([{"a": 1}, {"a": 2}]), ["a"]), f"{name} of an iterator: {many!r}"

print("all results hold")
