"""Durations against the monotonic clock around the step."""

from gha_router.claims.meters.findings import affirmed, compared, ratio
from gha_router.records import Claim, Evidence, Finding, Observation, Source

WITHIN = (0.5, 2.0)  # claimed / measured: people and models round
NEGLIGIBLE_S = 1.0


def observe(evidence: Evidence) -> Observation:
    """Return how long the step took, in seconds."""
    return Observation(value=round(evidence.wall_s, 1), unit="s", source=Source.MEASURED, by="step clock")


def hold(claim: Claim, evidence: Evidence) -> Finding:
    """Hold a claimed duration against the clock.

    It is confirmed within a factor of two, or one second; "in an instant" (``None``) up to one second. A claim about
    a part of the work ("the build took 3 s", its subject is the part) is unverifiable: the clock is the step's.
    """
    if claim.subject is not None:
        return affirmed(claim, None)
    observation = observe(evidence)
    if not isinstance(claim.value, (int, float)):
        return compared(claim, observation, holds=evidence.wall_s <= NEGLIGIBLE_S)
    factor = ratio(claim.value, evidence.wall_s)
    near = abs(claim.value - evidence.wall_s) <= NEGLIGIBLE_S
    return compared(claim, observation, holds=near or (factor is not None and WITHIN[0] <= factor <= WITHIN[1]))
