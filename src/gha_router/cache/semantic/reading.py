"""What a request says, as far as two requests are compared: its kind of question and its pieces in their order."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gha_router.cache.semantic import english, japanese, numerals
from gha_router.cache.semantic.scan import Kind, Piece, scan


class Mood(StrEnum):
    """What is wanted."""

    HOW_TO = "how to do it"
    EXPLAIN = "what it is"
    DO = "to have it done"
    CHECK = "whether it is so"
    ADVICE = "whether to do it"
    ABLE = "whether it can be done"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece that both texts must have. ``role``: what a preposition or a particle makes of it; ``phrase``: its number
    among the phrases of its text that have a role.
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
_JOINS = {"and", "or", "vs", "versus", "between", "plus"}
_HOW_TO = re.compile(
    r"\bhow (?:do|can|could|should|would|might|may) (?:i|we|you|one|people|someone)\b|\bhow to\b|\b(?:way|ways|command|steps?|procedure) "
    r"(?:to|for|of)\b|\bwhat command\b|\bwhich command\b|方法|手順|やり方|仕方|直し方|[一-龯][いきしちにびみりぎえけせてねめれべげ]?方(?=を|は|$)"
    r"|には(?:$|[??。]|どう)|どう(?:すれば|したら|やって)|コマンド(?:は|を教)"
)
_ADVICE = re.compile(r"^(?:should|must|ought)\b|\b(?:べき|したほうが|した方が).*(?:か|[??])$")
_ABLE = re.compile(r"^(?:can|could|may|might) (?!you\b)|^is it possible\b|(?:できますか|可能ですか|使えますか|られますか)")
_CHECK = re.compile(r"^(?:is|are|was|were|do|does|did|has|have|had|will|would|isn't|aren't|don't|doesn't) (?!there a way to)")
_CHECK_JA = re.compile(r"(?:ですか|ますか|でしょうか|のか)[??。]*$")
_ASKS_JA = re.compile(r"何|なに|なぜ|どう|どこ|どれ|どの|どちら|いつ|誰|だれ|いくつ|いくら|教え|説明|違い|くれ|もらえ|いただけ")
_DO_JA = re.compile(r"(?:書い|書き|作っ|作成し|生成し|変換し|翻訳し|要約し|して|詠ん|にして|出力し|列挙し|一覧す|直し|修正し)[^、。]{0,8}[。.!!]*$|してください[。.]*$")
_EXPLAIN = re.compile(
    r"^(?:what|which|who|whose|whom|why|when|where|how|explain|describe|tell me|compare|give me an explanation|define|to what)\b"
)
_OPENER = re.compile(r"^(?:(?:please|kindly|hi|hello|hey)[, ]+|(?:can|could|would|will) you (?:please |kindly )?|in [\w+#.]+, |(?:for|with|using) [\w+#.]+, |[\w+#.]+: |[\w+#.]+ vs\.? [\w+#.]+: )")
# What is asked to be done with one's own hands: told to do it, a model without hands tells how.
_BY_HAND = frozenset(
    map(
        english.normal,
        "set install configure enable disable rename delete remove undo revert exit quit make sort check find start stop restart "
        "merge rebase squash push pull clone mount export import upgrade update downgrade uninstall move copy".split(),
    )
)


def read(text: str) -> Reading:
    """Return what a text says. Its time grows with the text's length."""
    pieces = scan(text)
    parts = tuple(_parts(_phrased(list(_small(pieces)))))
    shown = tuple(part for part in parts if part.kind not in {Kind.MARK, Kind.NOT})
    mood = _mood(text)
    if mood is Mood.DO and shown and shown[0].text in english.MAKING:
        shown = (Part(Kind.WORD, "make"), *shown[1:])
    return Reading(_script(text), mood, shown, tuple(_denied(parts)))


