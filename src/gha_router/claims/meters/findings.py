"""From a claim and an observation to a finding."""

from gha_router.records import Claim, ClaimVerdict, Finding, Observation


def affirmed(claim: Claim, observation: Observation | None) -> Finding:
    """Return the finding where a meter says yes (any value), no (``False``) or nothing (``None``)."""
    value = observation.value if observation else None
    if value is None:
        return Finding(verdict=ClaimVerdict.UNVERIFIABLE, kind=claim.kind, claim=claim, observation=observation)
    verdict = ClaimVerdict.CONTRADICTED if value is False else ClaimVerdict.CONFIRMED
    return Finding(verdict=verdict, kind=claim.kind, claim=claim, observation=observation)


def compared(claim: Claim, observation: Observation, *, holds: bool) -> Finding:
    """Return the finding where a meter shows a number; ``ratio`` is claimed / observed, where both are numbers."""
    return Finding(
        verdict=ClaimVerdict.CONFIRMED if holds else ClaimVerdict.CONTRADICTED,
        kind=claim.kind,
        claim=claim,
        observation=observation,
        ratio=ratio(claim.value, observation.value),
    )


def ratio(claimed: object, observed: object) -> float | None:
    """Return claimed / observed; ``None`` when one is no number, or nothing was observed to divide by."""
    if not isinstance(claimed, (int, float)) or not isinstance(observed, (int, float)) or not observed:
        return None
    return claimed / observed
