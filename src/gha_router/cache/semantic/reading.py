"""What a request says, as far as two requests are compared: its kind of question and its pieces in their order."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from gha_router.cache.semantic import english, japanese, numerals
from gha_router.cache.semantic.mood import Mood, mood_of, script_of
from gha_router.cache.semantic.scan import Kind, Piece, scan


@dataclass(frozen=True, slots=True)
class Part:
    """A piece that both texts must have.

    ``role`` is what a preposition or a particle makes of it, ``phrase`` its number among the phrases that have a role.
    """

    kind: Kind
    text: str
    role: str | None = None
    phrase: int = 0
    joined: bool = False  # with the part before it, by `and`, `or`, or a comma

    @property
    def key(self) -> tuple[Kind, str]:
        """Return what it is compared by."""
        return self.kind, self.text


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as it was read."""

    script: str
    mood: Mood
    parts: tuple[Part, ...]
    denied: tuple[frozenset[tuple[Kind, str]], ...]  # of each negation, what follows it (in Japanese: goes before)


_ROLES = {
    "from": "source",
    "to": "target",
    "into": "target",
    "onto": "target",
    "than": "than",
    "in": "place",
    "on": "place",
    "using": "place",
    "with": "place",
    "via": "place",
    "through": "place",
    "inside": "place",
    "within": "place",
    "under": "place",
    "at": "place",
    "of": "of",
    "for": "for",
    "by": "by",
    "as": "as",
}
_CHOICES = {"or", "plus"}
_JOINS = {"and", "or", "vs", "versus", "between", "plus"}
_LINKS = frozenset({*_ROLES, *_JOINS})
_MANY = 10  # negations of one clause, which is none then


@lru_cache(maxsize=512)
def read(text: str) -> Reading:
    """Return what a text says. Its time grows with the text's length."""
    pieces = scan(text)
    parts = tuple(_parts(_phrased(list(_small(pieces)))))
    shown = tuple(part for part in parts if part.kind not in {Kind.MARK, Kind.NOT})
    mood = mood_of(text)
    if mood is Mood.DO and shown and shown[0].text in english.MAKING:
        shown = (Part(Kind.WORD, "make"), *shown[1:])
    return Reading(script_of(text), mood, shown, tuple(_denied(parts)))


