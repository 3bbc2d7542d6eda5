"""What a small model is asked, and what of its answer holds."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.config import TaskType
from gha_router.routing.classifier import MEANING, answer, offered, question
from gha_router.routing.decision import OF_TEXT

KINDS = offered(frozenset({TaskType.DOCS, TaskType.BUGFIX, TaskType.BACKGROUND}))
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["content", "type", "text"]), inner),
)


def reply(text: str) -> dict[str, Any]:
    return {"content": [{"type": "thinking", "thinking": "docs?"}, {"type": "text", "text": text}]}


def test_only_what_has_a_route_is_offered() -> None:
    assert KINDS == (TaskType.BUGFIX, TaskType.DOCS, TaskType.DEFAULT)
    assert set(MEANING) == set(OF_TEXT)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"task_type": "docs"}', TaskType.DOCS),
        ('```json\n{"task_type": "bugfix"}\n```', TaskType.BUGFIX),
        (' {"task_type": "default", "why": "none"} ', TaskType.DEFAULT),
        ('{"task_type": "design"}', None),
        ('{"task_type": "background"}', None),
        ('{"task_type": "opus"}', None),
        ('{"task_type": ["docs"]}', None),
        ('{"model": "opus"}', None),
        ("docs", None),
        ("[" * 1000, None),
        ("", None),
        (f'{{"task_type": "docs", "x": "{"y" * 5000}"}}', None),
    ],
)
def test_an_answer_is_a_kind_that_was_offered_or_none(text: str, expected: TaskType | None) -> None:
    said = answer(reply(text), KINDS, model="small")
    assert said.task_type == expected
    assert said.why.startswith("small ")


@given(ANYTHING | st.text().map(reply))
def test_whatever_comes_back_is_no_error(data: Any) -> None:
    assert answer(data, KINDS, model="small").task_type in {None, *KINDS}


def test_the_prompt_stands_between_marks_and_is_cut() -> None:
    asked = question("a" * 10_000 + "END", KINDS, model="small", mark="f00f")
    content = asked["messages"][0]["content"]
    assert content.startswith("f00f\n")
    assert content.endswith("END\nf00f")
    assert len(json.dumps(asked)) < 6_000
