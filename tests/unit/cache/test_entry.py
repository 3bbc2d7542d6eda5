"""A sealed entry is what was sealed, under its own name, or it is none."""

from dataclasses import replace
from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.cache import Entry, Ground, Model, exact_partition, near_partition, opened, seal_key, sealed
from gha_router.gateway.answer import Event
from gha_router.gateway.caching import _message
from gha_router.gateway.playback import events_of
from gha_router.gateway.slip import Slip, Word
from gha_router.records import Json, Usage
from tests.unit.cache.requests import REPLIES

KEY = seal_key(["sk-canary"])
ENTRY = Entry(
    message=b'{"type":"message"}',
    trust="trusted",
    receipt="rcpt_1",
    at="2026-11-21T00:00:00.000Z",
    served="lab/m",
    usage=Usage(input=3, output=4),
    cost_usd=Decimal("0.00060000"),
)
MODEL = Model(name="sonnet", tier=1, deployments=("lab/m",))
HERE = Ground(trust="trusted", repository="o/r", commit="c0ffee")


@given(REPLIES)
def test_an_entry_comes_back_as_it_was(reply: Json) -> None:
    entry = replace(ENTRY, message=orjson.dumps(reply))
    assert opened(sealed(entry, "n", KEY), "n", KEY) == entry


@given(st.integers(0, 10**6), st.integers(1, 255))
def test_no_byte_of_it_may_be_another(place: int, change: int) -> None:
    stored = bytearray(sealed(ENTRY, "n", KEY))
    stored[place % len(stored)] ^= change
    assert opened(bytes(stored), "n", KEY) is None


@pytest.mark.parametrize("stored", [b"", b"x" * 31, b"x" * 200])
def test_what_was_never_sealed_is_none(stored: bytes) -> None:
    assert opened(stored, "n", KEY) is None


def test_neither_another_key_nor_another_name_opens_it() -> None:
    stored = sealed(ENTRY, "n", KEY)
    assert opened(stored, "m", KEY) is None
    assert opened(stored, "n", seal_key(["sk-other"])) is None


def test_the_seal_s_key_is_the_same_whatever_order_the_keys_are_found_in() -> None:
    assert seal_key(["a", "b"]) == seal_key(["b", "a", "b"]) != seal_key(["ab"])


@given(REPLIES)
def test_any_kept_stream_is_told_again_as_a_stream_of_the_same_message(reply: Json) -> None:
    slip = Slip(word=Word.MISS, name="n")
    slip.take([Event(None, b": comment\n\n"), *events_of(reply)])
    kept = _message(slip)
    assert kept is not None
    assert orjson.loads(kept) == reply
    again = Slip(word=Word.MISS, name="n")
    again.take(events_of(orjson.loads(kept)))
    assert _message(again) == kept


@pytest.mark.parametrize(
    "change",
    [
        {"stop_reason": "max_tokens"},
        {"stop_reason": "refusal"},
        {"stop_reason": "pause_turn"},
        {"stop_reason": "model_context_window_exceeded"},
        {"stop_reason": None},
        {"content": []},
        {"content": [{"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}}]},
        {"content": ["hello"]},
        {"content": "hello"},
    ],
)
def test_a_reply_that_is_not_whole_or_looked_at_the_world_is_not_kept(change: Json) -> None:
    whole = {"type": "message", "content": [{"type": "text", "text": "hello"}], "stop_reason": "end_turn"}
    assert _message(Slip(word=Word.MISS, name="n", whole=orjson.dumps(whole))) is not None
    assert _message(Slip(word=Word.MISS, name="n", whole=orjson.dumps(whole | change))) is None


@pytest.mark.parametrize(
    "other",
    [
        replace(HERE, trust="untrusted:pull/1"),
        replace(HERE, repository="o/fork"),
        replace(HERE, scope="docs"),
    ],
)
def test_another_trust_repository_or_scope_is_another_partition(other: Ground) -> None:
    assert exact_partition(other, MODEL) != exact_partition(HERE, MODEL)
    assert near_partition(other, MODEL, None, "en") != near_partition(HERE, MODEL, None, "en")


@pytest.mark.parametrize(
    "other", [replace(MODEL, name="opus"), replace(MODEL, tier=0), replace(MODEL, deployments=("lab/n",))]
)
def test_another_model_tier_or_deployment_is_another_partition(other: Model) -> None:
    assert exact_partition(HERE, other) != exact_partition(HERE, MODEL)


def test_a_commit_parts_what_is_near_and_not_what_is_the_very_same() -> None:
    later = replace(HERE, commit="feed")
    assert exact_partition(later, MODEL) == exact_partition(HERE, MODEL)
    assert near_partition(later, MODEL, None, "en") != near_partition(HERE, MODEL, None, "en")
    assert near_partition(replace(HERE, commit=None), MODEL, None, "en") is None
