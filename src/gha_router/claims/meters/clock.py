"""Durations against the clock around the step: our own, or what is left of one when a run is verified later."""

from dataclasses import replace

from gha_router.claims.meters.findings import affirmed, compared, ratio
from gha_router.records import Claim, ClaimVerdict, Evidence, Finding, Observation, Source

WITHIN = (0.5, 2.0)  # claimed / measured: people and models round
NEGLIGIBLE_S = 1.0


def observe(evidence: Evidence) -> Observation:
    """Return how long the step took, in seconds."""
    return Observation(value=round(evidence.wall_s, 1), unit="s", source=evidence.clock, by=evidence.clock_by)


def hold(claim: Claim, evidence: Evidence) -> Finding:
    """Hold a claimed duration against the clock.

    It is confirmed within a factor of two, or one second; "in an instant" (``None``) up to one second. A claim about
    a part of the work ("the build took 3 s", its subject is the part) is unverifiable: the clock is the step's. Where
    that clock is the agent's own word, it may contradict itself, and to agree with itself proves nothing.
    """
    if claim.subject is not None:
        return affirmed(claim, None)
    finding = _held(claim, observe(evidence), evidence.wall_s)
    if evidence.clock is Source.CLAIMED and finding.verdict is ClaimVerdict.CONFIRMED:
        return replace(finding, verdict=ClaimVerdict.UNVERIFIABLE)
    return finding


def _held(claim: Claim, observation: Observation, wall_s: float) -> Finding:
    if not isinstance(claim.value, (int, float)):
        return compared(claim, observation, holds=wall_s <= NEGLIGIBLE_S)
    factor = ratio(claim.value, wall_s)
    near = abs(claim.value - wall_s) <= NEGLIGIBLE_S
    return compared(claim, observation, holds=near or (factor is not None and WITHIN[0] <= factor <= WITHIN[1]))
