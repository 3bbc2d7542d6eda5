"""Files written: "I created `stamp.txt`", "wrote a.md and b.md", "saved it to out/x.json", "report.md was updated"."""

import re
from collections.abc import Iterator

from gha_router.claims.english.context import FLAGS, asserted
from gha_router.claims.reading import Mention
from gha_router.claims.sentences import Sentence
from gha_router.claims.words import any_of
from gha_router.records import Claim, ClaimKind

_VERB = (
    r"(?:created|wrote|written|saved|generated|produced|updated|modified|edited|overwrote|overwritten|stored|exported"
    r"|rewrote|rewritten|appended|recorded|made|changed|fixed|refactored|added|inserted|put|placed|implemented|introduced"
    r"|extended|patched|adjusted|corrected|converted|improved|simplified|reworked|dumped|emitted|bumped|replaced|renamed"
    r"|moved|copied|documented)"
)
# Of these only what they lead to is written: "renamed `a.py` to `b.py`".
_TRANSFERS = {"renamed", "moved", "copied", "converted"}
_TRANSFERRED = re.compile(r"[^.;]{1,90}? (?:to|into|as) (?:the )?(?:file )?", FLAGS)
_ACTIVE = re.compile(rf"\b{_VERB}\b", FLAGS)
# What may stand between the verb and its path: no word that turns the path into something only spoken of.
_TURNS_AWAY = (
    "according about after against based because before by copy defined described for found from how if importing "
    "like link links listing mentioned of path per pointer reading reference references reported similar since sure "
    "test tests than that unless using via what when which who why with without"
)
_BETWEEN = re.compile(
    rf"[: ](?: {{0,3}}(?!(?:{any_of(_TURNS_AWAY)})\b)[A-Za-z0-9'\-]{{1,20}}){{0,9}} {{0,3}}[:\[(]? ?", FLAGS
)
# "saved a summary of `README.md` to `out.md`"
_LEADS_TO = re.compile(
    r" (?!(?:(?:a|an|the) )?(?:links?|references?|pointers?) )[^.;:]{0,90} (?:to|into|as) (?:the )?(?:file )?", FLAGS
)
_LIST = re.compile(r"(?: ?, ?(?:and )?| and | & | ?, )(?:the |a |also )?(?:file )?", FLAGS)
_PASSIVE = re.compile(
    r"[)\]]? (?:file )?(?:(?:has|have|had|is|was|were|are)(?: now| also)?(?: been)? )?(?:now |successfully |newly "
    r"|all )?"
    rf"{_VERB}(?! by (?!me\b))(?! (?:from|for|on|at|yesterday|last|in 20))(?![A-Za-z])",
    FLAGS,
)
_NOT_ME = re.compile(
    r"\b(?:you|they|he|she|users?|authors?|maintainers?|somebody|someone|who|is|are|being|be|get|gets|commit|newly"
    r"|recently|automatically)(?: (?:have|has|had|already|also|just))? $|auto-?$",
    FLAGS,
)


def find(sentence: Sentence) -> Iterator[Claim]:
    """Yield the files that the agent claims to have written."""
    for verb in _ACTIVE.finditer(sentence.text):
        if _NOT_ME.search(sentence.just_before(verb.start())) or not asserted(sentence, *verb.span()):
            continue
        transfer = verb[0].lower() in _TRANSFERS
        found = _transferred(sentence, verb.end()) if transfer else _objects(sentence, verb.end())
        for number, mention in enumerate(found):
            begin = mention.start if number else verb.start()  # those listed after the first stand for themselves
            yield _claim(sentence, mention, (begin, mention.end))
    for mention in sentence.mentions:
        verb_after = _PASSIVE.match(sentence.after(mention.end)) if mention.is_path else None
        end = mention.end + (verb_after.end() if verb_after else 0)
        if verb_after and asserted(sentence, mention.start, end):
            yield _claim(sentence, mention, (mention.start, end))


def _objects(sentence: Sentence, place: int) -> Iterator[Mention]:
    """Yield the paths that a verb ending at ``place`` speaks of: the first, and those listed after it."""
    between = _BETWEEN
    for mention in sentence.mentions_from(place):
        gap = sentence.text[place : mention.start][:120]
        leads = between.fullmatch(gap) or (between is _BETWEEN and _LEADS_TO.fullmatch(gap))
        if leads and mention.is_path:
            yield mention
            between, place = _LIST, mention.end
        elif between is _LIST:
            return


def _transferred(sentence: Sentence, place: int) -> Iterator[Mention]:
    """Yield the path that a verb ending at ``place`` leads to, with another before it or none."""
    for mention in sentence.mentions_from(place):
        if mention.is_path and _TRANSFERRED.fullmatch(sentence.text[place : mention.start][:120]):
            yield mention
            return


def _claim(sentence: Sentence, mention: Mention, span: tuple[int, int]) -> Claim:
    return sentence.claim(ClaimKind.FILE_WRITTEN, mention.content, span, subject=mention.content)
