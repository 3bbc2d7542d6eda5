"""The gateway between a real client and a real upstream: what is passed on, refused, and booked."""

import asyncio
import json
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from aiohttp import web

from gha_router.gateway.keys import Grant
from gha_router.ledger import receipts, verify
from tests.integration.gateway.scene import ASK, KEY, scene
from tests.loopback import NO_TLS
from tests.processes import wait_until
from tests.upstream import Handler, answering, event, message, streaming, text_events


def test_a_streamed_reply_is_relayed_byte_for_byte_but_for_the_name(tmp_path: Path) -> None:
    async def run() -> None:
        stream = b"".join(text_events("日本語 \\n model"))
        halves = [stream[:37], stream[37:150], stream[150:]]
        async with scene(tmp_path, streaming(halves)) as s:
            reply = await s.ask(stream=True)
            assert reply.content == stream.replace(b'"model":"real-name"', b'"model":"sonnet"')
            assert reply.headers["x-gha-router-served"] == "lab0/real-name"
            assert reply.headers["request-id"] == "req_1"
        [receipt] = receipts(tmp_path / "ledger.jsonl")
        assert receipt.usage is not None
        assert (receipt.usage.input, receipt.usage.output, receipt.stop_reason) == (100, 20, "end_turn")
        assert receipt.cost_usd == Decimal("0.0006")
        assert (receipt.asked, receipt.served, receipt.complete, receipt.run) == (
            "sonnet",
            "lab0/real-name",
            True,
            "run-1",
        )

    asyncio.run(run())


def test_a_whole_reply_is_relayed_and_the_request_is_changed_in_its_name_only(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message())) as s:
            body = b'{"model" : "sonnet", "x": 1.50e3, "messages":[{"role":"user","content":"\\u3042 model"}]}'
            reply = await s.http.post("/v1/messages?beta=true", content=body)
            assert reply.json()["model"] == "sonnet"
            [sent] = s.upstreams[0].sent
            assert sent.body == body.replace(b'"sonnet"', b'"real-name"')
            assert sent.path == "/v1/messages?beta=true"

    asyncio.run(run())


def test_the_provider_gets_its_key_and_never_the_virtual_one(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message())) as s:
            headers = {"anthropic-beta": "one,two", "cookie": "a=b", "x-claude-code-session-id": "ses", "x-other": "no"}
            await s.http.post("/v1/messages", json=ASK, headers=headers)
            sent = {name.lower(): value for name, value in s.upstreams[0].sent[0].headers.items()}
            assert (sent["x-api-key"], sent["anthropic-beta"]) == (KEY, "one,two")
            assert not {"cookie", "x-other"} & sent.keys()
            assert s.key not in str(sent)
            assert s.receipts[0].session == "ses"

    asyncio.run(run())


@pytest.mark.parametrize("headers", [{"x-api-key": "ghar-unknown"}, {"x-api-key": ""}, {"authorization": "Bearer no"}])
def test_an_unknown_key_gets_403_because_claude_code_repeats_a_401_for_minutes(
    tmp_path: Path, headers: dict[str, str]
) -> None:
    async def run() -> None:
        async with (
            scene(tmp_path, answering(200, message())) as s,
            httpx.AsyncClient(verify=NO_TLS, base_url=s.http.base_url) as client,
        ):
            for path in ("/v1/messages", "/v1/messages/count_tokens"):
                reply = await client.post(path, json=ASK, headers=headers)
                assert (reply.status_code, reply.json()["error"]["type"]) == (403, "permission_error")
                assert reply.headers["x-should-retry"] == "false"
            assert (await client.get("/v1/models", headers=headers)).status_code == 403
            assert (await client.get("/receipts", headers=headers)).status_code == 403
            assert s.upstreams[0].sent == []

    asyncio.run(run())


