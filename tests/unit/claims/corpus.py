"""The corpora of messages with the claims that they mean, and how extraction does on them.

- ``corpus.yml``: the official one, on which extraction was written.
- ``held_out_fitted.yml``, ``held_out_unseen.yml``: the two halves of one that was written without a look at the
  extractor. What is missed in the first may be looked at and mended; the second is measured, its misses are not read.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from gha_router.claims import extract
from gha_router.records import Claim

OFFICIAL, FITTED, UNSEEN = "corpus", "held_out_fitted", "held_out_unseen"
CORPORA = (OFFICIAL, FITTED, UNSEEN)
KNOWN_MISSES = "known_misses"

Expected = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message, its language, and the claims that it means."""

    text: str
    language: str
    claims: tuple[Expected, ...]
    group: str


@dataclass(slots=True, kw_only=True)
class Score:
    """How many claims were found as meant, missed, and invented."""

    found: int = 0
    missed: int = 0
    invented: int = 0

    @property
    def precision(self) -> float:
        """Return the share of what was extracted that is meant; 1 of nothing."""
        return self.found / (self.found + self.invented) if self.found + self.invented else 1.0

    @property
    def recall(self) -> float:
        """Return the share of what is meant that was extracted; 1 of nothing."""
        return self.found / (self.found + self.missed) if self.found + self.missed else 1.0


@dataclass(slots=True, kw_only=True)
class Scores:
    """The scores of a corpus: in all, by kind and by language; and the messages that were read wrongly."""

    messages: int = 0
    total: Score = field(default_factory=Score)
    kinds: dict[str, Score] = field(default_factory=dict)
    languages: dict[str, Score] = field(default_factory=dict)
    wrong: list[tuple[Message, list[Expected], list[Claim]]] = field(default_factory=list)


def messages(name: str) -> Iterator[Message]:
    """Yield the messages of a corpus."""
    groups = yaml.safe_load(Path(__file__).with_name(f"{name}.yml").read_text(encoding="utf-8"))
    for group, entries in groups.items():
        for entry in entries:
            text = entry["text"]
            yield Message(
                text=text,
                language="japanese" if group.startswith("japanese") or _is_japanese(text) else "english",
                claims=tuple(entry.get("claims", ())),
                group=group,
            )


def compared(message: Message) -> tuple[list[Expected], list[Expected], list[Claim]]:
    """Return which claims were found as meant, which were missed, and which were invented."""
    invented = list(extract(message.text))
    found, missed = [], []
    for expected in message.claims:
        claim = next((claim for claim in invented if _is_meant(claim, expected)), None)
        if claim is None:
            missed.append(expected)
        else:
            found.append(expected)
            invented.remove(claim)
    return found, missed, invented


def scored(corpus: Iterable[Message]) -> Scores:
    """Return how extraction does on these messages."""
    scores = Scores()
    for message in corpus:
        found, missed, invented = compared(message)
        scores.messages += 1
        if missed or invented:
            scores.wrong.append((message, missed, invented))
        kinds = {
            "found": Counter(str(one["kind"]) for one in found),
            "missed": Counter(str(one["kind"]) for one in missed),
            "invented": Counter(claim.kind.value for claim in invented),
        }
        for outcome, counted in kinds.items():
            for kind, number in counted.items():
                of_kind = scores.kinds.setdefault(kind, Score())
                of_language = scores.languages.setdefault(message.language, Score())
                for score in (scores.total, of_kind, of_language):
                    setattr(score, outcome, getattr(score, outcome) + number)
    return scores


def _is_meant(claim: Claim, expected: Expected) -> bool:
    return all(
        getattr(claim, name) == value and isinstance(getattr(claim, name), bool) == isinstance(value, bool)
        for name, value in expected.items()
    )


def _is_japanese(text: str) -> bool:
    return any("\u3040" <= letter <= "\u30ff" or "\u4e00" <= letter <= "\u9fff" for letter in text)
