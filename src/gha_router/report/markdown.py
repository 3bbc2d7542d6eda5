"""A view as GitHub Markdown: ``report.md``, the job summary, the body of a comment.

Nothing is computed here, and no string of the view is trusted: cells pass through ``neutral``.
Charts are mermaid ``xychart-beta`` (https://mermaid.js.org/syntax/xyChart.html), always above their table.
"""

import html
from collections.abc import Iterable, Iterator

from gha_router.records import Verdict
from gha_router.report.neutral import cell, code, label, sentence
from gha_router.report.view import Chart, Column, Section, View

SIGNS = {
    Verdict.VERIFIED: "✅",
    Verdict.FAILED: "❌",
    Verdict.ERROR: "⚠️",
    Verdict.REFUSED: "⛔",
    Verdict.CANCELLED: "⏹️",
    Verdict.SKIPPED: "⏭️",
}


def markdown(view: View) -> str:
    """Return the whole report, ending in one newline."""
    blocks = [f"### {SIGNS[view.verdict]} {sentence(view.headline)}"]
    blocks += [sentence(line) for line in view.lead]
    blocks += [block for section in view.sections for block in _section(section)]
    if view.notes:
        lines = "\n".join(f"- {sentence(note)}" for note in view.notes)
        blocks += ["#### What this rests on", lines]
    return "\n\n".join(blocks) + "\n"


def _section(section: Section) -> Iterator[str]:
    if section.alarm:
        yield f"> [!WARNING]\n> **{section.title}**"
    elif section.essential:
        yield f"#### {section.title}"
    else:
        yield f"<details><summary>{html.escape(section.title)}</summary>"
    if section.chart:
        yield _chart(section.chart)
    yield _table(section)
    if section.caption:
        yield f"<sub>{sentence(section.caption)}</sub>"
    if not section.essential:
        yield "</details>"


def _table(section: Section) -> str:
    lines = [
        _line(cell(column.name) for column in section.columns),
        _line("--:" if column.right else "---" for column in section.columns),
        *(_line(map(_cell, section.columns, row)) for row in section.rows),
    ]
    return "\n".join(lines)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(column: Column, text: str) -> str:
    return code(text) if column.code else cell(text)


def _chart(chart: Chart) -> str:
    names = ", ".join(f'"{label(name)}"' for name, _ in chart.bars)
    values = ", ".join(str(value) for _, value in chart.bars)
    return "\n".join(
        (
            "```mermaid",
            "xychart-beta",
            f'  title "{label(chart.title)}"',
            f"  x-axis [{names}]",
            f'  y-axis "{label(chart.unit)}" 0 --> {chart.top}',
            f"  bar [{values}]",
            "```",
        )
    )
