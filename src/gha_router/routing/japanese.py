"""What a Japanese sentence asks for: the verb at a clause's end, the form that makes it a request, and its object.

``レビューで指摘されたバグを直して`` asks for 直す of バグ: 指摘された is in no form that asks, and せずに is negated.
Of a compound the last part says what it is.
"""

import re
from collections.abc import Iterator

from gha_router.routing import english_words as en
from gha_router.routing import japanese_words as ja
from gha_router.routing.requests import ASKED, QUESTION, SYMPTOM, WISHED, Heard, Request

_JAPANESE = re.compile(r"[぀-ヿ㐀-鿿]")


def _any_of(words: Iterator[str] | list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_NOUN = f"(?P<noun>{_any_of(list(ja.NOUN))})"
_LATIN = rf"(?<![A-Za-z])(?P<latin>{_any_of(list(ja.LATIN))})(?![A-Za-z])\s?"
_POLITE = (
    r"(?:ください|下さい|くださ|ほし|欲し|もらえ|もらい|もらう|もらっ|いただ|頂|くれ|おい|おけ|おき|置い|みて|"
    r"あげ|よ\b|ね\b)"
)
# The form that a verb has behind its stem: て (with what follows), といて, たい, せよ, the plain form at the end.
_VERB = re.compile(
    rf"(?:{_NOUN}|{_LATIN}|(?P<te>{_any_of(list(ja.BEFORE_TE))})(?=[てでと])|"
    rf"(?P<tai>{_any_of(list(ja.BEFORE_TAI))})(?=たい|ましょう))"
)
_SURU = re.compile(
    r"\s?(?:(?:し|をし|やり)(?:て|と(?:い|け))(?P<tail>.{0,8})|"
    r"(?:を|の|だけ|の件)?\s?(?:お願い|よろしく|頼)|(?:を|し)?(?:したい|たい|ましょう)|"
    r"を?して(?P<tail2>.{0,8})|(?P<plain>する(?:こと)?|せよ|しろ|)[。.!]?\s*$|、?(?:および|と)?.{0,12}を?お願い)"
)
_TE = re.compile(r"(?:て|で|とい|どい|とけ)(?P<tail>.{0,8})")
_NOT_ASKED = re.compile(r"(?:い(?:る|た|ます|な|ませ|て)|る|た[^い]|あ[るり]|しま|き[たてま]|から|も|は|ばかり)")
_REQUESTED = re.compile(rf"\s*(?:て\s*)?(?:{_POLITE}|$|[。.!?、,!?\s])")
_PHRASE = re.compile(
    r"(?P<word>[A-Za-z0-9_./#+㐀-鿿ァ-ヿー々X-]+(?: [A-Za-z0-9_./#+-]+)*)\s?"
    r"(?P<particle>として|だけ|を|に|が|は|も|の|へ|で|と|から|って)"
)
_CLAUSE = re.compile(r"[、,。]|(?:ので|けど|けれど|ため(?!の)|たら|まえに|前に|ですが|ますが|ませんが)[、,]?")
_WISH = re.compile(
    r"(?:(?P<thing>[A-Za-z0-9_./㐀-鿿ァ-ヿー]+)(?:が|も)(?:ほし|欲し|必要)|"
    r"(?P<no>ない|なく)?(?:よう|様)に(?:し|させ|なっ|なり|お願い|対応)|(?:でき|出来|使え)るように)"
)
# A request by a verb that is not listed: its object alone says what is asked for.
_ANY_TE = re.compile(
    rf"(?P<how>[く順にう])?(?P<stem>[㐀-鿿぀-ゟ]{{1,3}})(?:て|で|と(?=い)|ど(?=い))\s*(?P<form>いて|いで|{_POLITE})"
)
MAX_LENGTH = 400  # characters of a sentence; what is longer is no sentence
CHAINED = 0.8  # of a verb in て that another verb follows
PLAIN = 0.8  # of a verb in the plain form at the end, or a noun alone
LOW = 0.5  # of a verb whose object says little of the kind of work
_READING = {en.DOCUMENT: "docs", en.DESIGN: "design", en.TEST: "test"}
_MAKING = {en.ADD, en.WRITE, en.CHANGE}


def is_japanese(sentence: str) -> bool:
    """Return whether a sentence has Japanese letters."""
    return bool(_JAPANESE.search(sentence))


def hear(sentence: str, before: str = "") -> Heard:
    """Return what a sentence asks for; ``before`` is the sentence that it follows, which may say what is wrong."""
    text = sentence[-MAX_LENGTH:].strip()
    requests = list(_requests(text, before[-MAX_LENGTH:]))
    plain = any(request.weight >= WISHED for request in requests)
    if ja.JUDGED.search(text):
        requests.append(Request(task_type="review", weight=ASKED, words="a question of whether it is right"))
    elif ja.CHOOSING.search(text):
        requests.append(Request(task_type="design", weight=ASKED, words="a question of how it should be"))
    elif not plain and (found := _hint(text, before[-MAX_LENGTH:])):
        requests.append(found)
    if _goes_wrong(text):
        requests.append(Request(task_type="bugfix", weight=SYMPTOM, words="something is said to go wrong"))
    if ja.SAME_BEHAVIOUR.search(text):
        requests.append(Request(task_type="refactor", weight=1.2 * ASKED, words="behaviour stays the same"))
    return Heard(requests=tuple(requests), hands_off=any(word in text for word in ja.HANDS_OFF))


def _hint(text: str, before: str) -> Request | None:
    """Return what a sentence without a listed verb asks for: by its object, a wish, a lack, a question."""
    if any(word in text for word in ja.ELSEWHERE):
        return None
    for pattern, task_type in (
        (ja.TO_BE_JUDGED, "review"),
        (ja.TO_BE_CHOSEN, "design"),
        (ja.SMALL_CHANGE, "quick_fix"),
        (ja.UNTIDY, "refactor"),
    ):
        if pattern.search(text):
            return Request(task_type=task_type, weight=WISHED, words="an indirect request", indirect=True)
    if found := _WISH.search(text):
        return _wish(found, text, before)
    asks = re.search(r"(?:か|の)?[?]\s*$|(?:です|ます)か\s*。?$", text)
    if ja.WONDERING.search(text) or (asks and not ja.LACKS.search(text)):
        weight = QUESTION if ja.ASKS_WHAT.search(text) else QUESTION * 0.8
        return Request(task_type="research", weight=weight, words="an answer")
    if _ANY_TE.search(text) or ja.LACKS.search(text):
        task_type = _named(text) or _named(before) or ("bugfix" if _goes_wrong(before + text) else "implement")
        return Request(task_type=task_type, weight=WISHED, words="something of that kind", indirect=True)
    return None


def _goes_wrong(text: str) -> bool:
    return any(word in text for word in ja.SYMPTOMS)


def _named(text: str) -> str | None:
    """Return the kind of work that a thing belongs to which is mentioned."""
    words = [match["word"] for match in _PHRASE.finditer(text)]
    for kinds, task_type in ((ja.TESTS, "test"), (ja.PROSE, "docs"), (ja.SMALL, "quick_fix")):
        if any(_ends(word, kinds) for word in words):
            return task_type
    return None


def _requests(text: str, before: str) -> Iterator[Request]:
    since = 0
    for match in _VERB.finditer(text):
        weight = _asked(match, text)
        if weight is None:
            continue
        verb = _what(match)
        clause = text[since : match.start()]
        since = match.end()
        task_type, sure = _task(verb, clause, text)
        if verb == en.REVIEW and _goes_wrong(before) and not ja.REVIEWABLE.search(before + text):
            task_type = "bugfix"
        yield Request(task_type=task_type, weight=ASKED * weight * sure, words=f"{_object(clause)}{match[0].strip()}")


def _what(match: re.Match[str]) -> str:
    if match["noun"]:
        return ja.NOUN[match["noun"]]
    if match["latin"]:
        return ja.LATIN[match["latin"].lower()]
    return ja.BEFORE_TE[match["te"]] if match["te"] else ja.BEFORE_TAI[match["tai"]]


def _asked(match: re.Match[str], text: str) -> float | None:
    """Return how plainly a verb's form asks for it; ``None`` when it does not."""
    behind = text[match.end() : match.end() + 24]
    if match["tai"]:
        return 1.0
    if match["te"]:
        form = _TE.match(behind)
        return _tail(form["tail"]) if form else None
    form = _SURU.match(behind)
    if form is None:
        return None
    if form["plain"] is not None:
        return PLAIN
    tail = form["tail"] if form["tail"] is not None else form["tail2"]
    return 1.0 if tail is None else _tail(tail)


def _tail(tail: str) -> float | None:
    """Return how plainly what follows て asks: politely, by ending there, or by another verb that follows."""
    if _REQUESTED.match(tail):
        return CHAINED if tail[:1] in {"、", ","} else 1.0
    return None if _NOT_ASKED.match(tail) else CHAINED


def _phrases(clause: str) -> list[tuple[str, str]]:
    """Return the nouns of the last part of a clause with the particle that follows each."""
    part = _CLAUSE.split(clause)[-1]
    return [(match["word"], match["particle"]) for match in _PHRASE.finditer(part)]


def _object(clause: str) -> str:
    """Return, with を, which known noun the object nearest before the verb ends in; nothing when it is none."""
    noun = next((word for word, particle in reversed(_phrases(clause)) if particle in {"を", "が"}), "").lower()
    return next((f"{kind}を" for kind in ja.KNOWN if noun.endswith(kind)), "")


def _ends(word: str, kinds: tuple[str, ...]) -> bool:
    return word.lower().endswith(kinds)


def _task(verb: str, clause: str, text: str) -> tuple[str | None, float]:
    """Return the kind of work that a verb and its object name, and how plainly they do."""
    phrases = _phrases(clause)
    objects = [word for word, particle in phrases if particle in {"を", "が", "は", "だけ", "も"}]
    noun = objects[-1] if objects else ""
    if any(
        _ends(word, ja.ELSEWHERE) for word in (noun, *[one for one, particle in phrases if particle == "の"]) if word
    ):
        return None, 1.0
    if verb in _READING:
        return _READING[verb], 1.0
    if verb == en.READ:
        return ("long_context", 1.5) if any(word in text for word in ja.LONG_TEXTS) else ("research", LOW)
    if verb == en.REVIEW:
        return ("bugfix", 0.8) if _goes_wrong(clause) and not ja.REVIEWABLE.search(text) else ("review", 1.0)
    if verb == en.ASK:
        return _answered(phrases, clause), 1.0
    targets = [word for word, particle in phrases if particle in {"に", "へ", "として", "の"}]
    task_type = _by_object(verb, noun, targets, text)
    return (task_type, 1.0) if task_type else _by_verb(verb, noun, targets, text)


def _answered(phrases: list[tuple[str, str]], clause: str) -> str:
    """Return what is wanted of somebody who is to explain, list or compare."""
    if ja.TO_BE_CHOSEN.search(clause):
        return "design"
    prose = any(_ends(word, ja.PROSE) for word, particle in phrases if particle in {"に", "へ", "で"})
    return "docs" if prose else "research"


def _by_object(verb: str, noun: str, targets: list[str], text: str) -> str | None:
    """Return the kind of work where the thing that a verb changes says it."""
    small = _ends(noun, ja.SMALL) or any(word in noun for word in ja.SMALL_INSIDE)
    prose = any(_ends(word, ja.PROSE) for word in targets[-2:])
    kinds = (
        ("agentic_large", verb in _MAKING | {en.MIGRATE, en.REFACTOR} and any(word in text for word in ja.WHOLES)),
        ("quick_fix", verb != en.REFACTOR and small),
        ("bugfix", verb == en.FIX and _ends(noun, ja.TESTS)),
        ("test", _ends(noun, ja.TESTS)),
        ("docs", _ends(noun, ja.PROSE) or (prose and verb in _MAKING | {en.EDIT})),
        ("design", verb in {en.ADD, en.WRITE} and _ends(noun, ja.PLANS)),
        ("bugfix", verb in {en.FIX, en.CHANGE, en.EDIT} and _ends(noun, ja.TROUBLE)),
    )
    found = next((kind for kind, holds in kinds if holds), None)
    return found or (_named(text) if verb in _MAKING and not noun else None)


def _by_verb(verb: str, noun: str, targets: list[str], text: str) -> tuple[str, float]:
    """Return the kind of work of a verb whose object says nothing of it."""
    supported = bool(targets) and "対応" in text and not _goes_wrong(text)  # YAMLに対応して
    return {
        en.FIX: ("implement" if supported else "bugfix", 1.0),
        en.REFACTOR: ("refactor", 1.0),
        en.MIGRATE: ("refactor", 1.0),
        en.EDIT: ("quick_fix", 0.9),
        en.CHANGE: ("quick_fix", 0.9) if ja.CONSTANT.search(text) else ("implement", LOW),
        en.WRITE: ("refactor", 1.0) if ja.UNTIDY.search(text) else ("implement", 0.9 if noun else LOW),
    }.get(verb, ("implement", 1.0))


def _wish(found: re.Match[str], text: str, before: str) -> Request:
    """Return what a wish is for: a thing that is missed, or that something be so or not be so."""
    if found["thing"]:
        thing = found["thing"]
        task_type = _by_object(en.ADD, thing, [], text) or "implement"
        return Request(task_type=task_type, weight=WISHED, words="a wish")
    if found["no"] or _goes_wrong(before + text):
        return Request(task_type="bugfix", weight=WISHED, words="a wish that it stops")
    return Request(task_type="implement", weight=WISHED, words="a wish that it can be done")
