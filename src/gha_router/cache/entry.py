"""What is kept of a reply, and its sealed form.

A sealed entry is ``seal (32 bytes) + JSON``. The seal is the HMAC-SHA-256 of the key that it is kept under and of the
JSON, with a key made of the provider's keys, which no agent ever holds: an entry that was written by hand, or moved to
another place of the store, is as good as none.
"""

import dataclasses
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

import orjson

from gha_router.records import Json, Usage

SCHEMA = 1
SEAL = 32  # bytes
MAX_ENTRY = 4 * 1024 * 1024  # bytes of a message; what is larger is not kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One whole reply. ``message`` is Anthropic's JSON as a reply that is not streamed has it, whoever answered."""

    message: bytes = field(repr=False)
    trust: str  # of the run that made it
    receipt: str  # of the request that was paid for it
    at: str  # RFC 3339, UTC: when it was made
    served: str  # the deployment that answered
    answered_by: str | None = None  # the model, as the upstream names it
    usage: Usage | None = None
    cost_usd: Decimal | None = None
    price_source: str | None = None
    price_digest: str | None = None


def seal_key(secrets: Iterable[str]) -> bytes:
    """Return the key of the seal: another set of provider's keys makes another, and the cache begins afresh.

    Without any secret whoever may write the store can make entries: then its file's owner is all that guards it.
    """
    return hashlib.sha256(b"gha-router cache\0" + b"\0".join(sorted({one.encode() for one in secrets}))).digest()


def sealed(entry: Entry, name: str, key: bytes) -> bytes:
    """Return an entry as it is stored under ``name``."""
    fields = {one.name: getattr(entry, one.name) for one in dataclasses.fields(entry)}
    body = orjson.dumps({"schema": SCHEMA, **fields, "message": entry.message.decode()}, default=str)
    return _seal(name, body, key) + body


def opened(stored: bytes, name: str, key: bytes) -> Entry | None:
    """Return the entry that ``sealed`` made for this name; ``None`` for anything else."""
    seal, body = stored[:SEAL], stored[SEAL:]
    if not hmac.compare_digest(seal, _seal(name, body, key)):
        return None
    try:
        data: Json = orjson.loads(body)
        if data.pop("schema") != SCHEMA:
            return None
        usage, cost = data.pop("usage"), data.pop("cost_usd")
        message = data.pop("message").encode()
        return Entry(
            **data,
            message=message,
            usage=Usage(**usage) if usage else None,
            cost_usd=None if cost is None else Decimal(cost),
        )
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError):  # of another version of ours
        return None


def _seal(name: str, body: bytes, key: bytes) -> bytes:
    return hmac.digest(key, name.encode() + b"\0" + body, "sha256")
