"""Headless Chromium by its own protocol (https://chromedevtools.github.io/devtools-protocol/)."""

import asyncio
import base64
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

LIMIT_S = 30
NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """Return the program, ``None`` where there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@dataclass
class Page:
    """A page: ``asked`` is every address that it asked for, ``errors`` what it could not do."""

    socket: aiohttp.ClientWebSocketResponse
    asked: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    last: int = 0

    async def call(self, method: str, **params: Any) -> Any:
        """Call a method and return its result; events that come meanwhile are kept."""
        self.last += 1
        await self.socket.send_json({"id": self.last, "method": method, "params": params})
        async with asyncio.timeout(LIMIT_S):
            while True:
                message = await self.socket.receive_json()
                if message.get("id") == self.last:
                    assert "error" not in message, message
                    return message["result"]
                self._event(message)

    async def until(self, event: str) -> None:
        """Wait until an event has come."""
        async with asyncio.timeout(LIMIT_S):
            while event not in self.events:
                self._event(await self.socket.receive_json())

    async def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression."""
        found = await self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    async def screenshot(self) -> bytes:
        """Return what is seen, as PNG."""
        found = await self.call("Page.captureScreenshot", format="png")
        return base64.b64decode(found["data"])

    def _event(self, message: dict[str, Any]) -> None:
        self.events.append(message["method"])
        match message:
            case {"method": "Network.requestWillBeSent", "params": {"request": {"url": url}}}:
                self.asked.append(url)
            case {"method": "Log.entryAdded", "params": {"entry": {"text": text}}}:
                self.errors.append(text)
            case {"method": "Runtime.exceptionThrown", "params": details}:
                self.errors.append(str(details))
            case _:
                pass


@asynccontextmanager
async def opened(url: str, folder: Path, *, size: tuple[int, int] = (1240, 900)) -> AsyncIterator[Page]:
    """Yield a page in a browser of its own, which ends with it; its profile is in ``folder``."""
    program = chromium()
    assert program is not None
    flags = ("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0")
    quiet = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-pings")
    window = f"--window-size={size[0]},{size[1]}"
    process = subprocess.Popen(  # noqa: ASYNC220  nothing else runs meanwhile
        [program, *flags, *quiet, window, f"--user-data-dir={folder}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        port = await _port(folder / "DevToolsActivePort", process)
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/json") as answer:
                (target,) = [one for one in await answer.json() if one["type"] == "page"]
            async with session.ws_connect(target["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                page = Page(socket)
                for domain in ("Network", "Page", "Log", "Runtime"):
                    await page.call(f"{domain}.enable")
                await page.call("Page.navigate", url=url)
                await page.until("Page.loadEventFired")
                yield page
    finally:
        process.terminate()
        process.wait(LIMIT_S)


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


async def _port(file: Path, process: "subprocess.Popen[bytes]") -> int:
    async with asyncio.timeout(LIMIT_S):
        while True:
            assert process.poll() is None, "the browser ended"
            lines = _lines(file)
            if len(lines) > 1:
                return int(lines[0])
            await asyncio.sleep(0.05)
