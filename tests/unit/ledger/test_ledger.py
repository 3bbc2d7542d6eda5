"""A ledger that was cut or rewritten does not verify; one that was written does, whenever its writer was killed."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gha_router.errors import LedgerBroken, UsageError
from gha_router.ledger import Ledger, receipts, verify
from gha_router.ledger.form import GENESIS, digest, head_file
from gha_router.records import Receipt, from_json
from tests.samples import RECEIPT


def receipt(number: int) -> Receipt:
    return replace(RECEIPT, id=f"rcpt_{number}")


@pytest.fixture
def written(tmp_path: Path) -> Path:
    with Ledger(tmp_path / "ledger.jsonl") as ledger:
        for number in range(3):
            ledger.receipt(receipt(number))
    return tmp_path / "ledger.jsonl"


def lines(file: Path) -> list[str]:
    return file.read_text().splitlines(keepends=True)


def test_what_was_written_verifies_and_reads_back(written: Path) -> None:
    state = verify(written)
    assert (state.records, state.receipts, state.closed, state.anchored) == (5, 3, True, True)
    assert list(receipts(written)) == [receipt(0), receipt(1), receipt(2)]


def test_the_published_head_is_the_last_hash(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.receipt(receipt(0))
    head = ledger.close()
    assert verify(ledger.path, head=head).head == head
    with pytest.raises(LedgerBroken, match="published head"):
        verify(ledger.path, head=GENESIS)


def test_a_ledger_whose_writer_was_killed_verifies(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.receipt(receipt(0))
    state = verify(ledger.path)
    assert (state.receipts, state.closed) == (1, False)
    ledger.close()


def test_a_head_one_record_behind_is_what_a_kill_between_the_two_writes_leaves(written: Path) -> None:
    before_last = json.loads(lines(written)[-2])
    head_file(written).write_text(f"{before_last['seq']:016d} {before_last['hash']}\n")
    state = verify(written)
    assert (state.anchored, state.uncovered) == (True, 1)


def cut_the_end(file: Path) -> None:
    file.write_text("".join(lines(file)[:-1]))


def cut_the_middle(file: Path) -> None:
    kept = lines(file)
    file.write_text("".join(kept[:2] + kept[3:]))


def cut_the_start(file: Path) -> None:
    file.write_text("".join(lines(file)[1:]))


def swap(file: Path) -> None:
    kept = lines(file)
    file.write_text("".join([kept[0], kept[2], kept[1], *kept[3:]]))


def cheaper(file: Path) -> None:
    file.write_text(file.read_text().replace("0.000105", "0.000100"))


def other_mac(file: Path) -> None:
    kept = lines(file)
    kept[2] = re.sub(r'"mac":"[0-9a-f]{64}"', f'"mac":"{GENESIS}"', kept[2])
    file.write_text("".join(kept))


def torn(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-20])


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def longer(file: Path) -> None:
    file.write_text(file.read_text() + lines(file)[1])


def rewritten(file: Path) -> None:
    """Rewrite every line with right hashes, as somebody without the key can."""
    previous, out = GENESIS, ""
    for number, line in enumerate(lines(file)):
        record = {**json.loads(line), "prev": previous, "seq": number}
        record.pop("hash")
        mac = record.pop("mac")  # which only the gateway can make
        record["cost_usd"] = "0" if "cost_usd" in record else None
        body = json.dumps({**record, "prev": record.pop("prev")}, separators=(",", ":")).encode()[:-1]
        authenticated = body + f',"mac":"{mac}"'.encode()
        previous = digest(authenticated)
        out += f'{authenticated.decode()},"hash":"{previous}"}}\n'
    file.write_text(out)


@pytest.mark.parametrize(
    "tamper",
    [cut_the_end, cut_the_middle, cut_the_start, swap, cheaper, other_mac, torn, emptied, longer, rewritten],
    ids=lambda tamper: tamper.__name__,
)
def test_a_ledger_that_was_cut_or_rewritten_does_not_verify(written: Path, tamper: Callable[[Path], None]) -> None:
    tamper(written)
    with pytest.raises(LedgerBroken):
        verify(written)


def test_a_rewritten_ledger_with_a_rewritten_head_is_caught_by_the_published_head(written: Path) -> None:
    published = verify(written).head
    rewritten(written)
    last = json.loads(lines(written)[-1])
    head_file(written).write_text(f"{last['seq']:016d} {last['hash']}\n")
    assert verify(written).head != published
    with pytest.raises(LedgerBroken):
        verify(written, head=published)


def test_the_gateway_itself_finds_a_file_that_was_rewritten_under_it(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.receipt(receipt(0))
    rewritten(ledger.path)
    with pytest.raises(LedgerBroken):
        ledger.close()


def test_receipts_are_read_back_from_where_they_stand(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    places = []
    for number in range(3):
        start = ledger.size
        ledger.receipt(receipt(number))
        places.append((start, ledger.size))
    assert [from_json(Receipt, record) for record in ledger.read_back(places[::2])] == [receipt(0), receipt(2)]
    ledger.close()


def test_a_receipt_that_was_changed_is_not_read_back(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    start = ledger.size
    ledger.receipt(receipt(0))
    rewritten(ledger.path)
    with pytest.raises(LedgerBroken, match="changed after it was written"):
        ledger.read_back([(start, ledger.size)])


def test_the_first_fault_is_named_by_its_line(written: Path) -> None:
    kept = lines(written)
    written.write_text("".join([*kept[:2], kept[2].replace('"attempt":1', '"attempt":2'), *kept[3:]]))
    with pytest.raises(LedgerBroken, match=r"ledger\.jsonl:3: the record was rewritten"):
        verify(written)


def test_a_ledger_is_never_continued(written: Path) -> None:
    with pytest.raises(UsageError, match="never continued"):
        Ledger(written)


def test_no_ledger_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        verify(tmp_path / "none.jsonl")


def test_a_ledger_is_for_its_owner_only(written: Path) -> None:
    assert written.stat().st_mode & 0o077 == 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(position=st.integers(min_value=0), byte=st.integers(0, 255))
def test_no_byte_of_a_hashed_record_can_be_changed(written: Path, position: int, byte: int) -> None:
    content = bytearray(written.read_bytes())
    body_end = content.find(b',"hash":"')
    at = position % body_end
    if content[at] == byte:
        byte ^= 1
    original = bytes(content)
    content[at] = byte
    written.write_bytes(content)
    with pytest.raises(LedgerBroken):
        verify(written)
    written.write_bytes(original)
