"""Trap 20: what a request cost, by the receipts. For targets that write any."""

from decimal import Decimal

from bench.traps.case import Ask, End, Feature, anthropic, case, openai, streamed
from bench.traps.seen import Seen
from bench.traps.wire import ROLE, Json, chunk, completed, message_end, message_start, request, text_block

# USD a million tokens, in every target's configuration that has prices; an hour's cache costs twice the input.
PRICE = {"input": "3", "output": "15", "cache_read": "0.3", "cache_write": "3.75"}


def _receipt(seen: Seen) -> Json:
    assert len(seen.receipts) == 1, f"expected one receipt, found {len(seen.receipts)}"
    return seen.receipts[0]


def _cost(seen: Seen, wanted: str) -> None:
    found = Decimal(str(_receipt(seen)["cost_usd"]))
    assert found == Decimal(wanted), f"expected a cost of ${wanted}, found ${found}"


_WRITTEN: Json = {
    "input_tokens": 1000,
    "cache_read_input_tokens": 10_000,
    "cache_creation_input_tokens": 3000,
    "cache_creation": {"ephemeral_5m_input_tokens": 1000, "ephemeral_1h_input_tokens": 2000},
}


@case(
    "20-cache-has-its-own-rates-relayed",
    anthropic(request(), [message_start(**_WRITTEN), *text_block(0, "fine"), *message_end()]),
    needs=[Feature.RECEIPTS],
)
def cache_rates(seen: Seen) -> None:
    """Reads and writes of the cache are priced like other input."""
    # 1000 x 3 + 10000 x 0.3 + 1000 x 3.75 + 2000 x 6 + 20 x 15, in millionths
    _cost(seen, "0.02205")


_CACHED = {"prompt_tokens": 11_000, "completion_tokens": 20, "prompt_tokens_details": {"cached_tokens": 10_000}}


@case(
    "20-cache-has-its-own-rates-translated",
    openai(request(), completed(chunk({"content": "fine"}), usage=_CACHED)),
    needs=[Feature.RECEIPTS],
)
def cached_rates(seen: Seen) -> None:
    """Cached tokens are paid twice: inside of the prompt's and beside them."""
    # 1000 x 3 + 10000 x 0.3 + 20 x 15, in millionths
    _cost(seen, "0.0063")


_OPENAI = [chunk(ROLE), chunk({"content": "half of"})]
_ANTHROPIC = [message_start(), *text_block(0, "half of")[:2]]


@case(
    "27-what-was-used-is-in-the-receipt",
    openai(Ask(body=request(), leave_at=b"half of"), streamed(_OPENAI, end=End.ENDLESS))
    | anthropic(Ask(body=request(), leave_at=b"half of"), streamed(_ANTHROPIC, end=End.ENDLESS)),
    needs=[Feature.RECEIPTS],
)
def used_part(seen: Seen) -> None:
    """A reply that the client left half-way is billed by the provider, and by nobody here."""
    receipt = _receipt(seen)
    assert receipt["complete"] is False, f"expected an incomplete receipt, found {receipt}"
    assert Decimal(str(receipt["cost_usd"])) > 0, f"expected the used part to be priced, found {receipt['cost_usd']}"
