"""What a text shows without understanding it: hashed words and pairs of words, and a few facts about its surface.

Nothing but the standard library; time and memory are bounded, however long the text is.
"""

import math
import re
from collections import Counter
from collections.abc import Callable
from zlib import crc32

HEAD, TAIL = 3000, 1000  # characters that are read: how a task begins, and how it ends
BUCKETS = 1 << 16
"""Size of the hashed vocabulary. N-grams that share a bucket share a weight, which costs nothing measurable."""

STEM = 5  # characters by which forms of a word are taken for one

_TOKEN = re.compile(
    r"[a-z]+|[0-9]+|[^\sa-z0-9]"
)  # whatever is not Latin or a digit is a token a character, so Japanese too
_BULLET = re.compile(r"^\s*(?:[-*•]|[A-Za-z0-9]{1,2}[.):])\s")
_NEGATION = re.compile(r"\b(?:not|no|never|except|without|unless)\b", re.IGNORECASE)
_CODE = re.compile(r"```|^\s{4,}\S|[{};]\s*$|\bdef |\bclass |Traceback", re.MULTILINE)
_PATH = re.compile(r"\w+/\w+|\w+\.(?:py|js|ts|go|rs|java|md|yml|yaml|json|toml|c|h)\b")
_MATH = re.compile(r"[=^+*<>\\$]|\d\s*[-/]\s*\d")


def excerpt(text: str) -> str:
    """Return what is read of a text: its beginning and its end."""
    return text if len(text) <= HEAD + TAIL else f"{text[:HEAD]}\n{text[-TAIL:]}"


def tokens(text: str) -> list[str]:
    """Return words, numbers and single other characters, in lower case."""
    return _TOKEN.findall(text.lower())


def ngrams(words: list[str]) -> dict[int, int]:
    """Return how often each bucket of words, of pairs of words and of beginnings of words occurs.

    The hash is CRC-32, the same on every machine and in every process, which Python's own is not.
    """
    counts: dict[int, int] = {}
    for (before, word), often in Counter(zip(["", *words], words, strict=False)).items():  # each is hashed once
        bucket = _bucket(f"{before} {word}")
        counts[bucket] = counts.get(bucket, 0) + often
    for word, often in Counter(words).items():
        for gram in (word, f"~{word[:STEM]}") if len(word) > STEM else (word,):
            bucket = _bucket(gram)
            counts[bucket] = counts.get(bucket, 0) + often
    return counts


def _bucket(gram: str) -> int:
    return crc32(gram.encode(errors="surrogatepass")) % BUCKETS  # JSON may hold halves of characters


def surface(text: str, words: list[str], length: int) -> list[float]:
    """Return the facts of ``SURFACE`` about an excerpt; ``length`` is that of the whole text, in characters."""
    lines = [line for line in text.split("\n") if line.strip()] or [""]
    bullets = [line for line in lines if _BULLET.match(line)]
    body = "\n".join(line for line in lines if not _BULLET.match(line))
    sizes = [len(line) for line in bullets] or [0]
    mean = sum(sizes) / len(sizes)
    spread = math.sqrt(sum((size - mean) ** 2 for size in sizes) / len(sizes))
    alphabetic = [word for word in words if word.isalpha()]
    size = max(1, len(text))
    often = Counter(text)  # each character is looked at once, however often it stands there

    def share(wanted: Callable[[str], bool]) -> float:
        return sum(times for char, times in often.items() if wanted(char)) / size

    return [
        math.log1p(length),
        math.log1p(len(body)),
        math.log1p(len(lines)),
        math.log1p(mean),
        math.log1p(spread),
        sum(any(char.isdigit() for char in line[3:]) for line in bullets) / max(1, len(bullets)),
        share(str.isdigit),
        share(str.isupper),
        share(lambda char: not char.isalnum() and not char.isspace()),
        share(lambda char: not char.isascii()),
        len(set(words)) / max(1, len(words)),
        sum(map(len, alphabetic)) / max(1, len(alphabetic)),
        math.log1p(body.count(".")),
        float("?" in body),
        float("_" in body),
        float(bool(_NEGATION.search(text))),
        float(bool(_CODE.search(text))),
        float(bool(_PATH.search(text))),
        float(bool(_MATH.search(body))),
        float("http" in text),
    ]


SURFACE = (
    "length", "body length", "lines", "bullet length", "bullet spread", "bullets with digits", "digits", "capitals",
    "punctuation", "beyond ASCII", "different words", "word length", "full stops", "question mark", "gap", "negation",
    "code", "path", "formula", "link",
)  # fmt: skip
