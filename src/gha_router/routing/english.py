"""What an English sentence asks for: its imperative verb and the head of that verb's object.

``Write tests for the design system`` writes *tests*; ``Document how to refactor`` documents. Clauses that only say
when or why are passed over, and what is negated is not asked for.
"""

import re
from collections.abc import Iterator

from gha_router.routing import english_words as en
from gha_router.routing.requests import ASKED, QUESTION, SYMPTOM, WISHED, Heard, Request

_TOKEN = re.compile(r"[A-Za-z0-9_#@.&][\w'./&#@-]*|[,:()]|(?<=\s)-(?=\s)")
_FROM_TO = re.compile(r"\bfrom [\w.'\"-]{1,40} to [\w.'\"-]{1,40}")
_CONSTANT = re.compile(r"\bto v?\d[\w.]{0,20}\b")
_WITH_TESTS = re.compile(r"\b(?:with|by)\b.{0,30}\btests?\b")
_SUBSTITUTION = re.compile(r"\bs/[^/\s]{1,60}/[^/\s]{0,60}/")
_REFERENCE = re.compile(r"#\d{1,7}")
_PAGES = re.compile(r"\b\d[\d,.]* ?(?:pages?|lines|gb|mb|gigabytes)\b")
_NEGATION = re.compile(f"(?:{'|'.join(en.NEGATIONS)}) ")
_OPENER = re.compile(f"(?:{'|'.join(en.OPENERS)}) ")
MAX_TOKENS = 60  # of a sentence; what is longer is no sentence
SAME = 1.2 * ASKED  # of the word that behaviour stays as it is
LONG_QUESTION = 2  # words; what is shorter and has no question mark is none
_READING = {en.DOCUMENT: "docs", en.DESIGN: "design", en.TEST: "test"}
_MAKING = {en.ADD, en.WRITE, en.CHANGE}
DEEDS = [[deed] for deed in en.DEEDS]
LOW = 0.5  # of a verb whose object says little of the kind of work


def hear(sentence: str, before: str = "") -> Heard:
    """Return what a sentence asks for; ``before`` is the sentence that it follows, which may name its object."""
    low = sentence.lower()
    tokens = [token.rstrip(".") or "." for token in _TOKEN.findall(low)][:MAX_TOKENS]
    hands_off = _any(low, en.HANDS_OFF)
    requests = list(_requests(tokens, low, before))
    plain = any(request.weight >= WISHED for request in requests)
    if not plain and (found := _wish(tokens, low) or _hint(tokens, low, before) or _question(tokens, low)):
        requests.append(found)
    if _symptom(low):
        requests.append(Request(task_type="bugfix", weight=SYMPTOM, words="something is said to go wrong"))
    if _SUBSTITUTION.search(low):
        requests.append(Request(task_type="quick_fix", weight=ASKED, words="a substitution"))
    if _any(low, en.SAME_BEHAVIOUR):
        requests.append(Request(task_type="refactor", weight=SAME, words="behaviour stays the same"))
    return Heard(requests=tuple(requests), hands_off=hands_off)


def deeds(words: list[str]) -> Iterator[tuple[str, str]]:
    """Yield, for each clause that may hold an order, its first word and the head of what follows; listed or not."""
    for clause in _clauses([word.rstrip(".") or "." for word in words]):
        rest, _ = _opened(clause)
        if rest:
            noun = _object(rest[1:])
            yield rest[0], noun[-1] if noun else ""


def _any(low: str, phrases: tuple[str, ...]) -> bool:
    return any(phrase in low for phrase in phrases)


def _symptom(low: str) -> bool:
    return any(re.search(rf"\b{re.escape(word)}\b", low) for word in en.SYMPTOMS if word in low)


def _requests(tokens: list[str], low: str, before: str) -> Iterator[Request]:
    """Yield a request for each clause that begins with a verb which somebody is asked to do."""
    for clause in _clauses(tokens):
        rest, asked = _opened(clause)
        if rest is None:
            continue
        verb, rest = _verb(rest)
        if verb is not None and (verb != en.DO or _object(rest)[-1:] in DEEDS):
            yield _request(verb, rest, low, before, asked=asked)


