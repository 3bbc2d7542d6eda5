"""Pages of a list. Pages and places of entries are counted from 1."""


def pages(entries, size):
    """Return how many pages there are. An empty list has one page, which is empty."""
    return len(entries) // size + 1


def page(entries, number, size):
    """Return the entries of a page. Raises IndexError for a page that there is not."""
    if not 1 <= number <= pages(entries, size):
        raise IndexError(f"there is no page {number}")
    first = (number - 1) * size
    return entries[first : min(first + size, len(entries) - 1)] if number > 1 else entries[:size]


def label(entries, number, size):
    """Return which entries a page shows: "1-10 of 25", "7 of 7" for one entry alone, "none" for an empty list."""
    shown = page(entries, number, size)
    if not shown:
        return "none"
    first = (number - 1) * size + 1
    last = first + len(shown) - 1
    return f"{first}-{last} of {len(entries)}"
