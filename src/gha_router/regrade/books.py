"""The ledger of a run that is verified later: whole or not, and what it is anchored to."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from gha_router.errors import LedgerBroken
from gha_router.ledger import LedgerState, notes, receipts, verify
from gha_router.pipeline.keeping import NOTE
from gha_router.records import Basis, Life, Receipt

PIECE = "receipts"
NAMED = re.compile(r"ledger(-[0-9]+)?\.jsonl")
NONE = "no ledger was given"


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What a ledger says. ``why`` is set where there is nothing to go by; ``broken`` where somebody meddled with it."""

    receipts: tuple[Receipt, ...] = ()
    evidence: Mapping[str, str] = field(default_factory=dict)  # file below evidence/ -> its digest, as noted
    head: str | None = None
    why: str | None = None
    broken: bool = False
    basis: Basis


def read(file: Path | None, *, head: str | None = None) -> Books:
    """Return what the ledger holds, verified. Raises ``UsageError`` for a file that cannot be read."""
    if file is None:
        return Books(why=NONE, basis=Basis(piece=PIECE, origin="none", standing=f"missing: {NONE}", sound=False))
    try:
        state = verify(file, head=head)
        found = tuple(receipts(file))
        noted = {str(note.get("file")): str(note.get("digest")) for note in notes(file, NOTE)}
    except LedgerBroken as error:
        place = f"line {error.where.line}: " if error.where and error.where.line else ""
        why = f"the ledger was cut or rewritten: {place}{error.what}"
        return Books(why=why, broken=True, basis=Basis(piece=PIECE, origin=file.name, standing=why, sound=False))
    except (ValidationError, KeyError) as error:
        why = f"the ledger holds what is no receipt ({type(error).__name__})"
        return Books(why=why, broken=True, basis=Basis(piece=PIECE, origin=file.name, standing=why, sound=False))
    standing = _standing(state, published=head is not None)
    basis = Basis(piece=PIECE, origin=f"{file.name}, {len(found)} receipts", standing=standing)
    return Books(receipts=found, evidence=noted, head=state.head, basis=basis)


def of_lives(out: Path, lives: Sequence[Life], *, head: str | None) -> Books:
    """Return what the ledgers of a run that was resumed hold together, each verified.

    ``head``: of the last life, as it was published. Earlier ones are held against the heads that the report names.
    """
    names = [life.ledger for life in lives]
    if any(not NAMED.fullmatch(name) for name in names) or len({*names}) < len(names):
        why = "the report names ledgers that are none of a run's"
        return Books(why=why, broken=True, basis=Basis(piece=PIECE, origin="report.json", standing=why, sound=False))
    heads = [*(life.head for life in lives[:-1]), head or lives[-1].head]
    books = [read(out / name, head=ends) for name, ends in zip(names, heads, strict=True)]
    if broken := next((one for one in books if one.why), None):
        return broken
    found = tuple(receipt for one in books for receipt in one.receipts)
    published = "the last with the published head" if head else "which nobody published; give --head"
    standing = f"each whole, and ends with the head that the report names, {published}"
    return Books(
        receipts=found,
        evidence={name: digest for one in books for name, digest in one.evidence.items()},
        head=books[-1].head,
        basis=Basis(piece=PIECE, origin=f"{', '.join(names)}, {len(found)} receipts", standing=standing),
    )


def _standing(state: LedgerState, *, published: bool) -> str:
    """Return what the ledger is worth, in words: its gateway ran in the first job in any case."""
    if published:
        held = "whole, and it ends with the published head; written by the gateway of the first job"
    elif state.anchored:
        held = "whole, by the head file beside it only: whoever could rewrite one could rewrite both; give --head"
    else:
        held = "whole as far as it goes, and held against no head: its end may have been cut; give --head"
    return held if state.closed else f"{held}; the gateway did not close it"
