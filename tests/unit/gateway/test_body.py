import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.gateway.body import _READ, BadBody, _member_by_member, _without_spaces, read_body

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.just("model"), inner, max_size=3),
    max_leaves=8,
)
OTHERS = st.dictionaries(st.text().filter(lambda key: key.casefold() not in _READ), VALUES, max_size=4)


@given(before=OTHERS, after=OTHERS, old=st.text(), new=st.text(), form=st.sampled_from(["escaped", "as it is"]))
def test_only_the_models_name_changes(
    before: dict[str, Any], after: dict[str, Any], old: str, new: str, form: str
) -> None:
    def text(value: object) -> str:
        return json.dumps(value, ensure_ascii=form == "escaped")

    head = "".join(f"{text(key)}: {text(value)},\n " for key, value in before.items())
    tail = "".join(f", {text(key)}:{text(value)}" for key, value in after.items())
    body = read_body(f'\n{{{head}"model" : {text(old)}{tail}}} '.encode(errors="replace"))
    assert body.asking_for(new) == f'\n{{{head}"model" : {json.dumps(new)}{tail}}} '.encode(errors="replace")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b'{"model":"a"}', ("a", False, None)),
        (b'{"stream":true,"max_tokens":7,"x":{"model":"inner"},"model":"a"}', ("a", True, 7)),
        (b'{"mod\\u0065l":"a"}', ("a", False, None)),
        ('{"x":"日本","model":"日本"}'.encode(), ("日本", False, None)),
    ],
    ids=["plain", "all fields", "an escaped key", "wide characters"],
)
def test_what_is_decided_by_is_read(raw: bytes, expected: tuple[str, bool, int | None]) -> None:
    body = read_body(raw)
    assert (body.model, body.stream, body.max_tokens) == expected
    assert json.loads(body.asking_for("other"))["model"] == "other"


@given(before=OTHERS, after=OTHERS, fields=st.fixed_dictionaries({}, optional={"model": VALUES, "max_tokens": VALUES}))
def test_a_body_without_spaces_is_read_as_any_other(
    before: dict[str, Any], after: dict[str, Any], fields: dict[str, Any]
) -> None:
    raw = json.dumps(before | fields | after, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
    quick = _without_spaces(raw)
    assert quick is None or quick == _member_by_member(raw)


@pytest.mark.parametrize(
    "raw", [b'{"model":"a","max_tokens":7,"x":[{"model":"b c"}]}', '{"x":"日","model":"a"}'.encode()]
)
def test_what_clients_send_is_read_without_its_inside(raw: bytes) -> None:
    assert _without_spaces(raw) == _member_by_member(raw)


@pytest.mark.parametrize(
    "raw",
    [b'{"model":"a","model":"b"}', b'{"mod\\u0065l":"a"}', b'{"model": "a"}', '{"日":1}'.encode(), b"{}", b"[]", b""],
)
def test_any_doubt_is_left_to_the_careful_reader(raw: bytes) -> None:
    assert _without_spaces(raw) is None


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b'{"model":"cheap","model":"dear"}', "twice"),
        (b'{"model":"cheap","mod\\u0065l":"dear"}', "twice"),
        (b'{"model":"a","max_tokens":1,"max_tokens":99999}', "twice"),
        (b'{"model":"a","stream":false,"stream":true}', "twice"),
        (b"{}", "names no model"),
        (b'{"model":7}', "names no model"),
        (b'{"model":"a","max_tokens":-5}', "max_tokens"),
        (b'{"model":"a","max_tokens":0}', "max_tokens"),
        (b'{"model":"a","max_tokens":1.5}', "max_tokens"),
        (b'{"model":"a","max_tokens":true}', "max_tokens"),
        (b'{"model":"a","max_tokens":"9"}', "max_tokens"),
        (b"", "JSON object"),
        (b"[1]", "JSON object"),
        (b'"model"', "JSON object"),
        (b'{"model":"a"', "JSON object"),
        (b'{"model":"a",}', "JSON object"),
        (b'{"model":"a"}{}', "JSON object"),
        (b'{"model":"a" "b":1}', "JSON object"),
        (b"{model:1}", "JSON object"),
        (b'\xff{"model":"a"}', "JSON object"),
        (b'{"model":"a","x":' + b"[" * 100_000, "JSON object"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(raw: bytes, words: str) -> None:
    with pytest.raises(BadBody, match=words):
        read_body(raw)


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_a_body_or_refused(raw: bytes) -> None:
    try:
        body = read_body(raw)
    except BadBody:
        return
    assert json.loads(raw)["model"] == body.model
