"""Holds merge() against counting the numbers one by one, on intervals that the project's tests do not have."""

import itertools
import os
import sys

sys.path.insert(0, os.getcwd())

from intervals import merge, total


def expected(intervals):
    inside = sorted({number for first, last in intervals for number in range(first, last + 1)})
    found = []
    for number in inside:
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


ends = [(first, last) for first in range(-1, 6) for last in range(first, 7)]
for size in range(3):
    for intervals in itertools.combinations(ends, size):
        given = list(intervals)
        found = [tuple(interval) for interval in merge(given)]
        assert found == expected(intervals), f"merge({list(intervals)}) is {found}"
        assert given == list(intervals), "merge() changed its argument"
for intervals in ([(1, 9), (2, 3), (4, 5), (8, 12)], [(0, 30), (1, 2), (20, 25), (32, 33)], [(5, 6), (1, 20), (2, 3)]):
    assert [tuple(one) for one in merge(intervals)] == expected(intervals), intervals
    assert total(intervals) == sum(last - first + 1 for first, last in expected(intervals)), intervals

print("all intervals hold")
