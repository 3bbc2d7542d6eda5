"""What signs speak for: fitted weights of each sign for each kind of work, and their sum for a prompt.

``weights.bin`` is made by ``scripts/fit_reading.py`` from the labelled prompts of this repository and from nothing
else. Compressed by zlib it holds one line of JSON (``kinds``, ``bias``, ``scale``, ``buckets``, ``corpus``: the digest
of what it was fitted to) and behind it a signed byte for each bucket and kind, bucket by bucket. A sign's bucket is its
CRC 32. Nothing here needs numpy.
"""

import json
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gha_router.routing.signs import FAMILIES, Signs

FILE = Path(__file__).with_name("weights.bin")
TELLING = 3  # ideas that a reason names


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Weights of ``kinds``; ``table`` has ``len(kinds)`` bytes a bucket, a unit of which is worth ``scale``."""

    kinds: tuple[str, ...]
    bias: tuple[float, ...]
    scale: float
    buckets: int
    corpus: str
    table: memoryview


@cache
def shipped() -> Weights:
    """Return the weights that ship with the package."""
    head, _, table = zlib.decompress(FILE.read_bytes()).partition(b"\n")
    said = json.loads(head)
    return Weights(
        kinds=tuple(said["kinds"]),
        bias=tuple(said["bias"]),
        scale=said["scale"],
        buckets=said["buckets"],
        corpus=said["corpus"],
        table=memoryview(table).cast("b"),
    )


def bucket_of(family: str, sign: str, buckets: int) -> int:
    """Return where a sign's weights stand."""
    return zlib.crc32(f"{family} {sign}".encode()) % buckets


def weigh(signs: Signs) -> list[tuple[str, float]]:
    """Return each kind of work with what speaks for it (about 0 to 1, likeliest first)."""
    weights = shipped()
    width = len(weights.kinds)
    totals = list(weights.bias)
    for family, found in signs.items():
        sums = [0] * width
        for sign in found:
            at = bucket_of(family, sign, weights.buckets) * width
            row = weights.table[at : at + width]
            if any(row):
                sums = [total + weight for total, weight in zip(sums, row, strict=True)]
        share = FAMILIES[family] * weights.scale / max(1, len(found)) ** 0.5
        totals = [total + share * one for total, one in zip(totals, sums, strict=True)]
    return sorted(zip(weights.kinds, totals, strict=True), key=lambda pair: -pair[1])


def telling(signs: Signs, kind: str) -> list[str]:
    """Return the names of the ideas that speak most for a kind of work."""
    weights = shipped()
    width, column = len(weights.kinds), weights.kinds.index(kind)
    worth = {
        idea: weights.table[bucket_of("ideas", idea, weights.buckets) * width + column]
        for idea in signs["ideas"]
        if not idea.startswith("!")
    }
    return sorted((idea for idea in worth if worth[idea] > 0), key=lambda idea: (-worth[idea], idea))[:TELLING]
