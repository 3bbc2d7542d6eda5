"""Tables as text. Rows are mappings from a column's name to its value; missing values are empty."""


def to_csv(rows, columns):
    """Return comma-separated lines with a head; values with a comma, quote or line break stand in quotes."""
    if not columns:
        raise ValueError("no columns")
    lines = []
    lines.append(",".join(columns))
    for row in rows:
        cells = []
        for column in columns:
            value = row.get(column)
            text = "" if value is None else str(value)
            if "," in text or '"' in text or "\n" in text:
                text = '"' + text.replace('"', '""') + '"'
            cells.append(text)
        lines.append(",".join(cells))
    return "\n".join(lines) + "\n"


def to_tsv(rows, columns):
    """Return tab-separated lines with a head; tabs and line breaks in values are blanks."""
    if not columns:
        raise ValueError("no columns")
    lines = []
    lines.append("\t".join(columns))
    for row in rows:
        cells = []
        for column in columns:
            value = row.get(column)
            text = "" if value is None else str(value)
            text = text.replace("\t", " ").replace("\n", " ")
            cells.append(text)
        lines.append("\t".join(cells))
    return "\n".join(lines) + "\n"


def to_pipes(rows, columns):
    """Return a Markdown table; pipes in values are escaped, line breaks are <br>. Without rows it is empty."""
    if not columns:
        raise ValueError("no columns")
    lines = []
    lines.append("| " + " | ".join(columns) + " |")
    lines.append("|" + "---|" * len(columns))
    for row in rows:
        cells = []
        for column in columns:
            value = row.get(column)
            text = "" if value is None else str(value)
            text = text.replace("|", "\\|").replace("\n", "<br>")
            cells.append(text)
        lines.append("| " + " | ".join(cells) + " |")
    if len(lines) == 2:
        return ""
    return "\n".join(lines) + "\n"
