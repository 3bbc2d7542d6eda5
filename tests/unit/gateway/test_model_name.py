import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.gateway.model_name import replace

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.just("model"), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("body", "path", "expected"),
    [
        (b'{"model":"a","n":1.0e5}', ("model",), b'{"model":"b","n":1.0e5}'),
        (b'{ "x" : {"model":"inner"},\n "model" : "a" }', ("model",), b'{ "x" : {"model":"inner"},\n "model" : "b" }'),
        (
            b'{"text":"\\"model\\":\\"no\\" \\"model\\": \\"no\\"","model":"a"}',
            ("model",),
            b'{"text":"\\"model\\":\\"no\\" \\"model\\": \\"no\\"","model":"b"}',
        ),
        (b'{"message":{"model":"a"},"model":"top"}', ("message", "model"), b'{"message":{"model":"b"},"model":"top"}'),
        (b'{"model":7}', ("model",), b'{"model":7}'),
        (b"[]", ("model",), b"[]"),
        (b"not json", ("model",), b"not json"),
        (b'{"model":"q\\"uote"}', ("model",), b'{"model":"b"}'),
    ],
    ids=["plain", "inner first", "inside a text", "in a message", "no text", "no object", "no json", "escaped quote"],
)
def test_only_the_name_at_its_path_changes(body: bytes, path: tuple[str, ...], expected: bytes) -> None:
    assert replace(body, path, "b") == expected


@given(
    before=st.dictionaries(st.text().filter(lambda key: key != "model"), VALUES, max_size=4),
    after=st.dictionaries(st.text().filter(lambda key: key != "model"), VALUES, max_size=4),
    old=st.text(),
    new=st.text(),
)
def test_all_else_stays_byte_for_byte(before: dict[str, Any], after: dict[str, Any], old: str, new: str) -> None:
    head = "".join(f"{json.dumps(key)}: {json.dumps(value)},  " for key, value in before.items())
    tail = "".join(f", {json.dumps(key)}:{json.dumps(value)}" for key, value in after.items() if key not in before)
    body = f'{{{head}"model" : {json.dumps(old)}{tail}}}'
    expected = f'{{{head}"model" : {json.dumps(new)}{tail}}}'
    assert replace(body.encode(), ("model",), new) == expected.encode()


@pytest.mark.parametrize("path", [("model",), ("message", "model")])
def test_a_reply_that_lists_many_models_is_not_read_once_for_each(path: tuple[str, ...]) -> None:
    listed = {f"é{number}": {"model": "inner"} for number in range(3000)}
    body = json.dumps({"content": [listed], "model": "served", "x": "é"}, ensure_ascii=False)
    if len(path) > 1:
        body = f'{{"model": "top", "message" : {body}, "y": 1}}'
    since = time.process_time()
    found = replace(body.encode(), path, "asked")
    assert time.process_time() - since < 0.5  # it took 2.5 s, and twice as many took four times as long
    assert found == body.replace('"served"', '"asked"').encode()
