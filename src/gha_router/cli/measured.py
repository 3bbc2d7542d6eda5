"""A check's error rates from recorded trials and runs, for ``calibrate --trials``."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gha_router.experiment.acceptance import GATE, Acceptor, acceptance, read_attempts
from gha_router.records import Json
from gha_router.report.believed import NAMES, as_json, rate
from gha_router.routing.cascade import USUAL_CHECK, Check
from gha_router.stats import ENOUGH, NOT_ENOUGH


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was measured of who accepts; ``check`` is ``None`` where it is not enough to go by."""

    check: Check | None
    acceptance: Json
    notes: tuple[str, ...]


def measured(files: Sequence[Path]) -> Measured:
    """Return the gate's rates over all attempts of these files. Raises ``UsageError`` for what cannot be read."""
    found = acceptance([attempt for file in files for attempt in read_attempts(file)])
    gate = next(one for one in found if one.who == GATE)
    alpha, beta = gate.false_accept.share, gate.false_reject.share
    check = None if alpha is None or beta is None or alpha + beta >= 1 else Check(alpha=alpha, beta=beta)
    return Measured(check=check, acceptance=as_json(found), notes=tuple(_notes(found, gate, check)))


def _notes(found: Sequence[Acceptor], gate: Acceptor, check: Check | None) -> Iterator[str]:
    for one in found:
        wrong, right = one.false_accept, one.false_reject
        if wrong.trials or right.trials:
            yield (
                f"{NAMES[one.who]}: accepts {wrong.hits} of {wrong.trials} wrong results ({rate(wrong)}), "
                f"refuses {right.hits} of {right.trials} right ones ({rate(right)})"
            )
    if check is not None:
        yield "the check's rates are those that were measured of the checks marked gate"
        return
    ill, well = gate.false_accept.trials, gate.false_reject.trials
    why = "a check with these rates tells nothing" if min(ill, well) >= ENOUGH else NOT_ENOUGH
    yield (
        f"the check's rates are not measured but taken for {USUAL_CHECK.alpha:.0%} each ({why}: checks marked gate on "
        f"{ill} wrong and {well} right results, {ENOUGH} of each are needed)"
    )