def _small(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Yield the pieces with words in small letters, shortened forms written out, and spelled numbers as numbers."""
    words: list[Piece] = []
    for piece in pieces:
        if piece.kind is Kind.WORD and piece.text[0].isascii():
            words.append(piece)
            continue
        yield from _numbered(words)
        words = []
        yield piece
    yield from _numbered(words)


def _numbered(words: list[Piece]) -> Iterator[Piece]:
    low = [word.text.lower() for word in words]
    if low[:1] == ["a"]:  # how a sentence may begin
        words = [Piece(Kind.WORD, "a"), *words[1:]]
    index = 0
    while index < len(words):
        if found := numerals.spelled(low[index:]):
            yield Piece(Kind.NUMBER, found[0])
            index += found[1]
            continue
        yield from _word(words[index], low[index])
        index += 1


def _word(piece: Piece, low: str) -> Iterator[Piece]:
    plain = low.replace("’", "'")
    if plain in english.SHORT:
        yield from (Piece(Kind.WORD, word) for word in english.SHORT[plain].split())
    elif plain.endswith("n't"):
        yield from (Piece(Kind.WORD, plain[:-3]), Piece(Kind.WORD, "not"))
    elif low in english.PAST:
        yield Piece(Kind.WORD, "past")
    elif _is_identifier(piece.text) and low not in english.KNOWN:
        yield Piece(Kind.IDENTIFIER, piece.text)
    else:
        bare, _, tail = plain.partition("'")
        yield Piece(Kind.WORD, bare, piece.glued)
        if tail in {"ll", "re", "ve"}:
            yield Piece(Kind.WORD, english.TAILS[tail])


def _is_identifier(text: str) -> bool:
    upper = text.isupper() and text != "I" and text.lower() in english.STOP  # US, IT, vitamin A
    return "_" in text or upper or (bool(re.search(r"[a-z][A-Z]", text)))


def _phrased(pieces: list[Piece]) -> Iterator[Piece]:
    """Yield the pieces with phrases in the form that stands for all that say the same."""
    index = 0
    while index < len(pieces):
        first = pieces[index].text if pieces[index].kind is Kind.WORD else ""
        taken = min(english.LONGEST.get(first, 0), len(pieces) - index)
        while taken > 1:
            chunk = pieces[index : index + taken]
            if all(piece.kind is Kind.WORD for piece in chunk):
                found = english.PHRASES.get(tuple(piece.text for piece in chunk))
                if found is not None:
                    yield from (Piece(Kind.WORD, word) for word in found)
                    index += taken
                    break
            taken -= 1
        else:
            yield pieces[index]
            index += 1


def _parts(pieces: Iterator[Piece]) -> Iterator[Part]:
    """Yield the parts with their roles; marks and negations stay, for whoever looks for what is denied."""
    every = [*pieces, Piece(Kind.MARK, "\n")]
    state = _Reader()
    for piece, after in zip(every, [*every[1:], every[-1]], strict=True):
        yield from state.take(piece, bare=_bare(after))


@dataclass(slots=True)
class _Reader:
    """What has been read of a text so far, as far as the next piece depends on it."""

    role: str | None = None  # that the last preposition gives to what follows
    phrase: int = 0
    joined: bool = False
    told: bool = False  # something has been said already
    waiting: list[Part] = field(default_factory=list)  # Japanese gives a role from behind

    def take(self, piece: Piece, *, bare: bool) -> Iterator[Part]:
        """Yield what is known with this piece; ``bare``: nothing follows that it could belong to."""
        text = piece.text.lower() if piece.kind is Kind.WORD else piece.text
        if piece.kind is Kind.KANA:
            yield from self._grammar(piece)
        elif piece.kind in {Kind.MARK, Kind.NOT} or (piece.kind is Kind.WORD and text in english.NEGATIONS):
            yield from self._released()
            yield Part(Kind.NOT if piece.kind is Kind.WORD else piece.kind, text)
            self.joined, self.role = text == "・", None
        elif piece.kind is not Kind.WORD or not self._is_grammar(text, bare=bare):
            if not piece.glued:
                yield from self._released()
            self.waiting.append(
                Part(piece.kind, _compared(piece, text), self.role, self.phrase if self.role else 0, self.joined)
            )
            self.told, self.joined = True, False
        elif text in _CHOICES:
            yield from self._released()
            yield Part(Kind.WORD, text)

    def _is_grammar(self, text: str, *, bare: bool) -> bool:
        """Return whether an English word says how others belong together, or nothing; note what it says."""
        if text in _JOINS:
            self.joined = True
        elif text in _ROLES and not bare:
            self.role, self.phrase, self.joined = _ROLES[text], self.phrase + 1, False
        elif not (bare and text in english.POINTING) and (
            text in english.STOP or (not self.told and text in english.OPENERS)
        ):
            self.role = self.role if text in english.DETERMINERS else None
        else:
            return False
        return True

    def _grammar(self, piece: Piece) -> Iterator[Part]:
        """Give what stands before a run of hiragana the role that it says."""
        behind = self.waiting[-1].text if piece.glued and self.waiting else ""
        known, role = japanese.grammar(piece.text, behind)
        self.phrase += 1
        for part in self._released():
            yield replace(part, role=role, phrase=self.phrase)
        if not known:
            yield Part(Kind.WORD, piece.text)
        self.joined, self.role = role == "with", None

    def _released(self) -> list[Part]:
        released, self.waiting = self.waiting, []
        return released


def _bare(after: Piece) -> bool:
    """Return whether nothing follows that a word could point at: then it is what the text speaks of."""
    ends = after.kind in {Kind.MARK, Kind.SYMBOL}
    return ends or (after.kind is Kind.WORD and after.text.lower() in _LINKS)


def _compared(piece: Piece, text: str) -> str:
    match piece.kind:
        case Kind.NUMBER:
            return numerals.digits(piece.text) if piece.text[0].isdecimal() else piece.text
        case Kind.WORD if text[0].isascii():
            return english.normal(text)
        case Kind.IDENTIFIER if piece.text.endswith(("+", "#")):
            return piece.text.lower()
    return piece.text


def _denied(parts: Sequence[Part]) -> Iterator[frozenset[tuple[Kind, str]]]:
    """Yield of each negation what it is about: up to the end of its clause, in Japanese from its beginning."""
    clause: list[Part] = []
    for part in [*parts, Part(Kind.MARK, "\n")]:
        if part.kind is not Kind.MARK:
            clause.append(part)
            continue
        yield from _denied_in(clause)
        clause = []


def _denied_in(clause: Sequence[Part]) -> Iterator[frozenset[tuple[Kind, str]]]:
    places = [index for index, part in enumerate(clause) if part.kind is Kind.NOT]
    if len(places) > _MANY:
        yield from [frozenset(part.key for part in clause)] * len(places)
        return
    for index in places:
        behind = clause[index].text.isascii()  # in English what is denied follows
        about = clause[index + 1 :] if behind else clause[:index]
        yield frozenset(part.key for part in about if part.kind is not Kind.NOT)
