"""What an agent says of its own work, and what independent meters say of that."""

from gha_router.claims.expected import ExpectedClaim, parse_expected
from gha_router.claims.extract import claims_as_json, extract
from gha_router.claims.hold import hold
from gha_router.claims.meters.transcript import own_tests

__all__ = ["ExpectedClaim", "claims_as_json", "extract", "hold", "own_tests", "parse_expected"]
