"""The gateway as our child: started, asked for keys, watched, closed."""

import asyncio
import itertools
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from decimal import Decimal
from pathlib import Path

import orjson

from gha_router.errors import GatewayError, UsageError
from gha_router.gateway.setup import Setup
from gha_router.records import Decision, Json, Receipt, dumps, from_json, to_json

START_S = 30.0
CLOSE_S = 10.0
ANSWER_S = 60.0
LINE_LIMIT = 256 * 1024 * 1024
# What the child may know of our environment: certificates, proxies, and how its interpreter was started.
ALLOWED = ("PATH", "LANG", "LC_ALL", "TZ", "HOME", "VIRTUAL_ENV", "SSL_CERT_FILE", "SSL_CERT_DIR")
PROXIES = tuple(form(f"{kind}_proxy") for kind in ("http", "https", "all", "no") for form in (str.upper, str.lower))


class GatewayProcess:
    """A running gateway. Every call raises ``GatewayError`` once it has died."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Json]] = {}
        self._reader: asyncio.Task[None] | None = None
        self.died: asyncio.Future[GatewayError] = asyncio.get_running_loop().create_future()
        self.url = ""
        self.pid = process.pid
        self.head: str | None = None  # the last that it told, also when it was killed since

    async def start(self, setup: Setup) -> None:
        """Hand the setup over and wait until the gateway listens."""
        self._send(setup.to_json())
        try:
            async with asyncio.timeout(START_S):
                ready = await self._line()
        except TimeoutError:
            raise GatewayError(f"the gateway did not start within {START_S:g} s") from None
        if ready is None or "error" in ready:
            raise GatewayError(ready["error"] if ready else f"the gateway did not start (exit {await self._exit()})")
        self.url, self.head = ready["url"], ready["head"]
        self._reader = asyncio.create_task(self._read())

    async def mint(
        self,
        *,
        run: str | None,
        step: str,
        attempt: int,
        decision: Decision,
        usd: Decimal | None = None,
        steady: bool = False,
    ) -> str:
        """Return a virtual key for one attempt.

        ``usd`` is what all attempts of the step may cost; ``steady``: its main conversation stays with the
        decision's model.
        """
        grant = {"run": run, "step": step, "attempt": attempt, "usd": usd, "decision": decision, "steady": steady}
        answer = await self._ask({"do": "mint", "grant": to_json(grant)})
        return str(answer["key"])

    async def revoke(self, key: str) -> tuple[Receipt, ...]:
        """End a virtual key; return the receipts of what was asked with it."""
        answer = await self._ask({"do": "revoke", "key": key})
        return tuple(from_json(Receipt, receipt) for receipt in answer["receipts"])

    async def note(self, event: str, **details: str) -> None:
        """Have something written into the ledger that is no receipt."""
        await self._ask({"do": "note", "event": event, "details": details})

    async def close(self) -> str | None:
        """End the gateway; return the head of its ledger. A dead gateway's last known head is returned."""
        with suppress(GatewayError, TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                self.head = (await self._ask({"do": "close"}))["head"]
        await self.kill()
        return self.head

    async def kill(self) -> None:
        """End the process whatever it does."""
        if self._reader:
            self._reader.cancel()
        if self._process.stdin:
            self._process.stdin.close()
        try:
            async with asyncio.timeout(CLOSE_S):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    def _send(self, message: Json) -> None:
        if self._process.stdin is None:
            raise GatewayError("the gateway has no standard input")
        self._process.stdin.write(dumps(message).encode() + b"\n")

    async def _ask(self, request: Json) -> Json:
        if self.died.done():
            raise self.died.result()
        number = next(self._ids)
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        self._send({"id": number, **request})
        try:
            async with asyncio.timeout(ANSWER_S):
                return await answer
        except TimeoutError:
            raise GatewayError(f"the gateway (pid {self.pid}) did not answer within {ANSWER_S:g} s") from None

    async def _line(self) -> Json | None:
        if self._process.stdout is None:
            return None
        line = await self._process.stdout.readline()
        return orjson.loads(line) if line else None

    async def _read(self) -> None:
        """Give answers to those who wait, note heads; at the end of the stream tell everybody that it is over."""
        try:
            while (message := await self._line()) is not None:
                self.head = message.get("head", self.head)
                waiting = self._waiting.pop(message.get("id", 0), None)
                if waiting is not None and not waiting.done():
                    waiting.set_result(message)
        finally:
            with suppress(ProcessLookupError):
                self._process.kill()  # it has ended, or cannot be understood any more
            self._over(await self._exit())

    def _over(self, code: int) -> None:
        why = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit {code}"
        error = GatewayError(
            f"the gateway (pid {self.pid}) died: {why}",
            hint="What it had served is in the ledger; `gha-router ledger verify` shows whether it is whole.",
        )
        self.died.set_result(error)
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(error)

    async def _exit(self) -> int:
        return await self._process.wait()


@asynccontextmanager
async def gateway_process(
    setup: Setup, *, environ: Mapping[str, str], info_file: Path | None = None
) -> AsyncIterator[GatewayProcess]:
    """Yield a gateway that listens. Its pid and address go into ``info_file``; its keys go nowhere."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",  # what lies in the working directory is never imported
        "-m",
        "gha_router.gateway.child",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={name: environ[name] for name in (*ALLOWED, *PROXIES) if name in environ},
        limit=LINE_LIMIT,
        start_new_session=True,  # an interrupt from the keyboard is ours to handle
    )
    gateway = GatewayProcess(process)
    try:
        await gateway.start(setup)
        if info_file:
            write_private(info_file, dumps({"url": gateway.url, "pid": gateway.pid}) + "\n")
        yield gateway
    finally:
        await gateway.kill()


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner can read, in one step."""
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(text)
        temporary.replace(file)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}", hint="Is there such a folder?") from None
