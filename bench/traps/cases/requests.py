"""Traps 5, 6, 18, 23: what of a request may pass, and what of it must come back."""

from bench.traps.case import Ask, Feature, anthropic, case, openai, streamed, whole
from bench.traps.cases.history import ok
from bench.traps.seen import Seen
from bench.traps.wire import (
    BETAS,
    DONE,
    EPHEMERAL,
    Json,
    completion,
    message_start,
    request,
    said,
    text,
    whole_message,
    wrote,
)

# What chat completions take (API reference, "Create chat completion") and some field of ours may become.
KNOWN = {
    *("model", "messages", "tools", "tool_choice", "parallel_tool_calls", "stream", "stream_options", "max_tokens"),
    *(
        "max_completion_tokens",
        "temperature",
        "top_p",
        "stop",
        "response_format",
        "reasoning_effort",
        "verbosity",
        "user",
    ),
    *("safety_identifier", "prompt_cache_key", "seed", "n", "store", "metadata", "service_tier"),
}
BETA_FIELDS: Json = {
    "thinking": {"type": "adaptive"},
    "context_management": {"edits": [{"type": "clear_thinking_20251015", "keep": "all"}]},
    "output_config": {"effort": "medium"},
    "mcp_servers": [],
    "speed": "fast",
    "not_yet_invented": {"a": [1]},
}
NEW_BETA = f"{BETAS},not-yet-invented-2027-01-01"
BETA_ASK = Ask(body=request(**BETA_FIELDS), headers={"anthropic-beta": NEW_BETA})


@case("05-betas-and-their-fields-pass-on-relay", anthropic(BETA_ASK, said("fine")))
def betas_pass(seen: Seen) -> None:
    """A beta's header passes and its body field does not (or the other way), and the upstream answers 400."""
    sent = ok(seen)
    found = sent.headers.get("anthropic-beta", "")
    assert set(NEW_BETA.split(",")) <= set(found.split(",")), f"expected the betas {NEW_BETA}, found {found!r}"
    missing = {name for name, value in BETA_FIELDS.items() if sent.json.get(name, "absent") != value}
    assert not missing, f"expected all body fields as they were, found {sorted(missing)} changed or gone"


@case("05-unknown-fields-are-not-translated", openai(BETA_ASK, wrote("fine")))
def betas_stay(seen: Seen) -> None:
    """Fields and headers that only Anthropic knows reach an upstream that refuses what it does not know."""
    sent = ok(seen)
    unknown = sorted(sent.json.keys() - KNOWN)
    assert not unknown, f"expected fields of chat completions only, found {unknown}"
    headers = sorted(name for name in sent.headers if name.startswith("anthropic-"))
    assert not headers, f"expected no anthropic headers, found {headers}"


CACHED = request(
    {
        "role": "user",
        "content": [
            {"type": "text", "text": "a", "cache_control": {"type": "ephemeral", "ttl": "1h", "scope": "global"}},
            {"type": "text", "text": "b", "cache_control": EPHEMERAL},
        ],
    }
)


@case("06-cache-control-kept-on-relay", anthropic(CACHED, said("fine")))
def cache_control_kept(seen: Seen) -> None:
    """A cache mark's ttl or scope is lost, and the cache with it."""
    seen.kept(ok(seen))


@case("06-cache-control-stripped-on-translation", openai(CACHED, wrote("fine")))
def cache_control_stripped(seen: Seen) -> None:
    """Cache marks reach an upstream that does not know them."""
    assert b"cache_control" not in ok(seen).body, "expected no cache_control, found it in the request"


def _alias(seen: Seen) -> None:
    ok(seen)
    model = seen.got.message["model"]
    assert model == seen.model, f"expected the asked model {seen.model!r} in the reply, found {model!r}"


_ALIAS = (request(), streamed(wrote("fine"))), (request(), streamed(said("fine")))
_WHOLE = (
    (request(stream=False), whole(completion("fine"))),
    (request(stream=False), whole(whole_message(text("fine")))),
)


@case("18-the-asked-model-in-a-stream", openai(*_ALIAS[0]) | anthropic(*_ALIAS[1]), needs=[Feature.SERVER])
def alias_in_stream(seen: Seen) -> None:
    """The reply names the upstream's model, which the client does not know."""
    _alias(seen)


@case("18-the-asked-model-without-stream", openai(*_WHOLE[0]) | anthropic(*_WHOLE[1]), needs=[Feature.SERVER])
def alias_without_stream(seen: Seen) -> None:
    """The same in a reply that is not streamed."""
    _alias(seen)


@case("18-the-served-model-in-a-header", openai(*_ALIAS[0]) | anthropic(*_ALIAS[1]), needs=[Feature.SERVED])
def served_header(seen: Seen) -> None:
    """Nobody can tell who served."""
    served = seen.got.headers.get("x-gha-router-served", "")
    assert served.endswith("/up-one"), f"expected x-gha-router-served: …/up-one, found {served!r}"


def _not_streamed(seen: Seen) -> None:
    assert not seen.got.streamed, f"expected a JSON body, found a stream: {seen.got.shown}"
    message = seen.got.message
    assert seen.got.text == "fine", f"expected the reply 'fine', found {message}"
    head = (message.get("role"), message.get("stop_reason"))
    assert head == ("assistant", "end_turn"), f"expected a whole message that ended its turn, found {message}"
    assert message["usage"]["output_tokens"] == 20, f"expected the upstream's usage, found {message['usage']}"
    assert not seen.sent.json.get("stream"), "expected no stream to be asked for, found one"


@case("23-without-stream", openai(*_WHOLE[0]) | anthropic(*_WHOLE[1]))
def without_stream(seen: Seen) -> None:
    """The CLI's fall-back after broken streams, `stream: false`, gets a stream or nothing."""
    _not_streamed(seen)


@case(
    "23-explicitly-without-stream",
    openai(
        Ask(
            body=request(stream=False).removesuffix(b"}") + b',"stream":false}', headers={"accept": "text/event-stream"}
        ),
        whole(completion("fine")),
    ),
)
def explicitly_without_stream(seen: Seen) -> None:
    """The body says `stream: false`, and a header or a default says otherwise."""
    _not_streamed(seen)


@case("23-a-stream-that-is-empty", openai(request(), [DONE]) | anthropic(request(), [message_start()]))
def empty_stream(seen: Seen) -> None:
    """An upstream that says nothing looks like a model that said nothing: an empty, successful turn."""
    assert seen.reached, f"expected the upstream to be asked; the client got {seen.got.shown}"
    assert seen.got.error["message"], "expected an error with a message"
