"""The signs that the ``weights`` stand on: words, pairs of words, pieces of words, and what the rules heard.

Bounded: of a prompt's sentences the first and the last are looked at, of each no more than a few dozen words, so that
no text costs more than a short one. Names of files, numbers and identifiers count as such, not as themselves.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from gha_router.routing import english, ideas
from gha_router.routing import english_words as en
from gha_router.routing.japanese import is_japanese
from gha_router.routing.requests import WISHED, Heard

FIRST, LAST = 4, 3  # sentences that are looked at
WORDS, LETTERS = 32, 90  # of an English, and of a Japanese sentence
Signs = dict[str, set[str]]
LONGEST = 400  # characters of a sentence
# What each family counts beside the others, however many signs it has; chosen by cross-validation.
FAMILIES = {"rules": 0.55, "ideas": 1.22, "meetings": 1.0, "deeds": 1.0, "words": 1.41, "pairs": 1.73, "pieces": 1.0}

_TOKEN = re.compile(
    r"(?P<file>[\w./-]{0,60}\w\.(?:[a-z]{1,4}|[jt]sx|yaml|toml|json)\b|[\w.-]{0,60}/[\w./-]+)|(?P<reference>#\d+)|"
    r"(?P<number>v?\d[\d.,]*%?)|(?P<name>\w+_\w+|[a-z]+[A-Z]\w*|\w+\(\))|(?P<word>[A-Za-z][A-Za-z']*)|(?P<mark>[,:?!])"
)
_OBJECT = re.compile(r"(?P<head>[a-z0-9_./#㐀-鿿ァ-ヿー々]{1,10})(?:を|に|の|が|は)(?P<verb>[^、。をにのがは]{1,8})")
_WORDS = re.compile(r"[a-zA-Z0-9.][\w'.*-]*(?<![.-])|[?,:]")
_STAND_INS = {"file": "<file>", "reference": "<reference>", "number": "<number>", "name": "<name>"}
_NUMBER = re.compile(r"\d[\d.,]*")
_ENDINGS = ("ing", "ed", "es", "s")
_SHORT = 3  # letters that a stem keeps
_ASKS_JA = re.compile(r"(?:か|かな|の|っけ)[?]?$|[?]$")
_ORDERS_JA = re.compile(r"(?:て|で|といて|しといて|せよ|しろ|こと|を|に|へ|追加|修正|作成|実装|更新|よろしく|頼む)$")
_WISHES_JA = re.compile(
    r"(?:ください|下さい|お願い.{0,6}|ほしい.{0,4}|欲しい.{0,4}|たい.{0,3}|ましょう|よう|幸いです|助かる|助かります|嬉しいです|いいな|のに)$"
)
_CLASSES = {
    word: f"<{name}>"
    for name, words in (
        ("tests", en.TESTS),
        ("prose", en.PROSE),
        ("small", en.SMALL),
        ("trouble", en.TROUBLE),
        ("plans", en.PLANS),
        ("large", en.LARGE),
        ("wholes", en.WHOLES),
    )
    for word in words
} | {word: f"<{what}>" for word, what in en.VERB.items() if " " not in word}


def signs(sentences: Sequence[str], heard: Sequence[Heard], answer: str) -> Signs:
    """Return the signs of a prompt by family; ``heard`` and ``answer`` are what the rules made of its sentences."""
    chosen = list(sentences)
    if len(chosen) > FIRST + LAST:
        chosen = chosen[:FIRST] + chosen[-LAST:]
    found: Signs = {family: set() for family in FAMILIES}
    found["rules"].update(_of_rules(heard, answer))
    for at, whole in enumerate(chosen):
        sentence = whole if len(whole) <= LONGEST else f"{whole[: LONGEST // 2]} {whole[-LONGEST // 2 :]}"
        if is_japanese(sentence):
            _japanese(sentence, found)
        else:
            _english(sentence, found)
        if at in {0, len(chosen) - 1}:
            found["rules"].add(f"asks:{sentence.rstrip().endswith('?')}:{is_japanese(sentence)}")
    found["words"].add(f"sentences:{min(len(sentences), 6)}")
    return found


def _of_rules(heard: Sequence[Heard], answer: str) -> Iterator[str]:
    yield f"answer:{answer}"
    for one in heard:
        if one.hands_off:
            yield "hands off"
        for request in one.requests:
            yield f"{request.task_type}:{request.words}"
            yield f"{request.task_type}:{request.indirect}:{request.weight >= WISHED}"


def _english(sentence: str, found: Signs) -> None:
    tokens = list(_tokens(sentence, WORDS))
    stems = [_stem(token) for token in tokens]
    kinds = [_CLASSES.get(token) or _CLASSES.get(stem, stem) for token, stem in zip(tokens, stems, strict=True)]
    found["words"].update(tokens, stems, kinds)
    found["words"].update(f"{at}^{stem}" for at, stem in enumerate(kinds[:2]))
    low = [token.lower() for token in _WORDS.findall(sentence)][: 2 * WORDS]
    _meet(ideas.of_words(low), 0, 5, _form(low, sentence), found)
    for verb, head in english.deeds(low):
        _done(_known(verb), _known(head), verb, head, found)
    padded = ["^", *stems, "$"]
    found["pairs"].update(_grams(padded, 2), _grams(padded, 3), _grams(["^", *kinds, "$"], 2))
    found["pairs"].update(f"{one}..{two}" for one, two in zip(kinds, kinds[2:], strict=False))
    for token in tokens:
        word = f"<{token}>"
        found["pieces"].update(word[at : at + 4] for at in range(max(1, len(word) - 3)))


def _japanese(sentence: str, found: Signs) -> None:
    text = _NUMBER.sub("0", sentence.lower().rstrip(" 。.!"))
    if len(text) > LETTERS:
        text = text[: LETTERS // 3] + text[-2 * LETTERS // 3 :]
    latin = [_stem(token) for token in _tokens(sentence, WORDS)]
    found["words"].update(latin, (_CLASSES.get(word, word) for word in latin))
    marked = f"^{text}$"
    touched = ideas.of_letters(text)
    _meet(touched, len(text) - 14, len(text), _form_ja(text), found)
    for match in _OBJECT.finditer(text):
        head = match["head"]
        verb = match["verb"]
        heads = {idea for at, idea in touched if match.start() <= at < match.end("head")}
        verbs = {idea for at, idea in touched if match.start("verb") <= at < match.end("verb")}
        _done(verbs, heads, verb[:2], head[-3:], found)
    _meet(ideas.of_words(list(_tokens(sentence, WORDS))), 0, 0, _form_ja(text), found)
    found["words"].update(_pieces(marked, 2))
    found["pairs"].update(_pieces(marked, 3))
    found["pieces"].update(_pieces(marked, 4), _pieces(marked, 5))
    found["words"].update(f"{marked[-size:]}" for size in (4, 5, 6, 8))


def _form(low: list[str], sentence: str) -> str:
    """Return whether an English sentence asks, wishes, states or orders, by its beginning and its end."""
    if sentence.rstrip()[-1:] == "?":
        return "=asks"
    first = low[0] if low else ""
    if first in en.STATING or first.isdigit():
        return "=wishes" if any(idea == "wish" for _, idea in ideas.of_words(low)) else "=states"
    return "=orders"


def _form_ja(text: str) -> str:
    """Return the same of a Japanese sentence, by its end."""
    end = text.rstrip(" 。.!")
    for pattern, form in ((_ASKS_JA, "=asks"), (_WISHES_JA, "=wishes"), (_ORDERS_JA, "=orders")):
        if pattern.search(end):
            return form
    return "=states"


def _known(word: str) -> set[str]:
    return {idea for _, idea in ideas.of_words([word])} if word else set()


def _done(verbs: set[str], heads: set[str], verb: str, head: str, found: Signs) -> None:
    """Note a verb with its object, as ideas and as words."""
    found["deeds"].update(f"{one} {other}" for one in (*verbs, verb) for other in (*heads, head))
    found["deeds"].update(f"do {one}" for one in (*verbs, verb))
    found["deeds"].update(f"of {one}" for one in (*heads, head))


def _meet(touched: list[tuple[int, str]], begin: int, end: int, form: str, found: Signs) -> None:
    """Note ideas, those at the sentence's telling end apart, and which of them meet in it."""
    here = sorted({idea for _, idea in touched} | {form})
    near = sorted({idea for at, idea in touched if begin <= at < end})
    found["ideas"].update(here)
    found["ideas"].update(f"!{idea}" for idea in near)
    found["meetings"].update(f"{one}+{other}" for at, one in enumerate(here) for other in here[at + 1 :])
    found["meetings"].update(f"!{one}+{other}" for one in near for other in here if one != other)


def _tokens(sentence: str, most: int) -> Iterator[str]:
    for at, match in enumerate(_TOKEN.finditer(sentence)):
        if at >= most:
            return
        kind = match.lastgroup or ""
        yield _STAND_INS.get(kind) or match[0].lower()


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORT:
            return word.removesuffix(ending)
    return word


def _grams(words: Sequence[str], size: int) -> Iterable[str]:
    return (" ".join(words[at : at + size]) for at in range(len(words) - size + 1))


def _pieces(text: str, size: int) -> Iterable[str]:
    return (text[at : at + size] for at in range(len(text) - size + 1))
