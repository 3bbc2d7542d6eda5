"""Upstreams and ways out that fail in odd ways: each test is named after the fault that it keeps away."""

import asyncio
import socket
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import orjson
import pytest
from aiohttp import web
from yarl import URL

from gha_router.gateway import asking
from gha_router.gateway.exchange import ABANDONED
from gha_router.gateway.proxies import proxy_of
from gha_router.gateway.setup import Policy
from tests.integration.gateway.scene import ASK, Scene, scene
from tests.integration.gateway.test_broken_upstreams import EVENTS, SSE, over, sending, wire
from tests.upstream import answering, event, message, streaming, upstream

ONCE = Policy(num_retries=0, cooldown_s=0)
SECOND = "lab1/real-name"


def cause(s: Scene) -> str:
    return s.receipts[0].tries[0].cause


@pytest.mark.parametrize("status", [501, 520, 524, 530])
def test_a_servers_own_error_goes_to_the_next_whatever_its_number(tmp_path: Path, status: int) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(status, b""), answering(200, message())) as s:
            assert (await s.ask()).headers["x-gha-router-served"] == SECOND

    asyncio.run(run())


@pytest.mark.parametrize("status", [b"000", b"199", b"600", b"999"])
def test_a_status_that_is_none_is_not_passed_on(tmp_path: Path, status: bytes) -> None:
    async def run() -> None:
        body = message()
        head = b"HTTP/1.1 %b X\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % (status, len(body))
        async with over(tmp_path, sending(head, body), first_byte_s=1.0) as s:
            assert (await s.ask()).status_code == 502
            assert s.receipts[0].status == 502

    asyncio.run(run())


@pytest.mark.parametrize(
    ("said", "told"),
    [(b"<h1>Bad Gateway</h1>", "Bad Gateway"), (b"", "502"), (b"{}", "502"), (b'{"type":"error","error":{}}', "")],
)
@pytest.mark.parametrize("stream", [True, False])
def test_an_error_that_is_none_of_the_api_is_put_into_its_words(
    tmp_path: Path, said: bytes, told: str, *, stream: bool
) -> None:
    async def run() -> None:
        async with over(
            tmp_path,
            sending(b"HTTP/1.1 502 X\r\ncontent-type: text/html\r\ncontent-length: %d\r\n\r\n" % len(said), said),
            policy=ONCE,
        ) as s:
            reply = await s.ask(stream=stream)
            assert reply.headers["content-type"] == "application/json"
            assert (reply.status_code, reply.json()["type"], reply.json()["error"]["type"]) == (
                502,
                "error",
                "api_error",
            )
            assert told in reply.json()["error"]["message"]

    asyncio.run(run())


def test_a_connection_that_never_came_is_not_kept_in_the_budget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "CONNECT_S", 0.2)
    asking._limits.cache_clear()
    full = socket.socket()
    full.bind(("127.0.0.1", 0))
    full.listen(0)
    waiting = [socket.socket() for _ in range(3)]
    for one in waiting:
        one.settimeout(0.01)
        one.connect_ex(full.getsockname())

    async def run() -> None:
        url = f"http://127.0.0.1:{full.getsockname()[1]}"
        async with scene(tmp_path, extra_urls=[url], run_usd=Decimal("0.002"), policy=ONCE) as s:
            assert [(await s.ask()).status_code for _ in range(3)] == [502, 502, 502]
            assert (cause(s), s.receipts[0].cost_usd) == ("no connection in time", Decimal(0))

    try:
        asyncio.run(run())
    finally:
        asking._limits.cache_clear()
        for one in (full, *waiting):
            one.close()


@pytest.fixture
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    proxy_of.cache_clear()
    yield
    proxy_of.cache_clear()


@pytest.mark.usefixtures("no_proxies")
def test_a_way_that_the_proxy_refused_is_not_kept_in_the_budget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> None:
        async with upstream(answering(404, b"")) as proxy:
            monkeypatch.setenv("no_proxy", "127.0.0.1")
            monkeypatch.setenv("https_proxy", proxy.url.replace("//", "//me:p4ssw0rd@"))
            there = ["https://provider.invalid"]
            async with scene(tmp_path, extra_urls=there, run_usd=Decimal("0.002"), policy=ONCE) as s:
                replies = [await s.ask() for _ in range(3)]
                assert [reply.status_code for reply in replies] == [502, 502, 502]
                assert (cause(s), s.receipts[0].cost_usd) == ("the proxy refused the way (HTTP 404)", Decimal(0))
                assert "p4ssw0rd" not in replies[0].text + str(s.receipts)

    asyncio.run(run())


@pytest.mark.usefixtures("no_proxies")
@pytest.mark.parametrize(
    "written", ["http://:::", "http://me:p4ssw0rd@127.0.0.1:99999", "socks5://me:p4ssw0rd@127.0.0.1:9", "http://"]
)
def test_a_proxy_that_is_no_address_is_told_and_not_a_mistake_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, capfd: pytest.CaptureFixture[str]
) -> None:
    async def run() -> None:
        async with scene(tmp_path, extra_urls=["http://provider.invalid"], policy=ONCE) as s:
            monkeypatch.setenv("no_proxy", "127.0.0.1")
            monkeypatch.setenv("http_proxy", written)
            reply = await s.ask()
            assert reply.status_code == 502
            assert "proxy of the environment" in reply.text
            assert s.receipts[0].cost_usd == 0
            assert "p4ssw0rd" not in reply.text + str(s.receipts)

    asyncio.run(run())
    assert "p4ssw0rd" not in "".join(capfd.readouterr())


