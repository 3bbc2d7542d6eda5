"""Messages between the gateway and its LiteLLM worker: four bytes of length (big-endian), then one JSON object."""

import asyncio
import struct
from typing import Any

import orjson

_LENGTH = struct.Struct(">I")
MAX_ANSWER = 32 * 1024 * 1024  # bytes; ``gateway.asking`` has the same for what is asked without LiteLLM


class TooLarge(Exception):
    """An answer that is larger than it may be; the message is for people."""

    def __init__(self) -> None:
        super().__init__(f"the reply is given up: it is larger than {MAX_ANSWER >> 20} MiB")


def pack(message: dict[str, Any]) -> bytes:
    """Return a message as bytes; what JSON does not know becomes its text."""
    data = orjson.dumps(message, default=str)
    return _LENGTH.pack(len(data)) + data


def pack_answer(message: dict[str, Any]) -> bytes:
    """Return a message of an answer as bytes. Raises ``TooLarge``."""
    packed = pack(message)
    if len(packed) > MAX_ANSWER:
        raise TooLarge
    return packed


async def read(stream: asyncio.StreamReader) -> dict[str, Any] | None:
    """Return the next message; ``None`` at the end, also in the middle of a message."""
    try:
        (size,) = _LENGTH.unpack(await stream.readexactly(_LENGTH.size))
        message: dict[str, Any] = orjson.loads(await stream.readexactly(size))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    return message
