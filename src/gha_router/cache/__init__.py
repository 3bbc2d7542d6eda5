"""Replies that were paid for once: found again by the very same request, or by one that means the same."""

from gha_router.cache.canonical import Canonical, Unfit, canonical
from gha_router.cache.entry import MAX_ENTRY, Entry, opened, seal_key, sealed
from gha_router.cache.kept import Kept
from gha_router.cache.partition import TRUSTED, UNTRUSTED, Ground, Model, digest_of, exact_partition, near_partition
from gha_router.cache.similar import Match, Question, Similar
from gha_router.cache.store import Index, Near, Stats, Store, StoreDown

__all__ = [
    "MAX_ENTRY",
    "TRUSTED",
    "UNTRUSTED",
    "Canonical",
    "Entry",
    "Ground",
    "Index",
    "Kept",
    "Match",
    "Model",
    "Near",
    "Question",
    "Similar",
    "Stats",
    "Store",
    "StoreDown",
    "Unfit",
    "canonical",
    "digest_of",
    "exact_partition",
    "near_partition",
    "opened",
    "seal_key",
    "sealed",
]
