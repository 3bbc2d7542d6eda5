"""What both wire formats are made of. Token numbers are estimates: four bytes to a token."""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from gha_router.sim.reply import Block, Reply, Text

Json = dict[str, Any]
CHUNK = 24  # characters in one delta
BYTES_PER_TOKEN = 4


def compact(value: object) -> str:
    """Return ``value`` as JSON without blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def pieces(text: str) -> Iterator[str]:
    """Return ``text`` as it is sent in a stream: in several deltas."""
    return (text[start : start + CHUNK] for start in range(0, len(text), CHUNK))


def tokens(text: str) -> int:
    """Return the estimated number of tokens of ``text``, at least 1."""
    return max(1, len(text.encode("utf-8", "surrogatepass")) // BYTES_PER_TOKEN)


def output_tokens(reply: Reply) -> int:
    """Return the estimated output of a reply: its words, and the names and inputs of its tool calls."""
    return tokens("".join(_said(block) for block in reply.blocks))


def digest(body: Mapping[str, Any]) -> str:
    """Return 20 hexadecimal digits that follow from a request alone; a reply's ids are made of them."""
    return sha256(compact(body).encode("utf-8", "surrogatepass")).hexdigest()[:20]


def _said(block: Block) -> str:
    return block.text if isinstance(block, Text) else block.name + compact(dict(block.input))
