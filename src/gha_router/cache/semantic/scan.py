"""A text cut into pieces: what is taken literally (code, quotations, paths, versions, numbers) and words.

Cut by what can be seen; nothing here knows what a word means.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from gha_router.cache.semantic import numerals
from gha_router.cache.semantic.japanese import NEGATED, rewritten


class Kind(StrEnum):
    """What a piece is. All but words, grammar and marks must stand in both texts, letter by letter."""

    CODE = "code"
    QUOTED = "quoted text"
    PATH = "paths"
    VERSION = "versions"
    FLAG = "flags"
    NUMBER = "numbers"
    IDENTIFIER = "names in code"
    SYMBOL = "symbols"
    NOT = "negation"
    WORD = "words"
    KANA = "grammar"  # a run of hiragana
    MARK = "marks"  # punctuation


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece; ``glued``: nothing stands between it and the one before."""

    kind: Kind
    text: str
    glued: bool = False


_BLOCK = re.compile(r"(?<![`~])(`{3,5}|~{3,5})(?![`~])(.*?)\1", re.DOTALL)
_SPAN = re.compile(r"(?<!`)(`{1,2})(?!`)([^`\n]{1,400})\1(?!`)")
_QUOTED = re.compile(
    r"\"([^\"\n]{1,400})\"|“([^”\n]{1,400})”|「([^」\n]{1,400})」|『([^』\n]{1,400})』|«([^»\n]{1,400})»|‘([^’\n]{1,400})’"
    r"|(?<![\w])'([^'\n]{1,400})'(?![\w])"
)
_HELD = 0xE000  # what is taken out of the text leaves a letter of private use in its place
_MAX_HELD = 0x1800
_LETTERS = r"A-Za-zÀ-ɏ"
_TOKENS: tuple[tuple[Kind, str], ...] = (
    (Kind.PATH, r"[a-z][a-z0-9+.-]*://[^\s<>]+[^\s<>.,;:!?)\]]"),
    (Kind.PATH, r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4}"),
    (Kind.PATH, r"(?<![A-Za-z0-9_])(?:~|\.{1,2})?/[A-Za-z0-9_.@*/-]{0,120}"),
    (Kind.PATH, r"(?<![A-Za-z0-9_.*-])[A-Za-z0-9_.*-]{1,80}/[A-Za-z0-9_.@*/-]{0,120}"),
    (Kind.VERSION, r"(?<![A-Za-z0-9])[vV]\d+(?:\.\d+)*(?:[-+][A-Za-z0-9.]+)?"),
    (Kind.VERSION, r"\d+(?:\.\d+){2,}(?:[-+.][A-Za-z0-9]+)*"),
    (Kind.PATH, r"\*?\.?(?<![A-Za-z0-9_-])[A-Za-z_][A-Za-z0-9_-]{0,80}(?:\.[A-Za-z][A-Za-z0-9_]{0,80}){1,8}"),
    (Kind.PATH, r"(?<![A-Za-z0-9])\*?\.[A-Za-z][A-Za-z0-9_.-]{0,80}[A-Za-z0-9]"),
    (Kind.FLAG, r"(?<![A-Za-z0-9])--?[A-Za-z][A-Za-z0-9-]*"),
    (Kind.NUMBER, numerals.DIGITS.pattern),
    (Kind.IDENTIFIER, r"[A-Za-z][A-Za-z0-9]*(?:\+\+|\#)(?![A-Za-z0-9])"),
    (Kind.IDENTIFIER, r"[A-Za-z_$@][A-Za-z0-9_]*(?:\(\))"),
    (Kind.WORD, rf"[{_LETTERS}_][{_LETTERS}0-9_]*(?:['’][A-Za-z]+)?"),
    (Kind.WORD, r"[一-龯々〆ヵヶ]+"),
    (Kind.WORD, r"[ァ-ヴー]+"),
    (Kind.KANA, r"[ぁ-ゖゝゞ]+"),
    (Kind.NOT, r"\ue7ff"),
    (Kind.MARK, r"[.,;:?!()'\"、。・…–—‘’“”「」『』]|-(?=\s|$)|(?<=[A-Za-z]{2})-(?=[A-Za-z]{2})|\n"),
    (Kind.SYMBOL, r"\S"),
)
_MASTER = re.compile("|".join(f"(?P<k{number}>{pattern})" for number, (_, pattern) in enumerate(_TOKENS)))
_HELD_TOKEN = re.compile(r"[\ue000-\ue7fe]")
_JAPANESE = re.compile(r"[ぁ-ゖァ-ヴ一-龯]")
_NOT = chr(_HELD + 0x7FF)


def scan(text: str) -> tuple[Piece, ...]:
    """Return the pieces of a text in its order."""
    held: list[Piece] = []

    def hold(kind: Kind, inside: str) -> str:
        held.append(Piece(kind, inside))
        return f" {chr(_HELD + min(len(held) - 1, 0x7FE))} "

    clean = re.sub(r"[\ue000-\uf8ff]", "�", text)
    clean = _BLOCK.sub(lambda found: hold(Kind.CODE, found[2].strip()), clean)
    clean = _SPAN.sub(lambda found: hold(Kind.CODE, found[2].strip()), clean)
    clean = _QUOTED.sub(lambda found: hold(Kind.QUOTED, next(part for part in found.groups() if part)), clean)
    clean = unicodedata.normalize("NFKC", clean)
    clean = numerals.KANJI_NUMBER.sub(lambda found: f" {numerals.kanji(found[0])} ", clean)
    clean = re.sub(r"(?<=\d)つ(?:の(?=[一-龯ァ-ヴ]))?", " ", re.sub(r"(?<=\d) つ", "つ", clean))
    if _JAPANESE.search(clean):
        clean = NEGATED.sub(f" {_NOT} ", rewritten(clean))
    return tuple(_pieces(clean, held))


def _pieces(text: str, held: list[Piece]) -> Iterator[Piece]:
    end = 0
    for found in _MASTER.finditer(text):
        glued = found.start() == end and end > 0
        end = found.end()
        if _HELD_TOKEN.fullmatch(found[0]):
            yield held[ord(found[0]) - _HELD]
            continue
        kind = _TOKENS[int((found.lastgroup or "k0")[1:])][0]
        text = found[0].rstrip(".-@") or found[0] if kind is Kind.PATH else found[0]  # the end of a sentence
        yield Piece(kind, text, glued)
