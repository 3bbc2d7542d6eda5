"""The gateway as a child process: ``python -m gha_router.gateway.child``.

Setup and provider keys come over standard input, so that they stand in no environment, no argument and no file. One
JSON object a line, parent to child: the ``Setup`` first, then requests; child to parent: answers with the request's
``id``, and a bare ``{"head": ...}`` after each receipt::

    > {setup}                                       < {"url":"http://127.0.0.1:1234","pid":42,"head":"..."}
    > {"id":1,"do":"mint","grant":{...}}            < {"id":1,"key":"ghar-..."}
    > {"id":2,"do":"revoke","key":"ghar-..."}       < {"id":2,"receipts":[...]}
    > {"id":3,"do":"note","event":"...","details":{...}}   < {"id":3,"head":"..."}
    > {"id":4,"do":"close"}                         < {"id":4,"head":"..."}

The end of standard input closes the gateway too: a parent that was killed leaves no gateway behind.
"""

import asyncio
import os
import signal
import sys
from decimal import Decimal

import orjson
import uvloop

from gha_router.errors import GhaRouterError
from gha_router.gateway.app import Gateway
from gha_router.gateway.keys import Grant
from gha_router.gateway.server import collect_rarely, serving
from gha_router.gateway.setup import Setup, decision_from
from gha_router.ledger import Ledger
from gha_router.records import Json

LINE_LIMIT = 16 * 1024 * 1024


def say(message: Json) -> None:
    """Write one line to the parent, at once."""
    os.write(sys.stdout.fileno(), orjson.dumps(message) + b"\n")


async def answer(gateway: Gateway, request: Json) -> Json:
    """Do what the parent asks for and return the answer."""
    match request["do"]:
        case "mint":
            data = request["grant"]
            decision = decision_from(data["decision"]) if data["decision"] else None
            grant = Grant(
                step=data["step"],
                attempt=data["attempt"],
                run=data["run"],
                decision=decision,
                usd=Decimal(data["usd"]) if data["usd"] else None,
                steady=data["steady"],
            )
            return {"key": gateway.keys.mint(grant)}
        case "revoke":
            return {"receipts": await gateway.revoke(request["key"])}
        case "note":
            return {"head": gateway.ledger.note(request["event"], **request["details"])}
        case unknown:
            return {"error": f"unknown request {unknown!r}"}


async def run() -> None:
    """Serve until the parent says so or goes away."""
    reader = asyncio.StreamReader(limit=LINE_LIMIT)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    loop.add_signal_handler(signal.SIGTERM, reader.feed_eof)
    setup = Setup.from_json(orjson.loads(await reader.readline()))
    ledger = Ledger(setup.ledger)
    gateway = Gateway(setup, ledger, on_receipt=lambda head: say({"head": head}))
    closing: Json | None = None
    async with serving(gateway) as url:
        collect_rarely()
        say({"url": url, "pid": os.getpid(), "run_key": gateway.keys.run_key, "head": ledger.head})
        while line := await reader.readline():
            request = orjson.loads(line)
            if request["do"] == "close":
                closing = request
                break
            say({"id": request["id"], **await answer(gateway, request)})
    head = ledger.close()
    if closing:
        say({"id": closing["id"], "head": head})


def main() -> int:
    """Run the child; an error goes to the parent as one line, and becomes the exit code."""
    try:
        uvloop.run(run())
    except GhaRouterError as error:
        say({"error": str(error), "exit_code": error.exit_code})
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
