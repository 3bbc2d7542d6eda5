"""Counts the width of each result by the rules of the task."""

import os
import sys
import unicodedata

sys.path.insert(0, os.getcwd())

from table import fit, row

EXPECTED = {
    ("abc", 5): "abc  ",
    ("abcdef", 5): "abcd…",
    ("日本語", 6): "日本語",
    ("日本語", 5): "日本…",
    ("日本語", 4): "日… ",
    ("日本語", 3): "日…",
    ("日本語", 2): "… ",
    ("日本語", 1): "…",
    ("ｶﾅ", 3): "ｶﾅ ",
    ("ＡＢ", 3): "Ａ…",
    ("", 2): "  ",
    ("e\u0301a", 2): "e\u0301a",
    ("e\u0301ab", 2): "e\u0301…",
    ("か\u3099き", 4): "か\u3099き",
    ("か\u3099きく", 4): "か\u3099… ",
    ("か\u3099きく", 5): "か\u3099き…",
    ("a\u0301\u0302bc", 2): "a\u0301\u0302…",
    ("…", 1): "…",
}


def width_of(text):
    wide = sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text if not unicodedata.combining(one))
    return wide


for (text, width), expected in EXPECTED.items():
    found = fit(text, width)
    assert found == expected, f"fit({text!r}, {width}) is {found!r}, expected {expected!r}"
for text in ("日本語のテキスト", "mixed 混在 text", "が\u3099ぎ\u3099ぐ", "a" * 20):
    for width in range(1, 25):
        assert width_of(fit(text, width)) == width, f"fit({text!r}, {width}) is {fit(text, width)!r}"
for wrong in (0, -1):
    try:
        fit("a", wrong)
    except ValueError:
        continue
    sys.exit(f"a width of {wrong} is taken")
assert row(["名前", "価格"], [6, 6]) == "名前   | 価格", row(["名前", "価格"], [6, 6])

print("every width holds")
