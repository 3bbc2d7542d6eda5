"""Lists of words, written as people read them."""


def words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


def any_of(text: str) -> str:
    """Return a regular expression for any word of a text."""
    return f"(?:{'|'.join(text.split())})"
