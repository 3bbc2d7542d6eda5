"""Counts against the files of the workspace, and against the task's expected value where nothing can be counted."""

import re
from collections.abc import Sequence

from gha_router.claims import units
from gha_router.claims.expected import ExpectedClaim
from gha_router.claims.meters import snapshot
from gha_router.claims.meters.findings import affirmed, compared
from gha_router.claims.paths import is_bare_path, is_quoted_path
from gha_router.records import Claim, Evidence, Finding, Observation, Source

_ROUGHLY = re.compile(
    r"about|around|approximately|roughly|nearly|almost|some|~|約|およそ|だいたい|ほぼ|ほど|くらい|ぐらい|程度",
    re.IGNORECASE,
)
_ROUGH = 0.1


def observe(
    asked: ExpectedClaim,
    evidence: Evidence,
    claimed: float | str | bool | None = None,  # noqa: FBT001 - a claim's value
) -> Observation | None:
    """Return how many there are: counted in the file that is asked for, else as the task's author knows it."""
    counted = None
    if asked.unit == "lines" and asked.subject:
        counted = snapshot.observe_lines(asked.subject, claimed, evidence)
    elif asked.unit == units.OCCURRENCES and asked.subject and asked.text:
        counted = snapshot.observe_occurrences(asked.subject, asked.text, evidence)
    return counted or known(asked)


def known(asked: ExpectedClaim) -> Observation | None:
    """Return the value that the task's author gave, as an observation; ``None`` when there is none."""
    if asked.equals is None:
        return None
    return Observation(value=asked.equals, unit=asked.unit, source=Source.MEASURED, by="the task's expected value")


def hold(claim: Claim, evidence: Evidence, expected: ExpectedClaim | None, quoted: Sequence[str]) -> Finding:
    """Hold a claimed count against a count of our own; a rounded one ("about 350 lines") may be 10 % off.

    What is missing in the claim, the file or the text, comes from the expected claim that it answers; ``quoted`` are
    the strings in quotes beside it, the nearest first.
    """
    file = claim.subject if claim.subject and _is_file(claim.subject) else None
    text = quoted[0] if quoted else None
    asked = ExpectedClaim(
        kind=claim.kind,
        unit=claim.unit,
        subject=file or (expected.subject if expected else None),
        text=(expected.text if expected else None) or text,
        equals=expected.equals if expected else None,
    )
    observation = observe(asked, evidence, claim.value)
    if observation is None or not isinstance(observation.value, (int, float)):
        return affirmed(claim, None)
    return compared(claim, observation, holds=_agrees(claim, observation.value))


def _agrees(claim: Claim, counted: float) -> bool:
    if not isinstance(claim.value, (int, float)):
        return False
    allowed = _ROUGH * counted if _ROUGHLY.search(claim.text) else 0
    return abs(claim.value - counted) <= allowed


def _is_file(subject: str) -> bool:
    return is_bare_path(subject) or is_quoted_path(subject)
