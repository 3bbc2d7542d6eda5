"""What a request is said to need: must-find and must-not-find, wherever in it, whatever its shape."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.gateway.body import read_body
from gha_router.gateway.budget import LONGEST_PROMPT, TOKENS_PER_IMAGE, TOKENS_PER_SEARCH, unseen, worst_case
from gha_router.gateway.needs import NOTHING, SEARCHES, Needs, needs_of
from gha_router.gateway.setup import Upstream
from gha_router.pricing import FREE, SUPPORTS, Price, Prices

PNG = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "A" * 400}}
LINKED = {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}
PDF = {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBE"}}
FILE = {"type": "document", "source": {"type": "file", "file_id": "file_1"}}
PLAIN = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "hi"}}
CALL = {"type": "tool_use", "id": "t", "name": "Read", "input": {"type": "image"}}
READ = {"name": "Read", "input_schema": {"type": "object", "properties": {"image": {"type": "document"}}}}
SEARCH = {"type": "web_search_20250305", "name": "web_search", "max_uses": 3}
PRICE = Price(input=Decimal(3), output=Decimal(15), source="configured", digest="d", web_search=Decimal("0.02"))


def result(*inner: object) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": "t", "content": list(inner)}


def needs(*blocks: object, tools: object = None) -> Needs:
    return needs_of(tools, [{"role": "user", "content": [{"type": "text", "text": "a"}, *blocks]}])


@pytest.mark.parametrize(
    ("blocks", "tools", "words"),
    [
        ((), None, set()),
        ((), [], set()),
        ((), [READ], {"tools"}),
        ((CALL,), None, {"tools"}),
        ((result(),), None, {"tools"}),
        ((PNG,), None, {"vision"}),
        ((LINKED,), None, {"vision"}),
        ((result(PNG),), None, {"vision", "tools"}),
        ((result(result(LINKED)),), None, {"vision", "tools"}),
        ((PDF,), None, {"pdf"}),
        ((FILE,), None, {"pdf"}),
        ((result(PDF),), None, {"pdf", "tools"}),
        ((PLAIN,), None, set()),
        (({"type": "document", "source": {"type": "content", "content": [PNG]}},), None, {"vision"}),
        ((), [SEARCH], {"web_search"}),
        ((), [SEARCH, READ], {"web_search", "tools"}),
        ((), [{"type": "web_fetch_20250910", "name": "web_fetch"}], set()),
        ((), [{"type": "custom", **READ}], {"tools"}),
    ],
)
def test_what_a_request_needs_is_found_wherever_it_lies(
    blocks: tuple[object, ...], tools: object, words: set[str]
) -> None:
    assert needs(*blocks, tools=tools).words == words
    assert words <= set(SUPPORTS)


def test_a_word_in_a_text_or_an_argument_is_no_need() -> None:
    said = {"type": "text", "text": '{"type":"image"}', "content": [PNG]}
    assert needs(said) is NOTHING
    assert needs(CALL).words == {"tools"}


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["image", "document", "tool_use", "base64"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["type", "content", "source", "data", "max_uses"]), inner, max_size=4)
        ),
        max_leaves=12,
    )
)
def test_any_shape_has_needs_and_none_is_a_mistake_of_ours(value: Any) -> None:
    for found in (needs_of(value, value), needs(value, tools=[value]), needs_of([value], [value])):
        assert found.images >= 0
        assert found.words <= set(SUPPORTS)


def test_a_body_is_nested_as_deeply_as_a_parser_takes_it() -> None:
    block: dict[str, Any] = PNG
    for _ in range(150):
        block = result(block)
    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": [block]}]}).encode()
    assert read_body(body).needs.words == {"vision", "tools"}


def upstream(**fields: Any) -> Upstream:
    return Upstream(
        **{"name": "l/x", "model": "x", "provider": "l", "base_url": "", "api_key": None, "price": PRICE, **fields}
    )


@pytest.mark.parametrize(
    ("found", "fields", "tokens"),
    [
        (NOTHING, {"context": 10}, 0),
        (needs(CALL), {}, 0),
        (needs(LINKED, result(PNG)), {}, 2 * TOKENS_PER_IMAGE),
        (needs(LINKED, LINKED), {"context": 8_000}, 8_000),
        (needs(PDF), {}, LONGEST_PROMPT),
        (needs(FILE), {"max_input": 200_000}, 200_000),
        (needs(FILE), {"max_input": 200_000, "context": 50_000}, 50_000),
        (needs(PLAIN), {}, 0),
        (needs(tools=[SEARCH]), {}, 3 * TOKENS_PER_SEARCH),
        (needs(tools=[{**SEARCH, "max_uses": None}]), {}, SEARCHES * TOKENS_PER_SEARCH),
        (needs(tools=[{"type": "web_fetch_20250910"}]), {"max_input": 200_000}, 200_000),
    ],
)
def test_what_no_byte_shows_is_bounded(found: Needs, fields: dict[str, Any], tokens: int) -> None:
    assert unseen(found, upstream(**fields)) == tokens


def test_the_worst_case_counts_an_image_as_an_image_and_a_search_as_its_fee() -> None:
    plain = worst_case(10_000, 100, upstream())
    seen = worst_case(10_000, 100, upstream(), needs(PNG))
    assert plain is not None
    assert seen == plain + Decimal(6) * (TOKENS_PER_IMAGE - 200) / 10**6
    asked = worst_case(10_000, 100, upstream(), needs(tools=[SEARCH]))
    assert asked == plain + Decimal(6) * 3 * TOKENS_PER_SEARCH / 10**6 + 3 * Decimal("0.02")
    assert worst_case(10_000, 100, upstream(price=FREE), needs(PDF, tools=[SEARCH])) == 0
    assert worst_case(10_000, 100, upstream(price=None), needs(PDF)) is None


@pytest.mark.parametrize("field", ["tools", "messages"])
def test_what_decides_stands_once(field: str) -> None:
    with pytest.raises(ValueError, match="twice"):
        read_body(f'{{"model":"m","{field}":[],"{field}":[1]}}'.encode())


def test_no_listed_model_takes_a_longer_prompt_than_the_bound() -> None:
    limits = [entry.get("max_input_tokens", 0) for entry in Prices.load().models.values()]
    assert max(limits) <= LONGEST_PROMPT


BLOCKS = st.sampled_from(
    [PNG, LINKED, PDF, FILE, PLAIN, CALL, result(PNG), result(), {"type": "text", "text": '"image"'}]
)
TOOLS = st.lists(st.sampled_from([SEARCH, READ, {"type": "web_fetch_20250910", "name": "web_fetch"}]), max_size=2)


@given(blocks=st.lists(BLOCKS, max_size=3), tools=st.none() | TOOLS, written=st.sampled_from(["ascii", "utf-8"]))
def test_what_is_seen_in_the_bytes_is_what_reading_finds(
    blocks: list[dict[str, Any]], tools: list[dict[str, Any]] | None, written: str
) -> None:
    messages = [{"role": "user", "content": [{"type": "text", "text": "日本"}, *blocks]}]
    body = {"model": "m", "messages": messages, "tools": tools}
    raw = json.dumps(body, ensure_ascii=written == "ascii", separators=(",", ":")).encode()
    assert read_body(raw).needs == needs_of(tools, messages)


def test_an_escaped_type_is_found() -> None:
    raw = json.dumps({"model": "m", "messages": [{"content": [LINKED]}]}).replace('"image"', '"im\\u0061ge"')
    assert read_body(raw.encode()).needs.images == 1
