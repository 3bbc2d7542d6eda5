"""The way out of the gateway: proxies of the environment, and nothing else that is lying about on the machine."""

import asyncio
import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web
from yarl import URL

from gha_router.gateway.proxies import proxy_of
from tests.integration.gateway.scene import scene
from tests.upstream import answering, message, upstream


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    proxy_of.cache_clear()
    yield
    proxy_of.cache_clear()


def test_a_request_goes_through_the_proxy_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def check() -> None:
        seen: list[web.Request] = []

        async def proxy(request: web.Request, body: bytes) -> web.StreamResponse:
            seen.append(request)
            return await answering(200, message())(request, body)

        async with upstream(proxy) as one:
            monkeypatch.setenv("no_proxy", "127.0.0.1")  # the client's way to the gateway
            monkeypatch.setenv("http_proxy", str(URL(one.url).with_user("me").with_password("p@ss")))
            async with scene(tmp_path, extra_urls=["http://provider.invalid"]) as s:
                reply = await s.ask()
        assert reply.status_code == 200
        assert seen[0].headers["host"] == "provider.invalid"
        assert base64.b64decode(seen[0].headers["proxy-authorization"].removeprefix("Basic ")) == b"me:p@ss"

    asyncio.run(check())


def test_no_proxy_is_asked_for_what_no_proxy_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def check() -> None:
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        async with scene(tmp_path, answering(200, message())) as s:
            assert (await s.ask()).status_code == 200

    asyncio.run(check())


def test_a_password_of_netrc_is_not_sent_to_a_provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def check() -> None:
        (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password p\n")
        (tmp_path / ".netrc").chmod(0o600)
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
        async with scene(tmp_path, answering(200, message())) as s:
            assert (await s.ask()).status_code == 200
            assert "Basic" not in str(s.upstreams[0].sent[0].headers)

    asyncio.run(check())


@pytest.mark.parametrize(
    ("url", "proxy"),
    [
        ("https://api.example", "http://outer:1"),
        ("http://api.example", None),
        ("https://inner.example", None),
        ("https://x.inner.example", None),
    ],
)
def test_the_proxy_follows_from_the_address(url: str, proxy: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://outer:1")
    monkeypatch.setenv("NO_PROXY", "inner.example")
    assert proxy_of(URL(url)) == (URL(proxy) if proxy else None)
