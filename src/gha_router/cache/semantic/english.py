"""English words brought to one form: stems, spellings, and the field's words that mean the same.

What is not listed stays itself, so that an unknown word has to stand in both texts. A group holds only words that can
take each other's place in a request without another answer becoming right.
"""

import re
from functools import lru_cache

from gha_router.cache.semantic.listed import listed

# Carry nothing that an answer depends on. Not here, on purpose: whatever limits, negates, orders, compares or asks
# for a time, a place, a person or a reason (`all`, `only`, `before`, `still`, `when`, `who`, `why`, `should`).
STOP = frozenset(
    listed(
        "a an the is are am be being do does doing done how what which that this these those it its",
        "i my mine we us our me",
        "to of and as so then also please kindly hi hello thanks thank really actually basically e.g i.e",
    )
)
# Open a request and say what is wanted, which the mood holds; further on they are words as others.
OPENERS = frozenset(listed("explain describe tell define about can could would you me"))
# Point at something that follows; where nothing does, they are what is spoken of (`this` in JavaScript).
POINTING = frozenset(listed("a this these those it its"))
PAST = frozenset(listed("was were did had"))
# Words that only a question about a thing has, beside the thing.
DETERMINERS = frozenset(listed("a an the my your our this that these those its all every each"))

PHRASES: dict[tuple[str, ...], tuple[str, ...]] = {
    tuple(old.split()): tuple(new.split())
    for old, new in {
        "regular expression": "regex",
        "regular expressions": "regex",
        "change the name of": "rename",
        "find out": "check",
        "look up": "check",
        "figure out": "check",
        "get rid of": "remove",
        "status code": "status",
        "exit status": "exit code",
        "return code": "exit code",
        "as well as": "and",
        "in order to": "to",
        "so that": "to",
        "such as": "like",
        "with the help of": "with",
        "by means of": "with",
        "by using": "with",
        "at least": "atleast",
        "at most": "atmost",
        "more than": "morethan",
        "less than": "lessthan",
        "no more than": "atmost",
        "no less than": "atleast",
        "instead of": "insteadof",
        "rather than": "insteadof",
        "other than": "except",
        "apart from": "except",
        "due to": "because of",
        "most recent": "last",
        "environment variables": "envvar",
        "environment variable": "envvar",
        "env variable": "envvar",
        "env var": "envvar",
        "pull request": "pr",
        "pull requests": "pr",
        "command line": "cli",
        "unit testing": "unit test",
        "differ from": "differ and",
        "differs from": "differ and",
        "different from": "differ and",
        "distinguish between": "differ",
        "difference between": "differ",
        "differences between": "differ",
        "come up with": "make",
        "i need": "make",
        "i want": "make",
        "i would like": "make",
        "i'd like": "make",
        "give me": "make",
        "i need to": "",
        "i want to": "",
        "i would like to": "",
        "i'd like to": "",
        "tell me": "",
        "let me know": "",
        "used for": "usedfor",
        "show me how": "",
        "do i need to": "must",
        "give me the": "",
        "give the": "",
        "is using": "uses",
        "are using": "use",
        "way to": "to",
        "ways to": "to",
        "command to": "to",
        "command for": "for",
        "steps to": "to",
        "procedure for": "for",
        "procedure to": "to",
        "what command": "",
        "which command": "",
        "how can i": "",
        "how can we": "",
        "how can one": "",
        "how could i": "",
        "how should i": "",
        "how would i": "",
        "how might i": "",
        "how do you": "",
        "how would you": "",
        "how does": "",
        "how do": "",
        "able to": "",
        "have to": "must",
        "has to": "must",
        "needs to": "must",
        "need to": "must",
        "no longer": "not still",
        "one by one": "onebyone",
        "step by step": "stepbystep",
        "line by line": "linebyline",
        "at the same time": "simultaneously",
        "is there a way to": "how to",
        "what is the best way to": "best how to",
    }.items()
}
_GROUPS = """
delete remove erase
large big huge
fast quick
show display
list enumerate
check determine identify
start launch
exit quit leave
copy duplicate
change modify alter
benefit advantage upside
drawback disadvantage downside
differ difference differs different vs versus compare comparison
repo repository
dict dictionary
directory folder dir
javascript js ecmascript
typescript ts
python py
golang go
postgres postgresql
kubernetes k8s
config configuration
db database
max maximum greatest largest biggest
min minimum least smallest
func function
param parameter
arg argument
env environment
app application
doc documentation
readable legible
summarize summary
shell sh
every all each
use utilize
retrieve fetch
end finish
incorrect wrong
example sample
brief short concise
convert transform
sec second s
hour hr h
millisecond ms
kb kilobyte
mb megabyte
gb gigabyte
tb terabyte
run execute
count tally
last latest
"""
_IRREGULAR = {
    "ran": "run",
    "wrote": "write",
    "written": "write",
    "built": "build",
    "found": "find",
    "made": "make",
    "sent": "send",
    "colour": "color",
    "behaviour": "behavior",
    "favourite": "favorite",
    "centre": "center",
    "licence": "license",
    "catalogue": "catalog",
    "dockerfile": "dockerfile",
    "children": "child",
    "people": "person",
    "indices": "index",
    "indexes": "index",
    "data": "data",
    "this": "this",
    "always": "always",
    "does": "do",
    "needn't": "need",
}
SHORT = {
    "can't": "can not",
    "won't": "will not",
    "cannot": "can not",
    "what's": "what is",
    "how's": "how is",
    "where's": "where is",
    "who's": "who is",
    "that's": "that is",
    "it's": "it is",
    "let's": "",
    "i'm": "i am",
    "i'd": "i would",
    "cant": "can not",
    "dont": "do not",
    "doesnt": "does not",
    "isnt": "is not",
    "wont": "will not",
    "didnt": "did not",
}
TAILS = {"ll": "will", "re": "are", "ve": "have"}
# Written with capitals in their midst, and without.
KNOWN = frozenset(
    listed("javascript typescript github gitlab postgresql mysql sqlite youtube macos ios iphone nodejs graphql")
)
NEGATIONS = frozenset(
    listed(
        "not no never none nothing nobody neither nor without cannot isnt arent dont doesnt didnt cant couldnt wont",
        "wouldnt shouldnt wasnt werent hasnt havent hadnt mustnt neednt except unless hardly",
    )
)
_VOWEL = re.compile(r"[aeiouy]")


