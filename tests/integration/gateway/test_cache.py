"""Kept replies over real HTTP: what is told again, what never is, and what somebody did to the file meanwhile."""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from gha_router.cache import Ground, seal_key
from gha_router.cache.sqlite import FILE
from gha_router.gateway.keys import Grant
from gha_router.gateway.setup import Caching
from gha_router.ledger import verify
from gha_router.records import Receipt
from tests.integration.gateway.scene import ASK, KEY, Scene, scene
from tests.upstream import Handler, answering, message, streaming, text_events

SEAL = seal_key([KEY]).hex()
HERE = Ground(repository="o/r", commit="c0ffee")
FORK = replace(HERE, trust="untrusted:pull/7")
WHOLE = answering(200, message())
STREAM = streaming(text_events("hello"))
OVERLOAD = b'event: error\ndata: {"type":"error","error":{"type":"overloaded_error"}}\n\n'
RUNS = ("a", "b", "d")  # folders of runs that share one cache
TOOL = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "real-name",
    "content": [{"type": "tool_use", "id": "toolu_1", "name": "Read", "input": {"path": "README.md"}}],
    "stop_reason": "tool_use",
    "usage": {"input_tokens": 10, "output_tokens": 5},
}


def caching(run: Path, **changes: Any) -> dict[str, Caching]:
    folder = (run.parent if run.name in RUNS else run) / "c"
    return {"caching": replace(Caching(ground=HERE, seal=SEAL, exact_ttl_s=600, folder=folder), **changes)}


def cached(run: Path, *handlers: Handler, **changes: Any) -> AbstractAsyncContextManager[Scene]:
    return scene(run, *handlers, told=caching(run, **changes))


def word(reply: httpx.Response) -> str | None:
    said: str | None = reply.headers.get("x-gha-router-cache")
    return said


def runs(tmp_path: Path) -> list[Path]:
    folders = [tmp_path / name for name in RUNS]
    for folder in folders:
        folder.mkdir()
    return folders


def events(text: str) -> list[Any]:
    return [orjson.loads(line[6:]) for line in text.splitlines() if line.startswith("data: {")]


def test_the_very_same_request_is_answered_once(tmp_path: Path) -> None:
    async def run() -> list[Receipt]:
        async with cached(tmp_path, WHOLE) as s:
            first, second = await s.ask(), await s.ask()
            assert (word(first), word(second)) == ("miss", "hit")
            assert second.json() == first.json()
            assert second.headers["x-gha-router-served"] == "lab0/real-name"
            assert second.headers["x-gha-router-receipt"] == s.receipts[1].id
            assert second.headers["x-gha-router-model"] == "real-name"
            assert len(s.upstreams[0].sent) == 1
            return s.receipts

    paid, hit = asyncio.run(run())
    assert (paid.cache, paid.cost_usd, paid.saved_usd, paid.source) == ("miss", Decimal("0.0006"), None, None)
    assert (hit.cache, hit.cost_usd, hit.saved_usd, hit.source) == ("hit", Decimal(0), Decimal("0.0006"), paid.id)
    assert (hit.served, hit.tries, hit.status, hit.complete, hit.similarity) == ("lab0/real-name", (), 200, True, None)
    assert hit.usage is not None
    assert hit.usage.total == 0
    assert verify(tmp_path / "ledger.jsonl").receipts == 2


@pytest.mark.parametrize("handler", [WHOLE, STREAM], ids=["whole", "streamed"])
@pytest.mark.parametrize("first", [False, True], ids=["first whole", "first streamed"])
def test_a_reply_is_told_as_it_is_asked_for(tmp_path: Path, handler: Handler, *, first: bool) -> None:
    async def run() -> None:
        async with cached(tmp_path, handler) as s:
            await s.ask(stream=first)
            whole, stream = await s.ask(), await s.ask(stream=True)
            assert (word(whole), word(stream)) == ("hit", "hit")
            assert whole.json()["content"] == [{"type": "text", "text": "hello"}]
            assert whole.json()["model"] == "sonnet"
            assert whole.json()["usage"]["output_tokens"] == 20
            assert stream.headers["content-type"] == "text/event-stream"
            told = events(stream.text)
            assert [event["type"] for event in told] == [
                "message_start",
                "content_block_start",
                "content_block_delta",
                "content_block_stop",
                "message_delta",
                "message_stop",
            ]
            assert told[0]["message"]["model"] == "sonnet"
            assert told[2]["delta"]["text"] == "hello"
            assert len(s.upstreams[0].sent) == 1

    asyncio.run(run())


