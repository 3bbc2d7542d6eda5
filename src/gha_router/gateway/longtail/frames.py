"""Messages between the gateway and its LiteLLM worker: four bytes of length (big-endian), then one JSON object."""

import asyncio
import struct
from typing import Any

import orjson

_LENGTH = struct.Struct(">I")


def pack(message: dict[str, Any]) -> bytes:
    """Return a message as bytes; what JSON does not know becomes its text."""
    data = orjson.dumps(message, default=str)
    return _LENGTH.pack(len(data)) + data


async def read(stream: asyncio.StreamReader) -> dict[str, Any] | None:
    """Return the next message; ``None`` at the end, also in the middle of a message."""
    try:
        (size,) = _LENGTH.unpack(await stream.readexactly(_LENGTH.size))
        message: dict[str, Any] = orjson.loads(await stream.readexactly(size))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    return message
