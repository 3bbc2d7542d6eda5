"""What an agent says of its own work, and what independent meters say of that."""

from gha_router.claims.extract import claims_as_json, extract

__all__ = ["claims_as_json", "extract"]
