"""What translating costs: CPU a request, ``python -m bench.traps.cpu``.

Each library stands behind the same thin server, and that server alone (which translates nothing) is measured beside
them. One request at a time, 60 kB of request; the upstream and the client are other processes' time.
"""

import asyncio
import os
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import aiohttp

from bench.traps.case import Exchange, Role, openai, streamed, whole
from bench.traps.runner import Gateway
from bench.traps.targets import ours
from bench.traps.targets.libraries import started
from bench.traps.targets.target import PYTHON, distribution
from bench.traps.upstream import scripted_upstream
from bench.traps.wire import HEADERS, MODEL, Dialect, chunk, completed, completion, request, tool, user

WARM_UP = 10
ROUNDS = 150
CHUNKS = 200
TOOLS = tuple(tool(f"Tool{number}", "file_path", "command", "why") for number in range(60))  # some 20 kB, as the CLI's
BODY = {stream: request(user("x " * 24_000), tools=TOOLS, stream=stream) for stream in (True, False)}
PIECES = completed(*(chunk({"content": "a word or two "}) for _ in range(CHUNKS)))
EXCHANGES = {
    True: openai(BODY[True], streamed(PIECES))[Dialect.OPENAI],
    False: openai(BODY[False], whole(completion("fine " * 50)))[Dialect.OPENAI],
}
Started = Callable[[str, Path], AbstractContextManager[Gateway]]


def main() -> None:
    """Print a line for each."""
    if not PYTHON.exists():
        print("the libraries are not installed: sh bench/traps/install.sh")
        return
    subjects: dict[str, Started] = {
        "the thin server alone": started("none"),
        f"litellm {distribution('litellm')}": started("litellm"),
        f"any-llm {distribution('any-llm-sdk')}": started("any_llm"),
        "ours": ours.started,
    }
    print(f"CPU a request, body {len(BODY[False]) / 1000:.0f} kB, {ROUNDS} requests one at a time")
    for name, start in subjects.items():
        figures = [asyncio.run(_measured(start, stream=stream)) for stream in (False, True)]
        shown = ["no reply" if one is None else f"{one * 1e3:.1f} ms" for one in figures]
        print(f"  {name:<30} not streamed {shown[0]:>9}   stream of {CHUNKS} chunks {shown[1]:>9}")


async def _measured(start: Started, *, stream: bool) -> float | None:
    exchange = EXCHANGES[stream]
    with tempfile.TemporaryDirectory() as folder:
        async with scripted_upstream() as upstream, aiohttp.ClientSession() as client:
            with start(upstream.url, Path(folder)) as gateway:
                before = 0.0
                for number in range(WARM_UP + ROUNDS):
                    if number == WARM_UP:
                        before = _cpu_seconds(gateway.pid)
                    async with upstream.playing(Dialect.OPENAI, exchange, gateway.patience_s):
                        if not await _asked(client, gateway, exchange):
                            return None
                return (_cpu_seconds(gateway.pid) - before) / ROUNDS


async def _asked(client: aiohttp.ClientSession, gateway: Gateway, exchange: Exchange) -> bool:
    body = exchange.ask.body.replace(MODEL.encode(), gateway.name(Dialect.OPENAI, Role.PLAIN).encode())
    headers = {**HEADERS, "x-api-key": gateway.key}
    async with client.post(f"{gateway.url}/v1/messages", data=body, headers=headers) as response:
        await response.read()
        return response.status == 200


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
