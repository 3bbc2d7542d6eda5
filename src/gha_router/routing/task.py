"""Which kind of work a prompt asks for, read from what is to be *done*: no model is asked, no word list decides alone.

English and Japanese are read sentence by sentence (``english``, ``japanese``); code, quotes and logs are not read at
all (``prose``). By the rules, what is asked first and last weighs most, work that changes something weighs more than
the looking around before it, unless the prompt says that nothing is to be changed. What the rules heard is one sign
among others (``signs``); fitted weights (``weights``) say what all of them together speak for.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gha_router.routing import english, japanese
from gha_router.routing.prose import sentences
from gha_router.routing.requests import ASKED, READING, WISHED, Heard, Request
from gha_router.routing.signs import Signs, signs
from gha_router.routing.weights import telling, weigh

DEFAULT = "default"
FIRST, LAST = 9, 5  # sentences that are heard of a long text: requests stand at its ends
AT_THE_ENDS, BETWEEN = 1.3, 0.5  # of the first and of the last request, and of those between them
LOOKING_AROUND = 0.6  # of reading work beside work that changes something
REPORT = 5  # sentences from which a text is a report with a title, and not a request with its reasons
COMPLAINT = 3.0  # a title that says what goes wrong
HINT = 0.4  # of what the prose of a report hints at
ENOUGH = 0.9  # what a kind of work must weigh


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The kind of work (one of ``config.TaskType``), why, and how far ahead of the second it is (0 to 1)."""

    task_type: str
    why: str
    margin: float = 0.0


def read_task(prompt: str) -> Reading:
    """Return the kind of work that a prompt asks for; ``default`` when none is asked for plainly. Never raises."""
    read = sentences(prompt)
    if not read:
        return Reading(task_type=DEFAULT, why="no request was recognised")
    heard, ruled = _ruled(read)
    found = signs(read, heard, ruled.task_type)
    (best, most), (_, second), *_ = weigh(found)
    return Reading(task_type=best, why=_why(best, ruled, found), margin=round(min(1.0, most - second), 3))


def signs_of(prompt: str) -> Signs:
    """Return the signs of a prompt, as the weights are fitted to them."""
    read = sentences(prompt)
    heard, ruled = _ruled(read)
    return signs(read, heard, ruled.task_type)


def _why(kind: str, ruled: Reading, found: Signs) -> str:
    """Return a reason in our own words: the rules' where they agree, else the ideas that weigh most."""
    if kind == ruled.task_type:
        return ruled.why
    if kind == DEFAULT:
        return "what is asked for is no work on software"
    return f"by its ideas: {', '.join(telling(found, kind)) or 'none'}"


def _ruled(read: Sequence[str]) -> tuple[Sequence[Heard], Reading]:
    """Return what each sentence asks for, and what the rules make of it."""
    if len(read) > FIRST + LAST:
        read = [*read[:FIRST], *read[-LAST:]]
    heard = [_hear(sentence, before) for before, sentence in zip(("", *read), read, strict=False)]
    requests = [request for one in heard for request in one.requests]
    if len(read) >= REPORT:
        requests = _of_report(heard)
    return heard, _judged(requests, hands_off=any(one.hands_off for one in heard))


def _judged(requests: Sequence[Request], *, hands_off: bool) -> Reading:
    if not requests:
        return Reading(task_type=DEFAULT, why="no request was recognised")
    weighed = _weighed(requests, hands_off=hands_off)
    totals: dict[str, float] = defaultdict(float)
    for request in weighed:
        totals[request.task_type or DEFAULT] += request.weight
    best = max(totals, key=lambda kind: totals[kind])
    if best == DEFAULT or totals[best] < ENOUGH:
        return Reading(task_type=DEFAULT, why="what is asked for is no work on software")
    strongest = max((one for one in weighed if one.task_type == best), key=lambda one: one.weight)
    return Reading(task_type=best, why=f"it asks for: {_short(strongest.words)}")


def _of_report(heard: Sequence[Heard]) -> list[Request]:
    """Return the requests of a long text: its title says most, and hints in its prose say little."""
    title = [
        replace(one, weight=COMPLAINT) if one.task_type == "bugfix" and one.weight < WISHED else one
        for one in heard[0].requests
    ]
    rest = [
        replace(one, weight=one.weight * HINT) if one.indirect or one.task_type == "quick_fix" else one
        for other in heard[1:]
        for one in other.requests
    ]
    return title + rest


def _hear(sentence: str, before: str) -> Heard:
    return japanese.hear(sentence, before) if japanese.is_japanese(sentence) else english.hear(sentence, before)


def _weighed(requests: Sequence[Request], *, hands_off: bool) -> list[Request]:
    """Return the requests with the weight that they have beside each other."""
    plain = [index for index, request in enumerate(requests) if request.weight >= WISHED]
    ends = {plain[0], plain[-1]} if len(plain) > 1 else set()
    weighed = [
        replace(one, weight=one.weight * (AT_THE_ENDS if index in ends else BETWEEN if index in plain else 1))
        for index, one in enumerate(requests)
    ]
    if hands_off:
        kept = [one for one in weighed if one.task_type in READING]
        return kept or [Request(task_type="research", weight=ASKED, words="an answer; nothing is to be changed")]
    if any(one.task_type not in READING and one.weight >= WISHED for one in weighed):
        return [
            replace(one, weight=one.weight * LOOKING_AROUND) if one.task_type in {"research", "review"} else one
            for one in weighed
        ]
    return weighed


def _short(words: str) -> str:
    return words if len(words) <= 60 else f"{words[:57]}..."  # noqa: PLR2004  what fits beside the rest of a reason
