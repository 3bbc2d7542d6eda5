"""The form of a ledger line, shared by who writes and who reads.

A line is one JSON object, then a newline::

    {"seq":1,"type":"receipt",...,"prev":"<hash of line 0>","hash":"<64 hex>","mac":"<64 hex>"}

``hash`` is the SHA-256 of the bytes before ``,"hash":``; through ``prev`` it covers all lines before it, so anybody can
see that a line was changed, taken out or put in. Who rewrites every line from the change on gets another last hash:
the *head*, which is published. ``mac`` is the HMAC-SHA-256 of ``hash`` under a key that only the gateway's memory
holds; with it the gateway finds a rewritten file before it publishes the head. ``FILE.head`` holds the sequence
number and hash of the last line, for readers who have no published head.
"""

import hashlib
import hmac
import re
from pathlib import Path

SCHEMA = "gha-router/ledger/1"
GENESIS = "0" * 64
TAIL = re.compile(rb',"hash":"([0-9a-f]{64})","mac":"([0-9a-f]{64})"\}\n?\Z')


def digest(body: bytes) -> str:
    """Return the hash of a line's body: its bytes up to, and without, ``,"hash":``."""
    return hashlib.sha256(body).hexdigest()


def mac(key: bytes, line_hash: str) -> str:
    """Return the HMAC of a line's hash."""
    return hmac.new(key, line_hash.encode(), hashlib.sha256).hexdigest()


def head_file(ledger: Path) -> Path:
    """Return where the head of this ledger is kept beside it."""
    return ledger.with_name(ledger.name + ".head")


def head_line(seq: int, line_hash: str) -> bytes:
    """Return the head file's content: of one length, so that one write replaces the one before."""
    return f"{seq:016d} {line_hash}\n".encode()
