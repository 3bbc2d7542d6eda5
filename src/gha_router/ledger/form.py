"""The form of a ledger line, shared by who writes and who reads.

A line is one JSON object, then a newline::

    {"seq":1,"type":"receipt",...,"prev":"<hash of line 0>","mac":"<64 hex>","hash":"<64 hex>"}

``mac`` is the HMAC-SHA-256 of the bytes before it, under a key that only the gateway's memory holds. ``hash`` is the
SHA-256 of the bytes before it, the mac included; through ``prev`` it covers all lines before it, so anybody can see
that a line was changed, taken out or put in. Who rewrites every line from the change on gets another last hash: the
*head*, which is published. With its key the gateway finds a rewritten file before it publishes the head. ``FILE.head``
holds the sequence number and hash of the last line, for readers who have no published head.
"""

import hashlib
import hmac
import re
from pathlib import Path

SCHEMA = "gha-router/ledger/1"
GENESIS = "0" * 64
TAIL = re.compile(rb',"mac":"([0-9a-f]{64})","hash":"([0-9a-f]{64})"\}\n?\Z')


def digest(authenticated: bytes) -> str:
    """Return the hash of a line: of its bytes up to, and without, ``,"hash":``."""
    return hashlib.sha256(authenticated).hexdigest()


def mac(key: bytes, body: bytes) -> str:
    """Return the HMAC of a line's body: its bytes up to, and without, ``,"mac":``."""
    return hmac.digest(key, body, "sha256").hex()


def head_file(ledger: Path) -> Path:
    """Return where the head of this ledger is kept beside it."""
    return ledger.with_name(ledger.name + ".head")


def head_line(seq: int, line_hash: str) -> bytes:
    """Return the head file's content: of one length, so that one write replaces the one before."""
    return f"{seq:016d} {line_hash}\n".encode()
