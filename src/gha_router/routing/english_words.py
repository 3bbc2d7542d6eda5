"""The English words that requests are read by. A verb says what is done, the head of its object to what."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


FIX, ADD, WRITE, CHANGE, EDIT, REFACTOR = "fix", "add", "write", "change", "edit", "refactor"
REVIEW, ASK, DOCUMENT, TEST, DESIGN, MIGRATE, READ = "review", "ask", "document", "test", "design", "migrate", "read"
ENABLE, TURN = "enable", "turn"  # what is enabled says nothing of the work; what something is turned into does
DO = "do"  # says nothing without its object: "do an audit", "do we have"

VERBS = {
    FIX: "fix repair resolve solve debug address mend unbreak restore troubleshoot patch stop prevent handle "
    "get-rid-of take-care-of look-into sort-out deal-with take-this take-it pick-this-up get-it-going",
    ADD: "add implement create build make introduce generate develop integrate provide set-up bring-in hook-up wire-up",
    WRITE: "write put draft prepare supply fill-in write-down write-up leave",
    CHANGE: "change update adapt adjust replace use convert swap extend improve increase reduce bring modify "
    "reword rephrase shorten switch mention raise lift refresh",
    EDIT: "rename remove delete bump correct sort reorder format reformat lint upgrade downgrade pin drop run "
    "take-out capitalize indent silence set",
    REFACTOR: "refactor restructure reorganise reorganize simplify tidy untangle decouple extract split deduplicate "
    "consolidate unify modularise modularize inline merge-duplicates clean-up break-up split-up tidy-up "
    "pull-apart move factor-out clean dedupe rework pull divide separate disentangle",
    REVIEW: "review audit inspect judge check critique assess evaluate validate verify double-check "
    "look-over look-at "
    "go-through go-over have-a-look take-a-look having-a-look proofread have-another-look",
    ASK: "explain describe tell tell-me find find-out figure-out investigate compare analyse analyze research "
    "list show show-me summarise summarize explore understand identify determine look-up walk-me-through "
    "teach clarify locate count enumerate collect gather",
    DOCUMENT: "document translate annotate comment",
    TEST: "test cover",
    DESIGN: "design propose plan decide think-through think-about think sketch recommend choose suggest architect "
    "brainstorm work-out devise conceive outline",
    MIGRATE: "migrate port rewrite transition modernise modernize",
    READ: "read digest ingest",
    ENABLE: "allow enable let support expose have",
    TURN: "turn",
    DO: "do perform conduct give carry-out",
}
VERB = {verb.replace("-", " "): what for what, verbs in VERBS.items() for verb in verbs.split()}
VERB |= {"double-check": REVIEW, "re-write": MIGRATE}
PHRASE_WORDS = 3  # the longest of these verbs

TESTS = _words("test tests testcase testcases coverage spec specs fixtures unittest unittests testing e2e")
PROSE = _words(
    "docs doc documentation readme docstring docstrings comment comments changelog guide handbook wiki manual "
    "tutorial faq javadoc jsdoc contributing license glossary how-to howto walkthrough runbook"
)
PROSE_PAIRS = _words("release-notes changelog-entry bug-report report-template migration-guide user-guide")
PLANS = _words(
    "decision outline draft design architecture schema proposal plan strategy roadmap trade-offs tradeoffs "
    "options rfc adr concept blueprint"
)
PLAN_PAIRS = _words("design-document design-doc data-model decision-record")
SMALL = _words(
    "typo typos spelling misspelling import imports whitespace indentation formatting lint linting linter linters "
    "version semicolon newline capitalization year print annotation annotations"
)
SMALL_PAIRS = _words("lint-error lint-errors lint-warning lint-warnings type-hint type-hints variable-name")
CHANGES = _words("pr prs diff patch commit commits branch changes change mr pull-request merge-request changeset")
TROUBLE = _words(
    "bug bugs crash crashes error errors failure failures regression leak deadlock segfault exception issue issues "
    "problem problems fault defect"
)
WHOLES = _words(
    "backend frontend website codebase repository repo monorepo project app application system everything company"
)
LARGE = _words("whole entire complete all every full")
LONG_TEXTS = _words("pages page specification logs log files file document book transcript lines gigabytes")
# Where the work stands when its object says little: "a line to the changelog", "that into CONTRIBUTING.md".
SLIGHT = _words(
    "line lines section entry note notes paragraph sentence page step steps example examples it that this them word "
    "words steps instructions link X"
)
ELSEWHERE = _words(
    "meeting meetings calendar appointment dinner lunch restaurant flight hotel holiday birthday party weather poem "
    "song joke recipe"
)
KNOWN = TESTS | PROSE | PLANS | SMALL | TROUBLE | WHOLES | SLIGHT
PRONOUNS = _words("it this that them these those one ones some any more")
BEHIND_NOUNS = _words("is are was were should must will would can could has had needs does")  # "port should be 8081"
# What "do a ..." is about.
DEEDS = {
    "audit": "review", "review": "review", "check": "review", "assessment": "review", "research": "research",
    "analysis": "research", "investigation": "research", "comparison": "research", "survey": "research",
    "recommendation": "design", "proposal": "design", "feedback": "review", "overview": "research",
    "refactoring": "refactor", "cleanup": "refactor", "clean-up": "refactor",
}  # fmt: skip

DETERMINERS = _words(
    "the a an my our your their its his her some any all every each this that these those both few new"
)
ENDS_OBJECT = _words(
    "for of in on at to into onto from with without by about above below under over between behind beside besides as "
    "so that which who whose when where while if because since until unless before after through during per via than "
    "and or but , : ( ) - how why what whether again please using out according like"
)
SUBORDINATE = _words("before after when whenever if since because although though while until unless once as whereas")
SKIPPED = _words(
    "please pls plz kindly just now then also first next finally hi hello hey ok okay so and but maybe simply "
    "quickly thanks only instead afterwards additionally lastly secondly immediately really hence thus therefore or "
    "let's lets well actually carefully"
)
OPENERS = _phrases(  # what comes before a verb that is asked for; the longest first
    "would you be so kind and|would you be able to|would it be possible to|i would like you to|i'd like you to|"
    "i would like to|i'd like to|we would like to|we'd like to|i want you to|i need you to|we need you to|"
    "we want you to|i want to|we want to|i need to|we need to|you need to|you have to|you should|your task is to|"
    "the task is to|the goal is to|your job is to|could you please|can you please|would you please|will you please|"
    "would you mind|do you mind|could somebody|can somebody|could someone|can someone|can you|could you|would you|"
    "will you|can we|could we|should we|shall we|let us|help me to|help us to|help me|help us|try to|make sure to|"
    "make sure you|be sure to|go ahead and|feel free to|it is time to|it's time to|time to|we should|we must|"
    "we have to|i have to|someone should|somebody should|mind|please"
)
WISHES = _phrases(
    "i want|we want|i need|we need|i'd like|i would like|we'd like|we would like|it would be nice if|"
    "it would be great if|it would be nice to|it would be great to|would be nice|would be great|i wish|i miss|"
    "we could use|we're missing|we are missing|there should be|can we get|could we get|can we have|could we have|"
    "let's have|let's give|users should be able to|as a user i want"
)
NEGATIONS = _phrases("do not|don't|dont|never|no need to|not|without|avoid|rather than")
HANDS_OFF = _phrases(
    "do not change|don't change|do not edit|don't edit|do not touch|don't touch|do not modify|don't modify|"
    "no changes|no edits|write no code|no code|comments only|do not write|don't write|without writing|"
    "without changing anything|no need to fix|do not fix|don't fix|do not implement|don't implement|just tell me|"
    "only tell me|only explain|just explain|read-only|read only|only want to know|just want to know|"
    "do not refactor, only|nothing is to be changed|leave the code"
)
SAME_BEHAVIOUR = _phrases(
    "same behaviour|same behavior|keep the api|api has to stay|without changing behaviour|without changing behavior|"
    "nothing must change|nothing changes for|keep what it does|keep behaviour|keep behavior"
)
ASKERS = _words(
    "how what why where which who when whose is are does do did was were has have should could would can will any"
)
JUDGED = _words("right safe sound correct good ok okay fine ready sane reasonable solid wrong enough feedback opinion")
JUDGING = _phrases(
    "criticise|criticize|anything wrong|wrong with|look safe|do you think of|look right|look ok|look good|"
    "any feedback|any thoughts|your opinion"
)
CHOOSING = _phrases("should we|should i|how would you|how should|what would be the best way|which approach|how best to")
SYMPTOMS = _phrases(
    "supposed to|loops|won't start|red since|been red|raises|raised|cannot|can't|incorrect|incorrectly|"
    "unable to|data loss|is ignored|for some reason|expected|"
    "instead of|twice|never|no longer|anymore|nan|chokes|since yesterday|since last|since the|garbled|missing|"
    "unexpected|disappears|slow|ignored|stopped|crash|error|fails|failing|failed|broken|broke|breaks|hangs|"
    "hang forever|freezes|freeze|doesn't work|does not work|not working|doesn't|does not|won't|returns a 500|500|"
    "blank|empty|wrong|regression|segfault|leak|exception|times out|time out|timeout|stuck|keeps growing|"
    "out-of-memory|out of memory|dies|null pointer|bug|should not|shouldn't|must not|duplicated|corrupt|flaky"
)
MENDED = _words("work working pass passing green compile compiles build builds run running again")

STATING = _words(  # words that a statement begins with rather than an order
    "the a an our my your their its this that these those it there i we he she they nobody somebody everybody people "
    "users every each some half two three since when whenever if after before on in at with without as from right "
    "currently sometimes still no nothing now title description both all"
)

# Indirect requests: a wish that is no order, a lack, a state of the code that nobody likes.
LACKS = _phrases(
    "ought to|would be nice|would be good|would be great|would be handy|be handy|be nice|be good|be great|be useful|"
    "be helpful|would help|would love|'d love|'d appreciate|appreciate|is missing|are missing|what's missing|"
    "what is missing|there are no|there is no|there's no|we have no|we have nothing|nothing that|nobody knows|needs|"
    "need|has to|have to|should|must|let's|lacks|lacking|out of date|outdated|old|want|would like|'d like|please|"
    "support|could we|can we|would it be possible|could there|is it possible to|ask for|asking for|one is enough"
)
UNTIDY = _phrases(
    "mess|messy|readable|hard to read|unreadable|several things|five things|in its own way|one place|copies|"
    "copy-pasted|duplicated code|duplication|nested|simpler|too long|lines long|has grown|spaghetti|tangled|"
    "god class|hard to follow|"
    "hard to maintain|same as before|same behaviour|same behavior|separate concerns|byte for byte"
)
TO_BE_JUDGED = _phrases(
    "can i merge|can this be merged|ready to merge|before i merge|pair of eyes|thoughts on|any thoughts|good to go|"
    "lgtm|second opinion|sanity check|critique|feedback|good enough|ship it|to ship|comments on"
)
TO_BE_CHOSEN = _phrases(
    "pick between|choose between|decide between|decision on|look like?|recommendation|recommend|trade-offs|your call|"
    "two options|three options|which approach|concept for|plan for|proposal for|a plan|strategy for|"
    "how would you structure|should look like|be put together|be structured|be organised"
)
SMALL_CHANGE = _phrases(
    "double space|extra space|isn't used|is not used|one too many|l too many|should be x|should read x|"
    "should say x|x instead of x|instead of x|unused|alphabetical|misspelled|misspelt|"
    "stray|trailing|typo|leftover|superfluous"
)
WONDERING = _phrases("i wonder|curious|wondering|do we have any|is there any|i want to know|i'd like to know|no idea")
SMALL_VALUE = r"should (?:be|read|say) (?:v?\d[\w.]*|x)\b"