def _clauses(tokens: list[str]) -> Iterator[list[str]]:
    """Yield the parts of a sentence that may each hold a request; a subordinate one ends at its comma."""
    clause: list[str] = []
    for index, token in enumerate(tokens):
        joint = token in {",", ":", "(", ")", "-"}
        if joint or (token in {"and", "then", "but", "or"} and _begins_with_verb(tokens[index + 1 : index + 5])):
            yield clause
            clause = []
        else:
            clause.append(token)
    yield clause


def _begins_with_verb(tokens: list[str]) -> bool:
    rest = [token for token in tokens if token not in en.SKIPPED]
    return _verb(rest)[0] is not None or " ".join(rest[:2]) in {"do not", "can you", "could you"}


def _opened(clause: list[str]) -> tuple[list[str] | None, bool]:
    """Return the clause from its verb on, and whether somebody was addressed; ``None`` for a clause without order."""
    words = _skip(clause)
    if not words or words[0] in en.SUBORDINATE:
        return None, False
    asked = False
    for _ in range(3):  # "hi, could you please try to"
        text = " ".join(words[:8]) + " "
        if _NEGATION.match(text):
            return None, False
        opener = _OPENER.match(text)
        if opener is None:
            break
        asked = True
        words = _skip(words[len(opener[0].split()) :])
    return words, asked


def _skip(words: list[str]) -> list[str]:
    at = 0
    while at < len(words) and (words[at] in en.SKIPPED or words[at].startswith("@")):
        at += 1
    return words[at:]


def _verb(words: list[str]) -> tuple[str | None, list[str]]:
    """Return what the verb that stands first does, and the words behind it."""
    for size in range(en.PHRASE_WORDS, 0, -1):
        phrase = " ".join(words[:size])
        if phrase in en.VERB and len(words) >= size and not set(words[size : size + 1]) & en.BEHIND_NOUNS:
            return en.VERB[phrase], words[size:]
    if words and words[0].endswith("ing"):  # "would you mind reviewing"
        stem = words[0].removesuffix("ing")
        known = next((en.VERB[one] for one in (stem, f"{stem}e", stem[:-1]) if one in en.VERB), None)
        return known, words[1:]
    return None, words


def _request(verb: str, rest: list[str], low: str, before: str, *, asked: bool) -> Request:
    noun = _object(rest)
    head = noun[-1] if noun and noun[-1] in en.KNOWN else "something"
    task_type, sure = _task(verb, noun, rest, f"{before.lower()} {low}" if verb == en.READ else low)
    if verb in {en.ADD, en.WRITE, en.CHANGE} and (not noun or noun[-1] in en.PRONOUNS):  # what the words before name
        task_type = _named(f"{before.lower()} {low}") or task_type
    bare = not rest and not asked
    weight = ASKED * (sure if not bare else LOW)
    return Request(task_type=task_type, weight=weight, words=f"{verb} {head}")


def _object(words: list[str]) -> list[str]:
    """Return the noun phrase that stands first, without what hangs on it; its head is its last word."""
    noun: list[str] = []
    for word in words:
        if word in en.ENDS_OBJECT and not (word == "that" and not noun and len(words) == 1):
            if noun or word not in {"all", "that", "this"}:
                break
            noun.append(word)
        elif word not in en.DETERMINERS or len(words) == 1:
            noun.append(word)
    return noun[:6]


def _is(noun: list[str], single: frozenset[str], pairs: frozenset[str] = frozenset()) -> bool:
    return bool(noun) and (noun[-1] in single or "-".join(noun[-2:]) in pairs)


def _is_prose(noun: list[str]) -> bool:
    return _is(noun, en.PROSE, en.PROSE_PAIRS) or (bool(noun) and noun[-1].endswith((".md", ".rst", ".txt")))