@pytest.mark.usefixtures("no_proxies")
@pytest.mark.parametrize(
    ("url", "no_proxy", "proxy"),
    [
        ("https://my.local", "my.local:443", None),
        ("http://127.0.0.1:9000", "127.0.0.1:9000", None),
        ("http://127.0.0.1:9001", "127.0.0.1:9000", "http://outer:3128"),
        ("http://[::1]:80", "[::1]", None),
        ("http://[::1]:80", "::1", None),
        ("http://a.b", "*", None),
    ],
)
def test_no_proxy_with_a_port_and_a_proxy_without_a_scheme_are_read(
    monkeypatch: pytest.MonkeyPatch, url: str, no_proxy: str, proxy: str | None
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "outer:3128")
    monkeypatch.setenv("http_proxy", "outer:3128")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    assert proxy_of(URL(url)) == (URL(proxy) if proxy else None)


def test_a_placeholder_for_a_key_takes_nothing_out_of_headers(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, streaming(EVENTS), api_key="x") as s:
            assert (await s.ask(stream=True)).headers["content-type"] == "text/event-stream"

    asyncio.run(run())


@pytest.mark.parametrize("end", [b"\r", b"\r\n"])
@pytest.mark.parametrize("stream", [True, False])
def test_line_ends_do_not_show_the_served_name(tmp_path: Path, end: bytes, *, stream: bool) -> None:
    async def run() -> None:
        async with over(tmp_path, sending(SSE, b"".join(EVENTS).replace(b"\n", end))) as s:
            reply = await s.ask(stream=stream)
            assert b"real-name" not in reply.content
            assert b"sonnet" in reply.content

    asyncio.run(run())


def test_a_stream_of_mixed_line_ends_is_read(tmp_path: Path) -> None:
    async def run() -> None:
        async with over(tmp_path, sending(SSE, b"".join(EVENTS).replace(b"\n\n", b"\n\r\n"))) as s:
            assert "hello" in (await s.ask(stream=True)).text
            assert s.receipts[0].complete

    asyncio.run(run())


def test_content_in_another_spelling_is_priced_when_it_breaks_off(tmp_path: Path) -> None:
    async def run() -> None:
        delta = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "x" * 3000}}
        said = EVENTS[0] + EVENTS[1] + event(delta)
        async with over(tmp_path, sending(SSE, said.replace(b"event: ", b"event:"))) as s:
            await s.ask(stream=True)
            usage = s.receipts[0].usage
            assert usage is not None
            assert usage.output >= 1000

    asyncio.run(run())


def test_a_count_of_tokens_is_no_message(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, answering(200, b'{"input_tokens":5}'), answering(200, message())) as s:
            assert (await s.ask()).headers["x-gha-router-served"] == SECOND

    asyncio.run(run())


@pytest.mark.parametrize("stream", [True, False])
def test_citations_of_another_shape_are_no_mistake_of_ours(tmp_path: Path, *, stream: bool) -> None:
    block = {"type": "text", "text": "", "citations": 5}
    cited = {"type": "content_block_delta", "index": 0, "delta": {"type": "citations_delta", "citation": {"a": 1}}}
    events = [EVENTS[0], event({"type": "content_block_start", "index": 0, "content_block": block}), event(cited)]
    whole = orjson.dumps({"content": [block], "usage": {"input_tokens": 1}})

    async def run() -> None:
        handler = answering(200, whole) if stream else streaming([*events, *EVENTS[3:]])
        async with scene(tmp_path, handler) as s:
            reply = await s.ask(stream=stream)
            assert reply.status_code == 200
            assert stream or reply.json()["content"][0]["citations"] == [{"a": 1}]

    asyncio.run(run())


@pytest.mark.parametrize("sent", [None, EVENTS[:1], EVENTS[:3]])
@pytest.mark.parametrize("stream", [True, False])
def test_a_receipt_says_whom_a_client_did_not_wait_for(
    tmp_path: Path, sent: list[bytes] | None, *, stream: bool
) -> None:
    async def silent(request: web.Request, _body: bytes) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        if sent is not None:
            await response.prepare(request)
            await response.write(b"".join(sent))
        await asyncio.sleep(60)
        return response

    async def run() -> None:
        async with scene(tmp_path, silent) as s:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.3):
                    await s.ask(stream=stream)
            await asyncio.sleep(0.2)
            [one] = s.receipts[0].tries
            assert (one.deployment, one.cause) == ("lab0/real-name", ABANDONED)
            assert one.seconds > 0
            assert not s.receipts[0].complete

    asyncio.run(run())


def test_a_head_that_is_no_http_is_told_in_the_receipt(tmp_path: Path) -> None:
    async def run() -> None:
        async with wire(sending(b"SSH-2.0-OpenSSH_9\r\n")) as url, scene(tmp_path, extra_urls=[url]) as s:
            await s.ask()
            assert cause(s) == "the reply's head is no HTTP, or too large (ClientResponseError)"

    asyncio.run(run())


def test_a_block_that_ends_without_a_number_does_not_cut_a_chat(tmp_path: Path) -> None:
    async def run() -> None:
        events = [*EVENTS[:3], event({"type": "content_block_stop", "index": []}), *EVENTS[4:]]
        async with scene(tmp_path, streaming(events)) as s:
            reply = await s.http.post("/v1/chat/completions", json={**ASK, "stream": True})
            assert reply.text.endswith("data: [DONE]\n\n")

    asyncio.run(run())
