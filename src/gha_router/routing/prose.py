"""A prompt's own words: what is quoted, pasted or code says nothing of what is asked for, and is taken out.

Linear in the text's length, and bounded: of a long text the beginning and the end are read, where requests stand.
"""

import re
import unicodedata

HEAD, TAIL = 8_000, 6_000  # characters that are read of a long text
THING = "X"  # what stands for something that was quoted

_TAGGED = re.compile(r"<(system-reminder|command-[a-z]{1,20}|local-command-[a-z]{1,20})>")
_FENCE = re.compile(r"\s{0,3}(?:```|~~~)")
_CODE = re.compile(r"`[^`\n]{0,500}`")
_QUOTES = (
    re.compile(r'"[^"\n]{0,500}"'),
    re.compile(r"(?<!\w)'[^'\n]{1,500}'(?!\w)"),
    re.compile(r"“[^”“\n]{0,500}”"),
    re.compile(r"「[^」「\n]{0,500}」"),
    re.compile(r"『[^』『\n]{0,500}』"),
)
_LINK = re.compile(r"https?://[^\s]{1,2000}")
# Lines that programs write: logs, traces, results of test runners, patches, shell prompts, tables.
_MACHINE = re.compile(
    r"\s{0,8}(?:\[?\d{4}-\d\d-\d\d[T ]?\d?\d?:?|\[?\d\d:\d\d:\d\d|Traceback \(|File \"|E   |at [\w.$<>]{1,200}\(|"
    r"(?:FAILED|PASSED|ERROR|WARN(?:ING)?|INFO|DEBUG|FATAL|ok|not ok)[ :]|npm ERR!|error(?:\[\w{1,10}\])?:|warning:|"
    r"help: |note: |=+ |-{3,}|\+{3} |@@ |[+-](?:\s{2,}|\w{1,40}[(=])|diff --git |\$ |\|)"
)
_ERROR_NAME = re.compile(r"\s{0,8}[\w.]{0,100}(?:Error|Exception)(?:: |$)")
_RESULTS = re.compile(r"\s{0,8}\d{1,9} (?:passed|failed|errors?|skipped)\b")
_SENTENCE = re.compile(r"(?<=[.!?])(?=\s)|(?<=[。!?])|\n|;\s")
_GLUED = re.compile(r"\n(?=[a-z])")
_ITEM = re.compile(r"^\s{0,20}(?:[-*•]|\d{1,3}[.)]|#{1,6})\s+")


def sentences(text: str) -> list[str]:
    """Return the sentences of a prompt that its author wrote for the reader, in one width and without decoration."""
    own = unicodedata.normalize("NFKC", _bounded(text))
    own = own.replace("\u2019", "'").replace("\r\n", "\n").strip()
    if len(own) > 1 and own[0] == own[-1] == '"' and '"' not in own[1:-1]:  # the whole prompt in quotes
        own = own[1:-1]
    own = "\n".join(_own_lines(_without_tagged(own)))
    own = _LINK.sub(THING, _CODE.sub(THING, own))
    for quote in _QUOTES:
        own = quote.sub(THING, own)
    parts = (_ITEM.sub("", part).strip() for part in _SENTENCE.split(_GLUED.sub(" ", own)))
    return [part for part in parts if any(char.isalpha() for char in part) and part.strip(" .!?。") != THING]


def _bounded(text: str) -> str:
    return text if len(text) <= HEAD + TAIL else f"{text[:HEAD]}\n{text[-TAIL:]}"


def _without_tagged(text: str) -> str:
    """Return the text without what the agent's program wrote into it between tags of its own."""
    kept, at = [], 0
    while match := _TAGGED.search(text, at):
        kept.append(text[at : match.start()])
        end = f"</{match[1]}>"
        found = text.find(end, match.end())
        at = len(text) if found < 0 else found + len(end)
    return "".join((*kept, text[at:]))


def _own_lines(text: str) -> list[str]:
    lines, fenced = [], False
    for line in text.split("\n"):
        if _FENCE.match(line):
            fenced = not fenced
        elif not (fenced or line.lstrip().startswith(">") or _is_machine(line)):
            lines.append(line)
    return lines


def _is_machine(line: str) -> bool:
    return bool(_MACHINE.match(line) or _ERROR_NAME.match(line) or _RESULTS.match(line))