def _target_is_prose(words: list[str]) -> bool:
    """Return whether the work stands in prose: "to the changelog", "into CONTRIBUTING.md", "of the wiki"."""
    places = [index for index, word in enumerate(words) if word in {"to", "into", "in", "of", "for", "on", "from"}]
    return any(_is_prose(_object(words[index + 1 :])) for index in places) or "for users" in " ".join(words)


def _whole(words: list[str]) -> bool:
    """Return whether it is about everything there is, or about something from nothing."""
    text = " ".join(words)
    large = any(word in en.LARGE for word in words) and any(word in en.WHOLES for word in words)
    return large or any(phrase in text for phrase in ("from scratch", "from zero", "everywhere", "brand-new project"))


def _is_long(words: list[str], low: str) -> bool:
    return bool(set(words) & en.LARGE and set(words) & en.LONG_TEXTS) or bool(_PAGES.search(low))


def _task(verb: str, noun: list[str], rest: list[str], low: str) -> tuple[str | None, float]:
    """Return the kind of work that a verb and its object name, and how plainly they do (0 to 1)."""
    if set(noun[-1:]) & en.ELSEWHERE or (set(rest) & en.ELSEWHERE and noun[-1:] != ["page"]):
        return None, 1.0
    if verb in _READING:
        return _READING[verb], 1.0
    reading: dict[str, tuple[str, float]] = {
        en.DO: (en.DEEDS.get(noun[-1], "research") if noun else "research", 1.0),
        en.ENABLE: ("implement", 0.9),
        en.REVIEW: ("research", LOW) if rest[:1] in (["why"], ["how"], ["where"]) else ("review", 1.0),
        en.ASK: ("docs" if _target_is_prose(rest) else "research", 1.0),
        en.READ: ("long_context", 1.2) if _is_long(rest, low) else ("research", 0.8),
        en.MIGRATE: ("agentic_large", 1.0) if _whole(rest) else ("refactor", 0.8),
    }
    if verb in {en.REVIEW, en.ASK} and _is_long(rest, low):
        return "long_context", 1.0
    if verb == en.TURN:
        return _turned(rest), 1.0
    if verb in reading:
        return reading[verb]
    task_type = _by_object(verb, noun, rest) or _by_state(verb, rest, low)
    return (task_type, 1.0) if task_type else _by_verb(verb, noun, rest)


def _turned(rest: list[str]) -> str:
    """Return the kind of work of turning something into tests, into prose, or into other code."""
    into = _object(rest[rest.index("into") + 1 :]) if "into" in rest else []
    if _is(into, en.TESTS):
        return "test"
    return "docs" if _target_is_prose(rest) else "refactor"


def _by_object(verb: str, noun: list[str], rest: list[str]) -> str | None:
    """Return the kind of work where the thing that a verb changes says it."""
    kinds = (
        ("bugfix", verb == en.FIX and (not noun or _is(noun, en.TROUBLE) or _is(noun, en.PRONOUNS))),
        ("agentic_large", verb in _MAKING | {en.REFACTOR} and _whole(rest)),
        ("quick_fix", verb != en.REFACTOR and _is(noun, en.SMALL, en.SMALL_PAIRS)),
        ("bugfix", _is(noun, en.TESTS) and (verb == en.FIX or bool(en.MENDED & set(rest)))),
        ("test", _is(noun, en.TESTS)),
        ("docs", _is_prose(noun) or ((not noun or _is(noun, en.SLIGHT)) and _target_is_prose(rest))),
        ("design", verb in {en.ADD, en.WRITE} and _is(noun, en.PLANS, en.PLAN_PAIRS)),
    )
    return next((kind for kind, holds in kinds if holds), None)


def _by_state(verb: str, rest: list[str], low: str) -> str | None:
    """Return the kind of work where the state says it that something is to be brought into: "make it pass"."""
    if verb in _MAKING and en.MENDED & set(rest[1:]) and "that" not in rest:
        return "bugfix"
    if verb in {en.ADD, en.CHANGE} and set(rest[:1]) & en.PRONOUNS and _any(low, en.UNTIDY):
        return "refactor"
    return None


