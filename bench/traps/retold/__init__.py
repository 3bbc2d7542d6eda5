"""The cases in the dialects that they are not written in."""

from bench.traps.case import Case, Feature
from bench.traps.cases import CASES
from bench.traps.retold import responses
from bench.traps.retold.telling import Telling, retold
from bench.traps.wire import Dialect

_NO_INDEX = "every item has its output_index, and every call one item"
TELLINGS = (
    Telling(
        dialect=Dialect.RESPONSES,
        source=Dialect.OPENAI,
        feature=Feature.RESPONSES,
        teller=responses.Teller,
        sent=responses.chat_of,
        unknown={
            "01-calls-without-index": _NO_INDEX,
            "01-same-index-other-id": _NO_INDEX,
            "01-id-and-name-in-each-piece": "a call's id and name come once, with its item",
            "08-usage-beside-the-finish-reason": "usage has one place, the last event",
        },
    ),
)
RETOLD: tuple[Case, ...] = tuple(
    retold(case, telling)
    for telling in TELLINGS
    for case in CASES
    if case.dialect is telling.source and not telling.missing(case)
)