def test_both_fronts_tell_one_reply_each_in_its_own_words(tmp_path: Path) -> None:
    asked = {"model": "sonnet", "max_tokens": 100, "messages": [{"role": "user", "content": "hi"}]}

    async def run() -> None:
        async with cached(tmp_path, STREAM) as s:
            chat = await s.http.post("/v1/chat/completions", json=asked)
            again = await s.http.post("/v1/chat/completions", json=asked)
            streamed = await s.http.post("/v1/chat/completions", json={**asked, "stream": True})
            assert [word(one) for one in (chat, again, streamed)] == ["miss", "hit", "hit"]
            assert again.json()["choices"] == chat.json()["choices"]
            assert again.json()["choices"][0]["message"]["content"] == "hello"
            texts = [chunk["choices"][0]["delta"].get("content") or "" for chunk in events(streamed.text)]
            assert "".join(texts) == "hello"
            assert streamed.text.endswith("data: [DONE]\n\n")

    asyncio.run(run())


def test_turns_with_tools_are_told_again_too(tmp_path: Path) -> None:
    tools = [{"name": "Read", "input_schema": {"type": "object"}}]
    turns = [
        {"role": "user", "content": "count the lines"},
        {"role": "assistant", "content": TOOL["content"]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1", "content": "354"}]},
    ]

    async def run() -> None:
        async with cached(tmp_path, answering(200, orjson.dumps(TOOL))) as s:
            for _ in range(2):
                reply = await s.ask(tools=tools, messages=turns, stream=True)
            assert word(reply) == "hit"
            deltas = [event["delta"] for event in events(reply.text) if event["type"] == "content_block_delta"]
            assert orjson.loads("".join(delta["partial_json"] for delta in deltas)) == {"path": "README.md"}
            result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "184"}
            other = [*turns[:2], {"role": "user", "content": [result]}]
            assert word(await s.ask(tools=tools, messages=other)) == "miss"

    asyncio.run(run())


def test_it_lives_from_run_to_run_and_is_over_with_its_time(tmp_path: Path) -> None:
    first, second, third = runs(tmp_path)

    async def run() -> None:
        async with cached(first, WHOLE) as s:
            assert word(await s.ask()) == "miss"
            began = s.clock.started
        async with cached(second, WHOLE) as s:
            s.clock.started = began
            assert word(await s.ask()) == "hit"
        async with cached(third, WHOLE) as s:
            s.clock.started, s.clock.time = began, s.clock.time + 601
            assert word(await s.ask()) == "miss"

    asyncio.run(run())