def test_a_revoked_key_spends_nothing(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message())) as s:
            assert (await s.ask()).status_code == 200
            assert s.gateway.keys.revoke(s.key) is not None
            assert (await s.ask()).status_code == 403
            assert len(s.upstreams[0].sent) == 1

    asyncio.run(run())


def test_receipts_are_for_the_run_key_only(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message())) as s:
            await s.ask()
            assert (await s.http.get("/receipts")).status_code == 403
            reply = await s.http.get("/receipts", headers={"x-api-key": s.gateway.keys.run_key})
            assert reply.json()["head"] == s.gateway.ledger.head
            assert [one["cost_usd"] for one in reply.json()["receipts"]] == ["0.00060000"]
            assert (await s.ask()).status_code == 200
            as_run = await s.http.post("/v1/messages", json=ASK, headers={"x-api-key": s.gateway.keys.run_key})
            assert as_run.status_code == 403

    asyncio.run(run())


def test_an_upstreams_error_is_passed_on_in_its_own_words_without_the_key(tmp_path: Path) -> None:
    async def run() -> None:
        text = json.dumps(
            {"type": "error", "error": {"type": "invalid_request_error", "message": f"prompt is too long {KEY}"}}
        )
        async with scene(tmp_path, answering(400, text.encode())) as s:
            reply = await s.ask()
            assert reply.status_code == 400
            assert reply.json()["error"]["message"] == "prompt is too long [redacted]"
        [receipt] = receipts(tmp_path / "ledger.jsonl")
        assert (receipt.status, receipt.cost_usd, receipt.tries[0].cause) == (400, Decimal(0), "HTTP 400")
        assert KEY not in (tmp_path / "ledger.jsonl").read_text()

    asyncio.run(run())


def test_a_key_that_the_upstream_echoes_does_not_reach_the_agent(tmp_path: Path) -> None:
    async def run() -> None:
        stream = b"".join(text_events(f"your key is {KEY}."))
        cut = stream.index(KEY.encode()) + 5
        async with scene(tmp_path, streaming([stream[:cut], stream[cut:]])) as s:
            reply = await s.ask(stream=True)
            assert KEY not in reply.text
            assert "your key is [redacted]." in reply.text

    asyncio.run(run())


def test_the_next_deployment_answers_when_one_is_overloaded_or_gone(tmp_path: Path) -> None:
    async def run() -> None:
        overloaded = answering(529, b'{"type":"error","error":{"type":"overloaded_error","message":"later"}}')
        async with scene(tmp_path, overloaded, answering(200, message()), extra_urls=["http://127.0.0.1:9"]) as s:
            reply = await s.ask()
            assert (reply.status_code, reply.headers["x-gha-router-served"]) == (200, "lab2/real-name")
        [receipt] = receipts(tmp_path / "ledger.jsonl")
        assert [(one.status, one.cause.split(" (")[0]) for one in receipt.tries] == [
            (None, "no connection"),
            (529, "HTTP 529"),
            (200, "ok"),
        ]

    asyncio.run(run())


def test_when_nobody_answers_the_last_words_reach_the_agent_and_nothing_is_billed(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, extra_urls=["http://127.0.0.1:9"]) as s:
            reply = await s.ask()
            assert (reply.status_code, reply.json()["error"]["type"]) == (502, "api_error")
        [receipt] = receipts(tmp_path / "ledger.jsonl")
        assert (receipt.status, receipt.cost_usd, receipt.served) == (502, Decimal(0), None)

    asyncio.run(run())


def test_a_stream_that_breaks_off_ends_with_an_error_and_an_incomplete_receipt(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, streaming(text_events("half")[:3], break_off=True)) as s:
            reply = await s.ask(stream=True)
            assert reply.text.endswith(
                '"message":"gha-router: the upstream\'s stream broke off (ClientPayloadError)"}}\n\n'
            )
        [receipt] = receipts(tmp_path / "ledger.jsonl")
        assert (receipt.complete, receipt.stop_reason) == (False, None)
        assert receipt.tries[0].cause.startswith("broke off")
        assert receipt.cost_usd == Decimal("0.00033")  # two tokens for the four bytes of content that had passed

    asyncio.run(run())


