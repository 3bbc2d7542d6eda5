"""The append-only ledger: what was asked, served and paid, in a chain that shows when it was cut or rewritten."""

from gha_router.ledger.chain import Ledger
from gha_router.ledger.read import LedgerState, notes, receipts, verify

__all__ = ["Ledger", "LedgerState", "notes", "receipts", "verify"]
