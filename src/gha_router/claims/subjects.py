"""What a number speaks of: the file, or the quoted string, that is nearest in the same sentence."""

import re

from gha_router.claims.reading import Mention, read
from gha_router.claims.sentences import Sentence, sentences
from gha_router.records import Claim

# "354 lines in the file `a.txt`", "354行の a.txt"
_POINTS_ON = re.compile(
    r"[ ]?(?:\w{0,12} )?(?:in|inside|within|of|from|for|to|across)(?: the)?(?: (?:file|whole file|output))? [\[]?$|[ (]{0,2}の ?$",
    re.IGNORECASE | re.ASCII,
)


def nearest_file(sentence: Sentence, start: int, end: int) -> str | None:
    """Return the file that a number between ``start`` and ``end`` speaks of.

    The file that the words after the number lead to comes first, then the last one named before it, then the next.
    """
    following = [mention for mention in sentence.mentions_from(end) if mention.is_path]
    if following and _POINTS_ON.fullmatch(sentence.text[end : following[0].start][:60]):
        return following[0].content
    return _content(_last_file(sentence, start)) or _content(following[0] if following else None)


def nearest_quoted(sentence: Sentence, start: int) -> str | None:
    """Return the quoted string, not a file, that is nearest to a place; the ones before it come first."""
    before = [mention for mention in sentence.mentions_until(start) if not mention.is_path]
    if before:
        return before[-1].content
    following = [mention for mention in sentence.mentions_from(start) if not mention.is_path]
    return _content(following[0] if following else None)


def quoted_beside(message: str, claim: Claim) -> str | None:
    """Return the quoted string that stands in the same sentence of the message as a claim that was found in it."""
    end = claim.start + len(claim.text)
    if message[claim.start : end] != claim.text:
        return None
    for sentence in sentences(read(message)):
        if sentence.start <= claim.start < sentence.start + len(sentence.text):
            return nearest_quoted(sentence, claim.start - sentence.start)
    return None


def _last_file(sentence: Sentence, start: int) -> Mention | None:
    return next((mention for mention in reversed(sentence.mentions_until(start)) if mention.is_path), None)


def _content(mention: Mention | None) -> str | None:
    return mention.content if mention else None
