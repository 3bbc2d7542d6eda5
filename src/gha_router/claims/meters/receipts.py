"""Money and tokens against the receipts of the gateway."""

from decimal import Decimal

from gha_router.claims.meters.findings import affirmed, compared
from gha_router.records import Claim, Evidence, Finding, Observation, Source, Usage

TOLERANCE = Decimal("0.1")


def observe_cost(evidence: Evidence) -> Observation | None:
    """Return what the receipts add up to, in USD; ``None`` without receipts, or when one has no known price."""
    costs = [receipt.cost_usd for receipt in evidence.receipts if receipt.cost_usd is not None]
    if not costs or len(costs) < len(evidence.receipts):
        return None
    total = sum(costs, Decimal(0))
    return _metered(float(total), "USD", f"{len(costs)} receipts, ${total}")


def observe_tokens(evidence: Evidence) -> Observation | None:
    """Return all tokens that the receipts show; ``None`` without receipts, or when one has no usage."""
    usage = _usage(evidence)
    if usage is None:
        return None
    return _metered(usage.total, "tokens", f"{usage.total} tokens, {usage.output} of them output")


def hold_cost(claim: Claim, evidence: Evidence) -> Finding:
    """Hold a claimed cost against the receipts; 10 % may be rounding."""
    observation = observe_cost(evidence)
    if observation is None or not isinstance(observation.value, float):
        return affirmed(claim, None)
    return compared(claim, observation, holds=_near(claim.value, observation.value))


def hold_tokens(claim: Claim, evidence: Evidence) -> Finding:
    """Hold claimed tokens against all tokens, or against the output alone: people mean either; 10 % may be rounding."""
    observation, usage = observe_tokens(evidence), _usage(evidence)
    if observation is None or usage is None:
        return affirmed(claim, None)
    if not _near(claim.value, usage.total) and _near(claim.value, usage.output):
        observation = _metered(usage.output, "tokens", f"{usage.output} output tokens")
    return compared(claim, observation, holds=_near(claim.value, observation.value))


def _usage(evidence: Evidence) -> Usage | None:
    usages = [receipt.usage for receipt in evidence.receipts if receipt.usage is not None]
    if not usages or len(usages) < len(evidence.receipts):
        return None
    return sum(usages, Usage())


def _near(claimed: object, metered: object) -> bool:
    if not isinstance(claimed, (int, float)) or not isinstance(metered, (int, float)):
        return False
    exact = Decimal(str(metered))
    return abs(Decimal(str(claimed)) - exact) <= TOLERANCE * exact


def _metered(value: float, unit: str, detail: str) -> Observation:
    return Observation(value=value, unit=unit, source=Source.METERED, by="receipts", detail=detail)
