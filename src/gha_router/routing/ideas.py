"""Which ideas a sentence touches: what goes wrong, what is missed, what is judged, in English and Japanese alike.

An idea alone decides nothing; ``weights`` says what it and a pair of them are worth. The words stand in
``ideas_english`` and ``ideas_japanese``. Time is linear: each word, and each place of a Japanese sentence, is looked up
once for each length that is listed.
"""

import re
from collections import defaultdict
from collections.abc import Sequence

from gha_router.routing import ideas_english, ideas_japanese

Index = dict[str, tuple[str, ...]]
PHRASE = 4  # words of the longest phrase
LEAST = 2  # letters of a word's beginning
_NUMBER = re.compile(r"v?\d[\d.,]*%?")


def of_words(words: Sequence[str]) -> list[tuple[int, str]]:
    """Return each idea of some English words in lower case, with the place of the word that it begins at."""
    found = []
    shown = ["<n>" if _NUMBER.fullmatch(word) or word == "<number>" else word for word in words]
    for at, word in enumerate(shown):
        for size in range(1, PHRASE + 1):
            phrase = " ".join(shown[at : at + size])
            found += [(at, idea) for idea in _WHOLE.get(phrase, ())]
        for size in range(LEAST, len(word) + 1):
            found += [(at, idea) for idea in _BEGINNING.get(word[:size], ())]
    return found


def of_letters(text: str) -> list[tuple[int, str]]:
    """Return each idea of a Japanese sentence in lower case, with the place of the letter that it begins at."""
    found = []
    for at in range(len(text)):
        for size in range(1, _LONGEST + 1):
            found += [(at, idea) for idea in _INSIDE.get(text[at : at + size], ())]
    return found


def _index(words: dict[str, str], *, beginnings: bool | None = None) -> Index:
    found: dict[str, list[str]] = defaultdict(list)
    for idea, listed in words.items():
        for word in dict.fromkeys(listed.split()):
            if beginnings is None or word.endswith("*") is beginnings:
                found[word.rstrip("*").replace("_", " ")].append(idea)
    return {word: tuple(ideas) for word, ideas in found.items()}


_WHOLE = _index(ideas_english.IDEAS, beginnings=False)
_BEGINNING = _index(ideas_english.IDEAS, beginnings=True)
_INSIDE = _index(ideas_japanese.IDEAS)
_LONGEST = max(map(len, _INSIDE))
