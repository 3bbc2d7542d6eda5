"""The cases in the dialects that they are not written in."""

from bench.traps.case import Case, Feature
from bench.traps.cases import CASES
from bench.traps.retold import gemini, ollama, responses, schemas
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
    Telling(
        dialect=Dialect.GEMINI,
        source=Dialect.OPENAI,
        feature=Feature.GEMINI,
        teller=gemini.Teller,
        sent=gemini.chat_of,
        unknown={
            "01-same-index-other-id": "calls have neither number nor id, and come whole",
            "01-id-and-name-in-each-piece": "calls come whole",
            "02-null-then-pieces": "calls come whole",
            "08-usage-beside-the-finish-reason": "usage stands there always",
            "21-system-message-among-the-messages": "there is one system instruction; ours makes it the user's, marked",
        },
        broken={
            "10-ended-without-a-finish": "LiteLLM gives a stream that broke off a finish of its own",
            "16-comments-are-skipped": "LiteLLM loses the text behind a comment, which Gemini does not send",
            "23-a-stream-that-is-empty": "LiteLLM gives an empty stream a finish of its own",
        },
    ),
    Telling(
        dialect=Dialect.OLLAMA,
        source=Dialect.ANTHROPIC,
        feature=Feature.OLLAMA,
        teller=ollama.Messages,
        sent=ollama.as_sent,
        unknown={
            "09-count-tokens-relayed": "Ollama counts no tokens",
            "09-count-tokens-missing-at-the-upstream": "the same as any path that there is not",
            "26-reply-bytes-are-kept": "the case's bytes are Anthropic's, with pings and unknown fields",
        },
    ),
    Telling(
        dialect=Dialect.OLLAMA_CHAT,
        source=Dialect.OPENAI,
        feature=Feature.OLLAMA,
        teller=ollama.Chat,
        sent=ollama.as_sent,
        unknown={
            "01-interleaved": "calls come whole",
            "01-blocks-do-not-overlap": "calls come whole",
            "01-id-and-name-in-each-piece": "calls come whole",
            "01-cut-at-every-byte": "told by the others",
        },
    ),
)
RETOLD: tuple[Case, ...] = schemas.schemas_are_reduced + tuple(
    retold(case, telling)
    for telling in TELLINGS
    for case in CASES
    if case.dialect is telling.source and not telling.missing(case)
)
