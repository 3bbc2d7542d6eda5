"""A view as GitHub Markdown: ``report.md``, the job summary, the body of a comment.

Nothing is computed here, and no string of the view is trusted: cells pass through ``neutral``. Charts are mermaid
``xychart-beta`` and ``pie`` (https://mermaid.js.org/syntax/xyChart.html, pie.html), always above their table.
"""

from collections.abc import Iterable, Iterator

from gha_router.records import Verdict
from gha_router.report.neutral import cell, code, element, label, sentence
from gha_router.report.view import Cell, Chart, Column, Line, Pie, Section, View, Word

SIGNS = {
    Verdict.VERIFIED: "✅",
    Verdict.FAILED: "❌",
    Verdict.ERROR: "⚠️",
    Verdict.REFUSED: "⛔",
    Verdict.CANCELLED: "⏹️",
    Verdict.SKIPPED: "⏭️",
}
NO_BREAK = "\u00a0"  # within a figure
SIZE = '%%{init: {"xyChart": {"width": 620, "height": 260}}}%%'  # else a chart is as high as a screen
RESTS = "What this rests on"


def markdown(view: View) -> str:
    """Return the whole report, ending in one newline."""
    blocks = [f"### {SIGNS[view.verdict]} {sentence(view.headline)}"]
    alarms = [section for section in view.sections if section.alarm and section.told]
    blocks += [_alarm(section) for section in alarms]
    blocks += [sentence(line) for line in view.lead]
    blocks += [block for section in view.sections if section not in alarms for block in _section(section)]
    blocks += _notes(view)
    if view.footer:
        blocks.append(f"<sub>{' · '.join(map(line_of, view.footer))}</sub>")
    return "\n\n".join(blocks) + "\n"


def _notes(view: View) -> Iterator[str]:
    if not view.notes:
        return
    yield f"<details><summary>{RESTS}</summary>" if view.notes_folded else f"#### {RESTS}"
    yield "\n".join(f"- {sentence(note)}" for note in view.notes)
    if view.notes_folded:
        yield "</details>"


def _alarm(section: Section) -> str:
    title = f"**{section.title}.**"
    if len(section.told) == 1:
        return f"> [!WARNING]\n> {title} {line_of(section.told[0])}"
    return "\n".join((f"> [!WARNING]\n> {title}\n>", *(f"> - {line_of(line)}" for line in section.told)))


def _section(section: Section) -> Iterator[str]:
    if section.alarm:
        yield f"> [!WARNING]\n> **{section.title}**"
    elif section.is_folded:
        yield f"<details><summary>{element(section.title)}</summary>"
    else:
        yield f"#### {section.title}"
    if section.chart:
        yield _chart(section.chart)
    yield _table(section)
    if section.caption:
        yield f"<sub>{sentence(section.caption)}</sub>"
    if section.is_folded:
        yield "</details>"


def _table(section: Section) -> str:
    lines = [
        _row(cell(column.name) for column in section.columns),
        _row("--:" if column.right else "---" for column in section.columns),
        *(_row(map(_cell, section.columns, row)) for row in section.rows),
    ]
    return "\n".join(lines)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(column: Column, text: Cell) -> str:
    if not isinstance(text, str):
        return line_of(text)
    if column.code:
        return code(text)
    return cell(text).replace(" ", NO_BREAK) if column.right else cell(text)


def line_of(line: Line) -> str:
    """Return a line of words, each neutralised."""
    return "".join(map(_word, line))


def _word(word: Word) -> str:
    if word.ours:
        return word.text
    shown = code(word.text) if word.code else cell(word.text)
    # What surrounds a word is part of its line: `cell` has made one blank of any.
    before, after = (end if end in {" ", NO_BREAK} else "" for end in (word.text[:1], word.text[-1:]))
    if word.strong and shown:
        shown = f"**{shown}**"
    if word.url:
        shown = f"[{shown}]({word.url})"
    return f"{before}{shown}{after}" if shown else before


def _chart(chart: Chart | Pie) -> str:
    lines = _bars(chart) if isinstance(chart, Chart) else _pie(chart)
    return "\n".join(("```mermaid", *lines, "```"))


def _bars(chart: Chart) -> Iterator[str]:
    names = ", ".join(f'"{label(name)}"' for name, _ in chart.bars)
    yield SIZE
    yield "xychart-beta"
    yield f'  title "{label(chart.title)}"'
    yield f"  x-axis [{names}]"
    yield f'  y-axis "{label(chart.unit)}" 0 --> {chart.top}'
    yield f"  bar [{', '.join(str(value) for _, value in chart.bars)}]"


def _pie(pie: Pie) -> Iterator[str]:
    yield f"pie showData title {label(pie.title)}"
    yield from (f'  "{label(name)}" : {value:f}' for name, value in pie.slices)