def test_a_receipt_is_written_before_the_last_bytes_are_passed_on(tmp_path: Path) -> None:
    async def run() -> None:
        async with (
            scene(tmp_path, streaming(text_events("hello"))) as s,
            s.http.stream("POST", "/v1/messages", json={**ASK, "stream": True}) as reply,
        ):
            async for line in reply.aiter_lines():
                if "message_stop" in line:
                    assert len(s.receipts) == 1

    asyncio.run(run())


def test_when_the_client_goes_away_the_upstream_is_let_go_and_the_used_part_is_priced(tmp_path: Path) -> None:
    gone = asyncio.Event()

    async def endless(request: web.Request, _body: bytes) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b"".join(text_events("x")[:2]))
        try:
            while True:
                await response.write(event({"type": "ping"}))
                await asyncio.sleep(0.005)
        finally:
            gone.set()

    async def run() -> None:
        async with scene(tmp_path, endless) as s:
            async with s.http.stream("POST", "/v1/messages", json={**ASK, "stream": True}) as reply:
                async for _line in reply.aiter_lines():
                    break
            async with asyncio.timeout(5):
                await gone.wait()
        [receipt] = receipts(tmp_path / "ledger.jsonl")
        assert (receipt.complete, receipt.cost_usd) == (False, Decimal("0.000315"))

    asyncio.run(run())


def test_a_request_that_could_pass_the_cap_is_refused_before_it_leaves(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message()), run_usd=Decimal("0.003")) as s:
            assert (await s.ask()).status_code == 200
            refused = await s.ask(max_tokens=4000)
            assert (refused.status_code, refused.json()["error"]["type"]) == (402, "billing_error")
            assert refused.headers["x-should-retry"] == "false"
            assert "$0.003" in refused.json()["error"]["message"]
            assert len(s.upstreams[0].sent) == 1
            assert [one.cost_usd for one in s.receipts] == [Decimal("0.000600"), Decimal(0)]

    asyncio.run(run())


def test_the_cap_holds_for_requests_at_the_same_time(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message()), run_usd=Decimal("0.01")) as s:
            replies = await asyncio.gather(*(s.ask() for _ in range(32)))
            assert {reply.status_code for reply in replies} == {200, 402}
            assert sum((one.cost_usd or Decimal(0) for one in s.receipts), Decimal(0)) <= Decimal("0.01")

    asyncio.run(run())


def test_a_model_without_a_price_is_refused_under_a_budget_and_unknown_without(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path / "capped", answering(200, message()), price=None, run_usd=Decimal(5)) as s:
            refused = await s.ask()
            assert refused.status_code == 402
            assert "no known price" in refused.json()["error"]["message"]
        async with scene(tmp_path / "open", answering(200, message()), price=None) as s:
            assert (await s.ask()).status_code == 200
            assert s.receipts[0].cost_usd is None

    asyncio.run(run())


def test_an_unknown_model_is_told_what_there_is(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message())) as s:
            reply = await s.ask(model="gpt-9")
            assert reply.status_code == 404
            assert "'gpt-9' is not configured; configured: sonnet" in reply.json()["error"]["message"]

    asyncio.run(run())


@pytest.mark.parametrize("body", [b"", b"[1]", b"{", b"\xff\xfe", b'"model"'])
def test_what_is_no_json_object_is_refused(tmp_path: Path, body: bytes) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message())) as s:
            reply = await s.http.post("/v1/messages", content=body)
            assert (reply.status_code, reply.json()["error"]["type"]) == (400, "invalid_request_error")

    asyncio.run(run())


