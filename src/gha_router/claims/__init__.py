"""What an agent says of its own work, and what independent meters say of that."""

from gha_router.claims.expected import ExpectedClaim, parse_expected
from gha_router.claims.extract import claims_as_json, extract
from gha_router.claims.hold import hold
from gha_router.claims.meters.transcript import own_tests
from gha_router.claims.structured import Told, asking, merged, parted, read

__all__ = [
    "ExpectedClaim",
    "Told",
    "asking",
    "claims_as_json",
    "extract",
    "hold",
    "merged",
    "own_tests",
    "parse_expected",
    "parted",
    "read",
]