def stem(word: str) -> str:
    """Return the form of a small word under which its inflections are one; it is no word of any language."""
    word = _IRREGULAR.get(word, word)
    if len(word) > _SHORT and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-3] + "y" if word.endswith("ies") and len(word) > _MIDDLE else word[:-1]
        if word.endswith(("xe", "che", "she", "sse", "ze")):
            word = word[:-1]
    for ending in ("ing", "ed"):
        root = word.removesuffix(ending)
        if root != word and len(root) >= _SHORT and _VOWEL.search(root):
            word = root
            break
    if len(word) > _MIDDLE and word.endswith("is"):
        word = word[:-2] + "iz"
    word = re.sub(r"ise$", "iz", word) if len(word) > _LONG else word
    word = re.sub(r"(.{2})e$", r"\1", word)
    return re.sub(r"([^aeiou\d])\1$", r"\1", word) if len(word) > _SHORT or word == "add" else word


_SHORT, _MIDDLE, _LONG = 3, 4, 5  # letters; a word that has no more is what it is
LONGEST: dict[str, int] = {}  # words of the longest phrase that begins with a word
for _phrase in PHRASES:
    LONGEST[_phrase[0]] = max(len(_phrase), LONGEST.get(_phrase[0], 0))


def _groups() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _GROUPS.split("\n"):
        words = line.split()
        for word in words:
            found.setdefault(stem(word), stem(words[0]))
    return found


SAME = _groups()
# To have a text made; as the first word of an order they say the same, elsewhere not (`docker compose`, `make`).
MAKING = frozenset(map(stem, listed("make create write compose generate produce draft")))


@lru_cache(maxsize=8192)
def normal(word: str) -> str:
    """Return what a small word is compared by."""
    root = stem(word)
    return SAME.get(root, root)
