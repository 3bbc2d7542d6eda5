"""LiteLLM connects to the upstream and to nobody else, says nothing, looks up no key; one that dies is replaced."""

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from gha_router.gateway.longtail import Driver, frames, quiet, target
from tests.integration.longtail import clouds
from tests.integration.longtail.test_faults import fault, silent
from tests.integration.longtail.test_quiet import THEIRS
from tests.upstream import upstream

# Started as the worker is, with one hook more: what is connected to, looked up or started goes into a file.
WATCHED = """
import os, runpy, sys
log = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND)
def watch(event, args):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "subprocess.Popen"}:
        os.write(log, (event + " " + repr(args[1:] if event == "socket.connect" else args[:2]) + "\\n").encode())
sys.addaudithook(watch)
sys.argv = ["worker", sys.argv[2]]
runpy.run_module("gha_router.gateway.longtail.worker", run_name="__main__", alter_sys=True)
"""
HARMLESS = {"subprocess.Popen ('uname', ['uname', '-p'])"}  # Python's own platform.processor, for a user agent
TOOL = {"type": "function", "function": {"name": "Read", "parameters": {"type": "object", "properties": {}}}}
BODY: dict[str, Any] = {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 5, "tools": [TOOL]}


async def ask(control: socket.socket, request: dict[str, Any]) -> list[dict[str, Any]]:
    ours, theirs = socket.socketpair()
    with theirs:
        socket.send_fds(control, [b"c"], [theirs.fileno()])
    reader, writer = await asyncio.open_unix_connection(sock=ours)
    writer.write(frames.pack(request))
    answers = []
    while (message := await frames.read(reader)) is not None:
        answers.append(message)
    writer.close()
    return answers


def test_only_the_upstream_is_connected_to_and_nothing_is_printed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.touch()

    async def scene() -> tuple[str, list[str], bytes, bytes]:
        control, theirs = socket.socketpair()
        with theirs:
            worker = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-c", WATCHED, str(log), str(theirs.fileno())),
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=quiet.environment({**os.environ, **THEIRS}),
                cwd=tmp_path,
                pass_fds=(theirs.fileno(),),
            )
        (tmp_path / ".env").write_text("OPENAI_API_KEY=ambient-canary\n")
        async with upstream(clouds.cloud()) as seen, asyncio.timeout(90):
            with control:
                for found in (
                    clouds.azure(seen.url),
                    clouds.gemini(seen.url),
                    clouds.bedrock(seen.url),
                    clouds.vertex(seen.url, "gemini-2.5-pro"),
                ):
                    for do in ("complete", "stream"):
                        request = {"do": do, "target": target.arguments(found), "body": BODY, "timeout": 30}
                        assert (await ask(control, request))[-1] == {"end": True}
                for found in (clouds.bedrock(seen.url, "anthropic.claude-x"), clouds.vertex(seen.url, "claude-x@1")):
                    request = {"do": "messages", "target": target.arguments(found), "body": BODY | {"tools": []}}
                    assert (await ask(control, request | {"timeout": 30}))[-1] == {"end": True}
                lost = clouds.azure(f"{seen.url}/nothing")
                request = {"do": "complete", "target": target.arguments(lost) | {"api_key": ""}, "body": BODY}
                assert "error" in (await ask(control, request | {"timeout": 30}))[-1]
            out, err = await worker.communicate()
            sent = [f"{one.headers} {one.body!r}" for one in seen.sent]
        return seen.url, sent, out, err

    url, sent, out, err = asyncio.run(scene())
    assert (out, err) == (b"", b"")
    assert not [one for one in sent if "ambient-canary" in one]
    port = url.rpartition(":")[2]
    events = [event for event in log.read_text(encoding="utf-8").splitlines() if event not in HARMLESS]
    assert events
    assert [event for event in events if f"'127.0.0.1', {port}" not in event] == []


def test_a_worker_that_dies_is_an_error_and_the_next_call_starts_another() -> None:
    async def scene() -> None:
        driver = Driver()
        asked, left = asyncio.Event(), asyncio.Event()
        async with upstream(silent(asked, left)) as seen:
            call = asyncio.create_task(fault(driver, clouds.azure(seen.url)))
            await asked.wait()
            assert driver.pid is not None
            os.kill(driver.pid, signal.SIGKILL)
            error = await call
        assert error.status == 502
        async with upstream(clouds.cloud()) as seen:
            assert (await driver.complete(clouds.azure(seen.url), BODY)).data
        await driver.close()

    asyncio.run(scene())