def _by_verb(verb: str, noun: list[str], rest: list[str]) -> tuple[str, float]:
    """Return the kind of work of a verb whose object says nothing of it."""
    text = " ".join(rest)
    if _WITH_TESTS.search(text):
        return "test", 1.0
    constant = bool(_FROM_TO.search(text) or _CONSTANT.search(text))
    return {
        en.FIX: ("bugfix", 1.0),
        en.REFACTOR: ("refactor", 1.0),
        en.EDIT: ("quick_fix", 0.9),
        en.CHANGE: ("quick_fix", 0.9) if constant else ("implement", LOW),
        en.WRITE: ("docs", LOW) if _target_is_prose(rest) else ("implement", 0.8 if noun else LOW),
    }.get(verb, ("implement", 1.0))


def _question(tokens: list[str], low: str) -> Request | None:
    """Return what a question asks for: a judgement, a choice, or an answer."""
    asks = low.rstrip().endswith("?") or bool(set(tokens[:1]) & en.ASKERS - {"have"} and len(tokens) > LONG_QUESTION)
    if not asks or not tokens:
        return None
    words = set(tokens)
    if words & en.ELSEWHERE:
        return Request(task_type=None, weight=QUESTION, words="a question of something else")
    if _any(low, en.CHOOSING):
        return Request(task_type="design", weight=ASKED, words="a question of how it should be")
    if _any(low, en.JUDGING) or (words & en.JUDGED and tokens[0] not in {"how", "what", "why", "where", "which"}):
        return Request(task_type="review", weight=ASKED, words="a question of whether it is right")
    return Request(task_type="research", weight=QUESTION, words="an answer")


def _wish(tokens: list[str], low: str) -> Request | None:
    """Return what somebody would like to have."""
    wish = next((one for one in en.WISHES if low.lstrip().startswith(one) or f", {one}" in low), None)
    if wish is None:
        return None
    words = tokens[len(wish.split()) :]
    noun = _object(words)
    task_type, _ = _task(en.ADD, noun, words, low)
    if task_type == "implement":
        task_type = _hinted(low) or task_type
    return Request(task_type=task_type, weight=WISHED, words="a wish")


def _hint(tokens: list[str], low: str, before: str) -> Request | None:
    """Return what a sentence without an order hints at: a lack, a choice, a judgement, code that nobody likes."""
    if set(tokens) & en.ELSEWHERE:
        return None
    if _any(low, en.WONDERING):
        return Request(task_type="research", weight=QUESTION, words="somebody wonders")
    if task_type := _hinted(low):
        return Request(task_type=task_type, weight=WISHED, words="an indirect request", indirect=True)
    first, second = (*tokens, "", "")[:2]
    favour = first in {"could", "can", "would"} and second not in {"you", "i", "somebody", "someone"}
    if not favour and (first in en.ASKERS or not _any(low, en.LACKS)):
        return None
    task_type = _named(low) or ("bugfix" if _symptom(low) or _symptom(before.lower()) else "implement")
    return Request(task_type=task_type, weight=WISHED, words="something that is missing", indirect=True)


def _hinted(low: str) -> str | None:
    if _any(low, en.TO_BE_JUDGED):
        return "review"
    if _any(low, en.TO_BE_CHOSEN):
        return "design"
    if _any(low, en.SMALL_CHANGE) or re.search(en.SMALL_VALUE, low):
        return "quick_fix"
    return "refactor" if _any(low, en.UNTIDY) else None


def _named(text: str) -> str | None:
    """Return the kind of work that a thing belongs to which is mentioned: tests or prose."""
    words = [word.rstrip(".") for word in _TOKEN.findall(text)][: 2 * MAX_TOKENS]
    if any(word in en.TESTS or word in {"covered", "coverage"} for word in words):
        return "test"
    return "docs" if any(_is_prose(words[max(0, at - 1) : at + 1]) for at in range(len(words))) else None