def _script(text: str) -> str:
    counts = {
        "japanese": len(re.findall(r"[ぁ-ゖァ-ヴ]", text)),
        "han": len(re.findall(r"[一-龯]", text)),
        "hangul": len(re.findall(r"[가-힣]", text)),
        "cyrillic": len(re.findall(r"[Ѐ-ӿ]", text)),
        "latin": len(re.findall(r"[A-Za-zÀ-ɏ]", text)) / 4,  # a Japanese sentence is full of Latin names
    }
    if counts["japanese"] and counts["japanese"] + counts["han"] >= counts["latin"]:
        return "japanese"
    return max(counts, key=lambda script: counts[script])


def _mood(text: str) -> Mood:
    low = re.sub(r"\s+", " ", text.strip().lower().replace("’", "'"))
    while opener := _OPENER.match(low):
        low = low[opener.end() :]
    if _ADVICE.search(low):
        return Mood.ADVICE
    if _ABLE.search(low):
        return Mood.ABLE
    if _HOW_TO.search(low) and not _CHECK.match(low.replace("is there a way to", "how to")):
        return Mood.HOW_TO
    if _CHECK.match(low) or (_CHECK_JA.search(low) and not _ASKS_JA.search(low)):
        return Mood.CHECK
    if _EXPLAIN.match(low):
        return Mood.EXPLAIN
    if _script(text) == "japanese":
        return Mood.DO if _DO_JA.search(low) and not re.search(r"(?:教え|説明し|解説し)", low) else Mood.EXPLAIN
    if re.match(r"give (?:me )?the\b", low):
        return Mood.EXPLAIN
    if re.match(r"i(?: need| want|'d like| would like|'m looking for) (?!to\b)", low):
        return Mood.DO
    return Mood.HOW_TO if english.normal(low.partition(" ")[0]) in _BY_HAND else Mood.DO


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
        taken = min(english.LONGEST, len(pieces) - index)
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
    role: str | None = None
    phrase, joined, told = 0, False, False
    waiting: list[Part] = []  # Japanese gives a role from behind
    every = [*pieces, Piece(Kind.MARK, "\n")]
    for piece, after in zip(every, [*every[1:], every[-1]], strict=True):
        if piece.kind is Kind.KANA:
            behind = "" if not piece.glued or not waiting else waiting[-1].text
            known, given = japanese.grammar(piece.text, behind)
            phrase += 1
            yield from (Part(part.kind, part.text, given, phrase, part.joined) for part in waiting)
            waiting = []
            if not known:
                yield Part(Kind.WORD, piece.text)
            joined, role = given == "with", None
            continue
        text = piece.text.lower() if piece.kind is Kind.WORD else piece.text
        if piece.kind is Kind.WORD and text in english.NEGATIONS:
            piece = Piece(Kind.NOT, text)
        if piece.kind in {Kind.MARK, Kind.NOT}:
            yield from waiting
            waiting = []
            yield Part(piece.kind, "without" if text == "without" else piece.text)
            joined, role = text == "・", None
            continue
        if piece.kind is Kind.WORD and text in _JOINS:
            joined = True
            if text in {"or", "plus"}:
                yield Part(Kind.WORD, text)
            continue
        if piece.kind is Kind.WORD and text in _ROLES and not _bare(after):
            role, phrase, joined = _ROLES[text], phrase + 1, False
            continue
        pointing = text not in english.POINTING or not _bare(after)
        if piece.kind is Kind.WORD and pointing and (text in english.STOP or (not told and text in english.OPENERS)):
            if text not in english.DETERMINERS:
                role = None
            continue
        told = True
        made = Part(piece.kind, _compared(piece, text), role, phrase if role else 0, joined)
        joined = False
        if piece.glued:
            waiting.append(made)
        else:
            yield from waiting
            waiting = [made]
    yield from waiting


def _bare(after: Piece) -> bool:
    """Return whether nothing follows that a word could point at: then it is what the text speaks of."""
    ends = after.kind in {Kind.MARK, Kind.SYMBOL}
    return ends or (after.kind is Kind.WORD and after.text.lower() in {*_ROLES, *_JOINS})


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
        for index, one in enumerate(clause):
            if one.kind is Kind.NOT:
                about = clause[:index] if one.text and not one.text.isascii() else clause[index + 1 :]
                yield frozenset(other.key for other in about if other.kind is not Kind.NOT)
        clause = []
