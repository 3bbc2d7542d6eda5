"""Holds the function against the slow one, on small lists of all kinds."""

import copy
import itertools
import os
import random
import sys

sys.path.insert(0, os.getcwd())

import before
import tags

made = random.Random(7)
lists = [[]]
for size in range(1, 4):
    for own in itertools.product([[], ["a"], ["b", "a"], ["a", "a", "b"], ["c", "b"]], repeat=size):
        lists.append([(f"t{index}", list(one)) for index, one in enumerate(own)])
for _ in range(300):
    count = made.randrange(2, 15)
    lists.append([(f"t{index}", made.choices("abcdefgh", k=made.randrange(6))) for index in range(count)])
for articles in lists:
    given = copy.deepcopy(articles)
    found = tags.related(given)
    assert found == before.related(articles), f"{articles}: {found}"
    assert given == articles, "the argument was changed"
    assert all(isinstance(pair, tuple) and isinstance(pair[2], list) for pair in found), found

print("every result holds")
