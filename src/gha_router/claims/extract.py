"""The claims in a message, in either language."""

from collections.abc import Iterable, Sequence

from gha_router.claims import english, japanese, listed
from gha_router.claims.reading import read
from gha_router.claims.sentences import sentences
from gha_router.records import Claim, ClaimKind, Json

# Where two kinds read the same words, the first of these is meant: "12 tests passed" counts no tests.
_STRONGER = {ClaimKind.TESTS_PASSED: 0, ClaimKind.TOKENS: 1, ClaimKind.COST: 1}


def extract(message: str) -> tuple[Claim, ...]:
    """Return what the agent claims of its own work, sorted by where it stands.

    ``claim.text`` is the span of the message, to the character. Plans, questions, conditions, negations, quotes,
    code blocks and the numbers of other people are no claims.
    """
    found = [
        claim
        for sentence in sentences(read(message))
        for find in (*english.FINDERS, *japanese.FINDERS, listed.find)
        for claim in find(sentence)
    ]
    return tuple(sorted(_one_reading_each(found), key=lambda claim: (claim.start, claim.kind, -len(claim.text))))


def claims_as_json(claims: Iterable[Claim]) -> list[Json]:
    """Return claims as JSON objects with ``kind``, ``value``, ``unit``, ``subject``, ``text`` and ``start``."""
    return [
        {
            "kind": claim.kind.value,
            "value": claim.value,
            "unit": claim.unit,
            "subject": claim.subject,
            "text": claim.text,
            "start": claim.start,
        }
        for claim in claims
    ]


def _one_reading_each(claims: Sequence[Claim]) -> list[Claim]:
    """Return the claims without those that read words again which a stronger or longer one has read already.

    Numbers compete with each other, "done" with "done"; a file written may well hold the count of its lines.
    """
    taken: dict[str, set[int]] = {}
    kept = []
    for claim in sorted(claims, key=lambda claim: (_STRONGER.get(claim.kind, 2), claim.start, -len(claim.text))):
        places = range(claim.start, claim.start + len(claim.text))
        read_already = taken.setdefault(_family(claim.kind), set())
        if read_already.isdisjoint(places):
            read_already.update(places)
            kept.append(claim)
    return kept


def _family(kind: ClaimKind) -> str:
    return kind if kind in {ClaimKind.DONE, ClaimKind.FILE_WRITTEN, ClaimKind.COMMAND_RUN} else "number"