BROKEN: dict[str, tuple[Handler, dict[str, Any]]] = {
    "an error": (answering(400, b'{"type":"error","error":{"type":"invalid_request_error","message":"no"}}'), {}),
    "an overload": (answering(529, b'{"type":"error","error":{"type":"overloaded_error","message":"no"}}'), {}),
    "a refusal": (answering(200, message().replace(b"end_turn", b"refusal")), {}),
    "a reply cut short": (answering(200, message().replace(b"end_turn", b"max_tokens")), {}),
    "a pause": (answering(200, message().replace(b"end_turn", b"pause_turn")), {}),
    "a stream cut short": (streaming(text_events("hello")[:4], break_off=True), {"stream": True}),
    "a stream that ends early": (streaming(text_events("hello")[:4]), {"stream": True}),
    "an error inside a stream": (
        streaming([*text_events("hello")[:3], OVERLOAD]),
        {"stream": True},
    ),
    "a provider's key in the reply": (answering(200, message(f"the key is {KEY}")), {}),
    "a key of a known shape in the reply": (answering(200, message("ghp_1a2B3c4D5e6F7g8H9i0J1k2L3m4N5o6P7q8R")), {}),
    "a provider's key in the request": (WHOLE, {"system": f"use {KEY}"}),
    "a virtual key in the request": (WHOLE, {"system": "ghar-Zk3vQ9xW2mR7tY1pL5nB8cF4hJ6dS0gA_eU-iOqTrKw"}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_whole_answer_or_holds_a_key_is_not_kept(tmp_path: Path, name: str) -> None:
    handler, changes = BROKEN[name]

    async def run() -> None:
        async with cached(tmp_path, handler) as s:
            for _ in range(2):
                with suppress(httpx.HTTPError):
                    assert word(await s.ask(**changes)) != "hit"
            assert len(s.upstreams[0].sent) >= 2
        with sqlite3.connect(tmp_path / "c" / FILE) as file:
            assert file.execute("SELECT count(*) FROM entry").fetchone() == (0,)
        file.close()

    asyncio.run(run())


async def by_header(s: Scene) -> httpx.Response:
    return await s.http.post("/v1/messages", json=ASK, headers={"x-gha-router-cache": "no-store"})


async def by_a_client_that_tries_again(s: Scene) -> httpx.Response:
    return await s.http.post("/v1/messages", json=ASK, headers={"x-stainless-retry-count": "1"})


async def by_an_escalated_attempt(s: Scene) -> httpx.Response:
    key = s.gateway.keys.mint(Grant(step="fix", run="run-1", attempt=2))
    return await s.http.post("/v1/messages", json=ASK, headers={"x-api-key": key})


@pytest.mark.parametrize(
    ("ask", "said"),
    [(by_header, "no-store"), (by_a_client_that_tries_again, "bypass"), (by_an_escalated_attempt, "bypass")],
)
def test_who_wants_another_answer_gets_one_and_nobody_gets_theirs(
    tmp_path: Path, ask: Callable[[Scene], Awaitable[httpx.Response]], said: str
) -> None:
    async def run() -> None:
        async with cached(tmp_path, WHOLE) as s:
            assert word(await ask(s)) == said
            assert word(await s.ask()) == "miss"
            assert word(await ask(s)) == said
            assert len(s.upstreams[0].sent) == 3
            assert [one.cache for one in s.receipts] == [said, "miss", said]

    asyncio.run(run())


def test_a_route_may_say_no_store_or_a_time_of_its_own(tmp_path: Path) -> None:
    routes = {"docs": {"no_store": True}, "test": {"ttl": 5.0}}

    async def run() -> None:
        async with cached(tmp_path, WHOLE, routes=routes) as s:
            bound = s.gateway.setup.names["sonnet"]
            keys = {
                kind: s.gateway.keys.mint(Grant(step=kind, decision=replace(bound, task_type=kind))) for kind in routes
            }

            def ask(kind: str) -> Awaitable[httpx.Response]:
                return s.http.post("/v1/messages", json=ASK, headers={"x-api-key": keys[kind]})

            assert [word(await ask("docs")) for _ in range(2)] == ["no-store", "no-store"]
            assert [word(await ask("test")) for _ in range(2)] == ["miss", "hit"]
            s.clock.time += 6
            assert word(await ask("test")) == "miss"

    asyncio.run(run())


def test_a_fallback_s_answer_is_not_told_in_the_place_of_the_model_that_was_asked(tmp_path: Path) -> None:
    busy = answering(429, b'{"type":"error","error":{"type":"rate_limit_error","message":"slow"}}')

    async def run() -> None:
        told = caching(tmp_path)
        async with scene(tmp_path, busy, WHOLE, told=told, each={"group": (None, "haiku")}) as s:
            replies = [await s.ask() for _ in range(2)]
            assert [word(reply) for reply in replies] == ["miss", "miss"]
            assert {reply.headers["x-gha-router-served"] for reply in replies} == {"lab1/real-name"}

    asyncio.run(run())


def test_a_hit_costs_nothing_when_the_budget_is_spent(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, WHOLE, told=caching(tmp_path), run_usd=Decimal("0.003")) as s:
            assert word(await s.ask()) == "miss"
            other = [(await s.ask(system=str(number))).status_code for number in range(9)]
            assert other[-1] == 402
            assert word(await s.ask()) == "hit"
            assert sum(one.cost_usd or 0 for one in s.receipts) <= Decimal("0.003")

    asyncio.run(run())


def test_counting_tokens_has_nothing_to_do_with_it(tmp_path: Path) -> None:
    async def run() -> None:
        async with cached(tmp_path, answering(200, b'{"input_tokens":5}')) as s:
            for _ in range(2):
                reply = await s.http.post("/v1/messages/count_tokens", json=ASK)
                assert (reply.json(), word(reply)) == ({"input_tokens": 5}, None)
            assert [one.cache for one in s.receipts] == [None, None]

    asyncio.run(run())


# The drill: who may poison what others are told?


def test_a_fork_never_feeds_a_trusted_run_nor_reads_what_one_was_told(tmp_path: Path) -> None:
    fork, trusted, other = runs(tmp_path)

    async def run() -> None:
        async with cached(fork, answering(200, message("poison")), ground=FORK) as s:
            assert [word(await s.ask()) for _ in range(2)] == ["miss", "hit"]
        async with cached(trusted, WHOLE) as s:
            reply = await s.ask()
            assert (word(reply), reply.json()["content"][0]["text"]) == ("miss", "hello")
        async with cached(other, WHOLE, ground=replace(FORK, trust="untrusted:pull/8")) as s:
            assert word(await s.ask()) == "miss"

    asyncio.run(run())


def test_a_forged_key_is_told_nothing(tmp_path: Path) -> None:
    async def run() -> None:
        async with cached(tmp_path, WHOLE) as s:
            await s.ask()
            forged = await s.http.post("/v1/messages", json=ASK, headers={"x-api-key": "ghar-forged"})
            assert (forged.status_code, word(forged)) == (403, None)

    asyncio.run(run())


def rewritten(file: sqlite3.Connection) -> None:
    file.execute("UPDATE entry SET value = CAST(replace(CAST(value AS TEXT), 'hello', 'hullo') AS BLOB)")


def with_a_byte_changed(file: sqlite3.Connection) -> None:
    [(value,)] = file.execute("SELECT value FROM entry").fetchall()
    file.execute("UPDATE entry SET value = ?", (value.replace(b"hello", b"hullo"),))


def with_no_seal(file: sqlite3.Connection) -> None:
    [(value,)] = file.execute("SELECT value FROM entry").fetchall()
    file.execute("UPDATE entry SET value = ?", (value[32:],))


def with_a_text_for_bytes(file: sqlite3.Connection) -> None:
    file.execute("UPDATE entry SET value = 'poison'")


def with_a_number_for_bytes(file: sqlite3.Connection) -> None:
    file.execute("UPDATE entry SET value = 12")


@pytest.mark.parametrize(
    "poison", [rewritten, with_a_byte_changed, with_no_seal, with_a_text_for_bytes, with_a_number_for_bytes]
)
def test_an_entry_that_somebody_wrote_by_hand_is_none(
    tmp_path: Path, poison: Callable[[sqlite3.Connection], None]
) -> None:
    first, second, _ = runs(tmp_path)

    async def run() -> None:
        async with cached(first, WHOLE) as s:
            await s.ask()
        with sqlite3.connect(tmp_path / "c" / FILE) as file:
            poison(file)
        file.close()
        async with cached(second, WHOLE) as s:
            reply = await s.ask()
            assert (word(reply), reply.json()["content"][0]["text"]) in {("miss", "hello"), ("bypass", "hello")}

    asyncio.run(run())


def test_an_entry_that_was_moved_to_another_request_s_place_is_none(tmp_path: Path) -> None:
    first, second, _ = runs(tmp_path)

    async def run() -> None:
        async with cached(first, WHOLE) as s:
            await s.ask(system="one")
            await s.ask(system="two")
        with sqlite3.connect(tmp_path / "c" / FILE) as file:
            (one, _), (two, value) = file.execute("SELECT name, value FROM entry ORDER BY kept").fetchall()
            file.execute("UPDATE entry SET value = ? WHERE name = ?", (value, one))
            assert two != one
        file.close()
        async with cached(second, WHOLE) as s:
            assert word(await s.ask(system="one")) == "miss"
            assert word(await s.ask(system="two")) == "hit"

    asyncio.run(run())


def test_other_providers_keys_begin_afresh(tmp_path: Path) -> None:
    first, second, _ = runs(tmp_path)

    async def run() -> None:
        async with cached(first, WHOLE) as s:
            await s.ask()
        async with cached(second, WHOLE, seal=seal_key(["sk-another"]).hex()) as s:
            assert word(await s.ask()) == "miss"

    asyncio.run(run())


def test_a_file_that_is_not_ours_costs_one_warning_and_no_request(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / FILE).write_bytes(b"no database " * 100)

    async def run() -> None:
        async with cached(tmp_path, WHOLE) as s:
            for _ in range(3):
                reply = await s.ask()
                assert (reply.status_code, word(reply)) == (200, "bypass")
                s.clock.time += 60

    asyncio.run(run())
    [record] = caplog.records
    assert "the cache is not used" in record.getMessage()


def test_without_a_cache_nothing_is_said_of_one(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, WHOLE) as s:
            assert word(await s.ask()) is None
            assert s.receipts[0].cache is None

    asyncio.run(run())
