"""Closed intervals of whole numbers, as (first, last) pairs."""


def merge(intervals):
    """Return the intervals as few as possible, sorted.

    Two become one where they overlap, where one lies in the other, and where nothing lies between them: (1, 3) and
    (4, 6) are (1, 6). The argument is left as it was.
    """
    merged = []
    for first, last in sorted(intervals):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], last)
        else:
            merged.append((first, last))
    return merged


def total(intervals):
    """Return how many numbers lie in at least one of the intervals."""
    return sum(last - first + 1 for first, last in merge(intervals))
