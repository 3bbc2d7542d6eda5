"""Tables on a terminal."""


def fit(text, width):
    """Return the text, cut or filled with blanks to the width."""
    if width < 1:
        raise ValueError(f"a width of {width}")
    if len(text) > width:
        return text[: width - 1] + "…"
    return text.ljust(width)


def row(cells, widths):
    """Return a row of a table."""
    return " | ".join(fit(cell, width) for cell, width in zip(cells, widths)).rstrip()
