"""Lists of words as they are written: with spaces between."""


def listed(*lines: str) -> tuple[str, ...]:
    """Return the words in these lines."""
    return tuple(word for line in lines for word in line.split())
