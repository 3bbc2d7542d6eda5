"""What a number speaks of: the file, or the quoted string, that is nearest in the same sentence."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping

from gha_router.claims.paths import is_bare_path
from gha_router.claims.reading import read
from gha_router.claims.sentences import Sentence, sentences
from gha_router.claims.shell import is_command
from gha_router.claims.units import OCCURRENCES
from gha_router.records import Claim

# "354 lines in the file `a.txt`", "354行の a.txt"
_POINTS_ON = re.compile(
    r"[ ]?(?:\w{0,12} )?(?:in|inside|within|of|from|for|to|across)(?: the)?(?: (?:file|whole file|output))? [\[]?$"
    r"|[ (]{0,2}の ?$",
    re.IGNORECASE | re.ASCII,
)
# A part of a file has lines and words of its own: they are not the file's.
_PART = re.compile(
    r"\b(function|method|class|diff|patch|section|chapter|paragraph|block|snippet|output|table|commit|change"
    r"|line [0-9]{1,9})\b[^,;:]{0,40}?\b(?:is|has|was|had|contains?|spans?|counts?|with)\b[^,;:]{0,20}$"
    r"|(関数|メソッド|クラス|差分|章|節|出力|表|段落|コミット|変更)(?:に|で)?(?:は|が)[^、。]{0,10}$",
    re.IGNORECASE | re.ASCII,
)


def subject_of(sentence: Sentence, span: tuple[int, int], unit: str) -> str | None:
    """Return what a count speaks of: a part of a file, the file, or for occurrences without a file the text itself."""
    start, end = span
    if unit == OCCURRENCES:
        return nearest_file(sentence, start, end) or nearest_quoted(sentence, start)
    part = _PART.search(sentence.just_before(start))
    return (part[1] or part[2]) if part else nearest_file(sentence, start, end)


def nearest_file(sentence: Sentence, start: int, end: int) -> str | None:
    """Return the file that a number between ``start`` and ``end`` speaks of.

    The file that the words after the number lead to comes first, then the last one named before it, then the next.
    """
    following = [mention for mention in sentence.mentions_from(end) if mention.is_path]
    if following and _POINTS_ON.fullmatch(sentence.text[end : following[0].start][:60]):
        return following[0].content
    before = [mention for mention in sentence.mentions_until(start) if mention.is_path]
    nearest = before[-1:] or following[:1]
    return nearest[0].content if nearest else _argument(sentence, start)


def _argument(sentence: Sentence, start: int) -> str | None:
    """Return the file that the command before a place was given: "`wc -l README.md` says 354 lines"."""
    words = [mention.content.split()[-1] for mention in sentence.mentions_until(start) if is_command(mention.content)]
    return words[-1] if words and is_bare_path(words[-1]) else None


def nearest_quoted(sentence: Sentence, start: int) -> str | None:
    """Return the quoted string, no file and no command, that is nearest to a place."""
    return next(iter(_quoted(sentence, start)), None)


def quoted_beside(message: str, claims: Iterable[Claim]) -> Mapping[int, tuple[str, ...]]:
    """Return the quoted strings in the sentence of each claim that stands in the message, by the claim's start.

    The nearest come first. A claim that is not where it says (one that was not extracted from this message) has none.
    """
    spoken = list(sentences(read(message)))
    starts = [sentence.start for sentence in spoken]
    beside: dict[int, tuple[str, ...]] = {}
    for claim in claims:
        number = bisect_right(starts, claim.start) - 1
        if number >= 0 and message.startswith(claim.text, claim.start):
            beside[claim.start] = tuple(_quoted(spoken[number], claim.start - spoken[number].start))
    return beside


def _quoted(sentence: Sentence, place: int) -> Iterator[str]:
    """Yield quoted strings, those before a place first, the nearest of them first."""
    for mention in (*reversed(sentence.mentions_until(place)), *sentence.mentions_from(place)):
        if not mention.is_path and not is_command(mention.content):
            yield mention.content
