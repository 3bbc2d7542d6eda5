from typing import Any

import pytest

from gha_router.claims import ExpectedClaim, parse_expected
from gha_router.errors import Position, TaskError
from gha_router.records import ClaimKind

HERE = Position("task.yml", 12, 3)


def test_an_expected_count_is_read() -> None:
    raw = {"kind": "count", "unit": "occurrences", "subject": "README.md", "text": "Claude Code", "equals": 12}
    assert parse_expected(raw, HERE) == ExpectedClaim(
        kind=ClaimKind.COUNT, unit="occurrences", subject="README.md", text="Claude Code", equals=12
    )


@pytest.mark.parametrize(
    ("raw", "unit"),
    [({"kind": "duration"}, "s"), ({"kind": "cost", "equals": 0.4}, "USD"), ({"kind": "done", "equals": True}, None)],
)
def test_the_other_kinds_have_their_own_unit(raw: dict[str, Any], unit: str | None) -> None:
    assert parse_expected(raw, HERE).unit == unit


@pytest.mark.parametrize(
    ("raw", "what", "hint"),
    [
        ("354 lines", "is a mapping, not str", "{kind: count, unit: lines, subject: README.md}"),
        ({"kind": "cuont"}, "'cuont' is no kind of claim", "did you mean 'count'?"),
        ({"kind": ["count"]}, "is no kind of claim", "did you mean 'count'?"),
        ({"unit": "lines"}, "needs a `kind`", "one of duration, count"),
        ({"kind": "count"}, "a count needs a `unit`", "one of lines"),
        ({"kind": "count", "unit": "line"}, "nothing is counted in 'line'", "did you mean 'lines'?"),
        ({"kind": "count", "unit": "lines", "equal": 3}, "has no 'equal'", "did you mean 'equals'?"),
        ({"kind": "count", "unit": "lines", "equals": "354"}, "is a number, not a text", "remove the quotes"),
        ({"kind": "count", "unit": "lines", "equals": True}, "is a number, not true", None),
        ({"kind": "count", "unit": "lines", "equals": [1]}, "is a number, not a list", None),
        ({"kind": "done", "equals": False}, "is true, not false", None),
        ({"kind": "file_written", "equals": 3}, "is a text, not a number", None),
        ({"kind": "count", "unit": "lines", "text": "x"}, "`text` says what is counted", "unit: occurrences"),
        ({"kind": "done", "unit": "lines"}, "has no unit", "remove `unit`"),
        ({"kind": "cost", "unit": "EUR"}, "has the unit USD", "remove `unit`"),
        ({"kind": "file_written", "subject": 3}, "`subject` is a text", "in quotes"),
        ({"kind": "file_written", "subject": " "}, "`subject` is a text", "in quotes"),
    ],
)
def test_a_mistake_is_taught_where_it_stands(raw: object, what: str, hint: str | None) -> None:
    with pytest.raises(TaskError) as caught:
        parse_expected(raw, HERE)
    assert caught.value.where == HERE
    assert what in caught.value.what
    assert hint is None or hint in (caught.value.hint or "")
