"""Whether an English statement is the agent's own, about what is, or a plan, a condition or somebody else's."""

import re

from gha_router.claims.sentences import Sentence

FLAGS = re.IGNORECASE | re.ASCII

# These reach over commas: "If all goes well, the file has 354 lines."
_CONDITION = re.compile(
    r"\b(?:if|unless|whether|assuming|suppos(?:e|ing)|imagine|in case|provided|until|till|whenever|expect(?:s|ed)?"
    r"|when(?! (?:i|we) )(?! \w{2,20}ing\b)|(?<!as )expected)\b|(?:^|[,;:] )once\b",
    FLAGS,
)
_SOMEBODY = (
    r"(?:readme|issue|ticket|docs?|documentation|manual|comments?|changelog|spec(?:ification)?|authors?|users?"
    r"|reviewers?|maintainers?|description|instructions?|prompt|task|pr|pull request|you|they|he|she|people|article"
    r"|guide|page|website|model|agent|\x01[`\"']?)"
)
_OTHERS = re.compile(
    rf"according to|\b(?:as|like) (?:\w{{1,20}} ){{0,3}}(?:stated|claimed|documented|described)\b"
    rf"|(?:\b|(?=\x01)){_SOMEBODY}(?: (?!who\b|it\b|and\b|then\b)[\w']{{1,20}}){{0,2}}"
    r" (?:say(?:s|ing)?|said|claim(?:s|ed)?|state[sd]?|report(?:s|ed)|ask(?:s|ed)?|request(?:s|ed)?|want(?:s|ed)?"
    r"|expect(?:s|ed)?|requires?|suggest(?:s|ed)?|note[sd]|promise[sd]?|advertise[sd]?|think(?:s)?|believe[sd]?"
    r"|thought|told|wrote|created|ran|did)\b"
    r"|\b(?:pr|pull request|merge request|issue|commit) #?[0-9a-f]{1,40} (?:\w{1,12} )?(?:changes|changed|adds"
    r"|added|has|had"
    r"|contains|contained|touches|touched|modifies|modified|took|reports|fixed|deletes|removes|removed)\b|\bupstream\b",
    FLAGS,
)
# These reach as far as their own clause.
_UNREAL = re.compile(
    r"\b(?:will|shall|going to|about to|let me|let's|let us|plan(?:s|ned|ning)? to|intend|want(?:s|ed)? to|hope"
    r"|try(?:ing)? to|tried to|need(?:s|ed)? to|need|needs|have to|has to|must|should|would|could|might|may|cannot"
    r"|can(?! (?:now )?(?:see|confirm|report|say)\b)|not|never|without|fail(?:s|ed|ing)? to|unable|neither|nor"
    r"|nothing|nobody|none|instead of|rather than|so that|in order|to be|goal|required|requirement|limit(?:ed)?"
    r"|maximum|minimum|max|suppos(?:e|ed)|ideally|estimated?|typically|usually|normally|generally|previous(?:ly)?"
    r"|originally|formerly|used to|before|yesterday|last (?:week|month|year|time|run)|please|remaining|todo)\b"
    r"|'(?:ll|d)\b|n't\b|\bwon't\b|(?:^|\bto |\band |\bplease |[:.] ?)(?:check|verify|confirm|ensure|make sure|make)\b",
    FLAGS,
)
_IMPERATIVE = re.compile(
    r"(?:use|run(?! ?time)|try|set|add|keep|see|consider|avoid|open|write|create|save|count|limit|split|wait|find"
    r"|return)\b",
    FLAGS,
)
_TAKEN_BACK = re.compile(
    r"[\"')` ]{0,3},? ?(?:if|unless|when|once|until|according to|as (?:stated|claimed|described|documented)"
    r"|or (?:more|less|fewer)|before (?:my|the|this|any|i)|at (?:most|least)|maximum|max|limit|each|per|a piece|apiece"
    r"|expected|required|should|would|will|is not|was not|are not|isn't|aren't|remain(?:s|ing)?|left|to go)\b",
    FLAGS,
)
_FRESH_START = re.compile(r";|[ ](?:but|however|instead|yet)[ ,]", FLAGS)


def asserted(sentence: Sentence, start: int, end: int) -> bool:
    """Return whether what stands from ``start`` to ``end`` is stated as a fact of the agent's own work."""
    if sentence.is_open or _IMPERATIVE.match(sentence.text, sentence.lead):
        return False
    before = _FRESH_START.split(sentence.before(start))[-1]
    return not (
        _CONDITION.search(before)
        or _OTHERS.search(before)
        or _UNREAL.search(sentence.clause_before(start))
        or _TAKEN_BACK.match(sentence.after(end))
    )