def test_the_chain_of_many_requests_at_the_same_time_is_whole(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, streaming(text_events("hello"))) as s:
            await asyncio.gather(*(s.ask(stream=True) for _ in range(40)))
        assert verify(tmp_path / "ledger.jsonl").receipts == 40

    asyncio.run(run())


def test_an_odd_session_id_does_not_break_the_receipt(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message())) as s:
            headers = {b"x-claude-code-session-id": b"\xff\xfe" + b"x" * 500}
            assert (await s.http.post("/v1/messages", json=ASK, headers=headers)).status_code == 200
            assert s.receipts[0].session == "??" + "x" * 198

    asyncio.run(run())


def hanging() -> Handler:
    async def handler(_request: web.Request, _body: bytes) -> web.StreamResponse:
        await asyncio.sleep(60)
        return web.Response()

    return handler


def test_a_request_abandoned_before_its_reply_keeps_its_reservation(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, hanging(), run_usd=Decimal("0.01")) as s:
            with pytest.raises(httpx.ReadTimeout):
                await s.http.post("/v1/messages", json={**ASK, "max_tokens": 500}, timeout=0.2)
            await asyncio.to_thread(wait_until, lambda: bool(s.receipts))
            assert s.receipts[0].cost_usd is None
            assert (await s.ask(max_tokens=500)).status_code == 402

    asyncio.run(run())


@pytest.mark.parametrize(
    "body",
    [
        b'{"mod\\u0065l":"expensive","max_tokens":5}',
        b'{"model":["expensive"],"max_tokens":5}',
        b'{"max_tokens":5}',
        b'{"model":"sonnet","model":"expensive","max_tokens":5}',
        b'{"model":"sonnet","max_tokens":-1000000}',
        b'{"model":"sonnet","max_tokens":1e9}',
    ],
)
def test_only_the_decided_model_ever_leaves(tmp_path: Path, body: bytes) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message())) as s:
            s.gateway.keys.revoke(s.key)
            pinned = Grant(step="fix", decision=s.gateway.setup.names["sonnet"])
            reply = await s.http.post("/v1/messages", content=body, headers={"x-api-key": s.gateway.keys.mint(pinned)})
            served = [sent.json["model"] for sent in s.upstreams[0].sent]
            assert (reply.status_code, served) in [(200, ["real-name"]), (400, [])]

    asyncio.run(run())


@pytest.mark.parametrize(
    "handler",
    [
        answering(302, b"", location="https://elsewhere.example"),
        answering(200, b"<html>sign in</html>"),
        answering(200, b""),
        answering(200, b'{"ok":true}'),
        answering(402, b'{"type":"error","error":{"type":"billing_error","message":"empty"}}'),
    ],
    ids=["redirect", "html", "empty", "no message", "no money"],
)
def test_an_upstream_that_is_none_is_told_and_the_next_one_answers(tmp_path: Path, handler: Handler) -> None:
    async def run() -> None:
        async with scene(tmp_path / "alone", handler) as s:
            assert (await s.ask()).status_code in {402, 502}
        async with scene(tmp_path / "two", handler, answering(200, message())) as s:
            assert (await s.ask()).status_code == 200
            [receipt] = s.receipts
            assert (receipt.served, [one.cause for one in receipt.tries][-1]) == ("lab1/real-name", "ok")
            assert receipt.tries[0].cause != "ok"

    asyncio.run(run())


def test_a_key_in_the_upstreams_headers_reaches_nobody(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, message(), **{"request-id": KEY, "anthropic-x": KEY})) as s:
            assert KEY not in str((await s.ask()).headers)
        assert KEY not in (tmp_path / "ledger.jsonl").read_text()

    asyncio.run(run())


def test_a_slow_first_byte_is_given_up_for_the_next_deployment(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, hanging(), answering(200, message()), first_byte_s=0.2) as s:
            assert (await s.ask(stream=True)).headers["x-gha-router-served"] == "lab1/real-name"
            assert s.receipts[0].tries[0].cause == "no answer in time"

    asyncio.run(run())
