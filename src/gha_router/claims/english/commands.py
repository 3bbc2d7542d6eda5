"""Commands run: "I ran `pytest -q`", "executed `a` and `b`", "`make` was run", "I used `wc -l` to count"."""

import re
from collections.abc import Iterator

from gha_router.claims.english.context import FLAGS, asserted
from gha_router.claims.reading import Mention
from gha_router.claims.sentences import Sentence
from gha_router.claims.shell import is_command
from gha_router.records import Claim, ClaimKind

_RAN = re.compile(
    r"\b(?P<verb>(?:re-?)?ran|executed|invoked|(?:have|has|'ve) (?:also |now |just )?(?:re-?)?run|used"
    r"|(?:by|after) (?:re-?)?(?:running|executing|invoking)"
    r"|(?:verified|tested|checked|validated|confirmed|counted|measured|linted|built|formatted|ran)"
    r"(?: [\w'\-]{1,20}){0,6}?"
    r" (?:with|using|via|through))"
    r"(?: (?:the|a|following|shell|bash|simple|quick|command|commands|tool|again|first|then)){0,4}:? (?=[`\"'])",
    FLAGS,
)
_CERTAIN = re.compile(r"(?:re-?)?ran|executed|invoked|(?:have|has|'ve) .*", FLAGS)
# "After running `x` you will see ...": what one would do.
_SPOKEN_TO_YOU = re.compile(r"[^.]{0,60}\b(?:you|will|should|can|would|may|might|could)\b", FLAGS)
_LIST = re.compile(r"(?: ?, ?(?:and |then |and then )?| and | and then | && )(?:the command )?", FLAGS)
_PASSIVE = re.compile(r" (?:command )?(?:was|were|has been|have been) (?:run|executed|invoked)\b", FLAGS)
_NOT_ME = re.compile(
    r"\b(?:you|they|he|she|users?|authors?|maintainers?|workflow|ci|job|step|who)(?: (?:have|has|had|already))? $",
    FLAGS,
)


def find(sentence: Sentence) -> Iterator[Claim]:
    """Yield the commands that the agent claims to have run."""
    for match in _RAN.finditer(sentence.text):
        if _NOT_ME.search(sentence.just_before(match.start())) or not asserted(sentence, *match.span()):
            continue
        for number, mention in enumerate(_commands(sentence, match.end())):
            certain = _CERTAIN.fullmatch(match["verb"])
            told = _SPOKEN_TO_YOU.match(sentence.after(mention.end))
            if certain or (is_command(mention.content) and not told):  # many things are used
                begin = mention.start if number else match.start()
                yield sentence.claim(ClaimKind.COMMAND_RUN, mention.content, (begin, mention.end))
    for mention in sentence.mentions:
        verb = _PASSIVE.match(sentence.after(mention.end)) if mention.mark == "`" else None
        if verb and asserted(sentence, mention.start, mention.end + verb.end()):
            span = (mention.start, mention.end + verb.end())
            yield sentence.claim(ClaimKind.COMMAND_RUN, mention.content, span)


def _commands(sentence: Sentence, place: int) -> Iterator[Mention]:
    """Yield what stands in quotes at a place, and those listed after it."""
    first = True
    for mention in sentence.mentions_from(place):
        if first != (mention.start == place) or not mention.mark:
            return
        if not first and not _LIST.fullmatch(sentence.text[place : mention.start][:20]):
            return
        yield mention
        first, place = False, mention.end
