"""Traps 7, 8, 9, 15: tokens, counted and limited."""

from bench.traps.case import COUNT_TOKENS, SMALL_CONTEXT, Ask, Feature, Role, anthropic, case, openai, whole
from bench.traps.cases.history import ok
from bench.traps.seen import Got, Seen
from bench.traps.wire import (
    DONE,
    ROLE,
    chunk,
    completed,
    completion,
    message_end,
    message_start,
    request,
    said,
    text,
    text_block,
    user,
    whole_message,
    wrote,
)

WORDS = 2000
PROMPT = "The quick brown fox. " * (WORDS // 4)  # five tokens a time with every common tokenizer, the stop included
LONG = "lorem ipsum dolor sit amet " * 4000  # far above 8,192 tokens


def _asked_output(body: dict[str, object]) -> int:
    value = body.get("max_completion_tokens") or body.get("max_tokens")
    assert isinstance(value, int), f"expected a limit for the reply, found {value!r}"
    return value


@case("07-max-tokens-fit-the-context", openai(request(max_tokens=64_000), wrote("fine")), role=Role.SMALL)
def max_tokens_clamped(seen: Seen) -> None:
    """The CLI asks for 64,000 tokens, and a model with less answers 400."""
    asked = _asked_output(ok(seen).json)
    assert asked < SMALL_CONTEXT, f"expected fewer than the context's {SMALL_CONTEXT} tokens, found {asked}"


@case(
    "07-max-tokens-leave-room-for-the-prompt",
    openai(request(user(PROMPT), max_tokens=8000), wrote("fine")),
    role=Role.SMALL,
)
def max_tokens_leave_room(seen: Seen) -> None:
    """The limit fits the model, but not together with the prompt."""
    asked = _asked_output(ok(seen).json)
    room = SMALL_CONTEXT - WORDS
    assert asked <= room, f"expected at most {room} tokens beside a prompt of {WORDS}, found {asked}"


@case("07-max-tokens-kept-where-they-fit", openai(request(max_tokens=1234), wrote("fine")), role=Role.SMALL)
def max_tokens_kept(seen: Seen) -> None:
    """A limit that fits is changed."""
    asked = _asked_output(ok(seen).json)
    assert asked == 1234, f"expected 1234, found {asked}"


CACHED = {
    "prompt_tokens": 1000,
    "completion_tokens": 20,
    "total_tokens": 1020,
    "prompt_tokens_details": {"cached_tokens": 800},
}


def _counted_once(got: Got) -> None:
    usage = got.message["usage"]
    found = (usage.get("input_tokens"), usage.get("cache_read_input_tokens"), usage.get("output_tokens"))
    assert found == (200, 800, 20), f"expected 200 tokens in, 800 from the cache, 20 out; found {found}"


@case("08-cached-tokens-counted-once", openai(request(), completed(chunk({"content": "fine"}), usage=CACHED)))
def cached_once(seen: Seen) -> None:
    """OpenAI's prompt_tokens include the cached ones; they are counted, and paid, twice."""
    _counted_once(seen.got)
    options = seen.sent.json.get("stream_options") or {}
    assert options.get("include_usage"), "expected stream_options.include_usage, without which there is no usage"


@case(
    "08-cached-tokens-counted-once-without-stream",
    openai(request(stream=False), whole(completion("fine", usage=CACHED))),
)
def cached_once_without_stream(seen: Seen) -> None:
    """The same in a reply that is not streamed."""
    _counted_once(seen.got)


@case(
    "08-usage-beside-the-finish-reason",
    openai(
        request(),
        [chunk(ROLE), chunk({"content": "fine"}), chunk({}, finish="stop", usage=CACHED), DONE],
    ),
)
def usage_beside_finish(seen: Seen) -> None:
    """Some upstreams send the usage with the finish reason and not behind it."""
    _counted_once(seen.got)


@case("08-message-start-has-an-estimate", openai(request(user(PROMPT)), wrote("fine")))
def start_estimate(seen: Seen) -> None:
    """message_start says 0 tokens, and what is cut off there is priced at nothing."""
    [start] = seen.got.of_type("message_start")
    found = start["message"]["usage"]["input_tokens"]
    assert found >= WORDS // 2, f"expected an estimate for some {WORDS} tokens, found {found}"


@case(
    "08-final-usage-kept-on-relay",
    anthropic(
        request(),
        [
            message_start(input_tokens=5, cache_read_input_tokens=800, cache_creation_input_tokens=7),
            *text_block(0, "fine"),
            *message_end(input_tokens=200, cache_read_input_tokens=800),
        ],
    ),
)
def final_usage(seen: Seen) -> None:
    """The final count is added to the first one, or replaced by it."""
    usage = seen.got.message["usage"]
    found = [usage.get(f"{name}_input_tokens") for name in ("cache_read", "cache_creation")]
    found = [usage.get("input_tokens"), *found, usage.get("output_tokens")]
    assert found == [200, 800, 7, 20], f"expected 200, 800 read, 7 written and 20, found {found}"


def _count(body: bytes) -> Ask:
    return Ask(body=body, path=COUNT_TOKENS)


COUNTED = request(user(PROMPT), stream=False)


@case("09-count-tokens-relayed", anthropic(_count(COUNTED), whole({"input_tokens": 4711})), needs=[Feature.COUNT])
def count_relayed(seen: Seen) -> None:
    """Somebody estimates although the upstream knows."""
    assert seen.got.json.get("input_tokens") == 4711, f"expected the upstream's count 4711, found {seen.got.shown}"
    path = seen.sent.path.partition("?")[0]
    assert path == "/v1/messages/count_tokens", f"expected the upstream's own endpoint, found {path}"


def _errs_high(seen: Seen) -> None:
    assert seen.got.status == 200, f"expected 200, found {seen.got.status}: {seen.got.shown}"
    found = seen.got.json.get("input_tokens")
    assert isinstance(found, int), f"expected input_tokens, found {seen.got.shown}"
    assert WORDS <= found <= 5 * WORDS, f"expected an estimate somewhat above {WORDS} tokens, found {found}"


@case("09-count-tokens-estimated-high", openai(_count(COUNTED), wrote("no")), needs=[Feature.COUNT])
def count_estimated(seen: Seen) -> None:
    """Where nobody counts, the estimate is too low, and the CLI compacts too late."""
    _errs_high(seen)
    assert not seen.reached, "expected no request at an upstream that has no such endpoint, found one"


@case(
    "09-count-tokens-missing-at-the-upstream",
    anthropic(_count(COUNTED), whole({"error": {"message": "not found"}}, 404)),
    needs=[Feature.COUNT],
)
def count_missing(seen: Seen) -> None:
    """An upstream that speaks the dialect has no count_tokens, and its 404 reaches the CLI."""
    _errs_high(seen)


@case(
    "15-a-prompt-that-does-not-fit-is-refused",
    openai(request(user(LONG)), wrote("no")) | anthropic(request(user(LONG)), said("no")),
    role=Role.SMALL,
)
def does_not_fit(seen: Seen) -> None:
    """An upstream that cuts long prompts without a word (Ollama) answers something to half a conversation."""
    assert not seen.reached, "expected no request at the upstream, found one"
    assert seen.got.status in (400, 413), f"expected 400, found {seen.got.status}: {seen.got.shown}"
    message = seen.got.error["message"]
    assert "context" in message, f"expected a message that names the setting `context`, found {message!r}"


_FITS = request(user(PROMPT), max_tokens=1000, stream=False)


@case(
    "15-a-prompt-that-fits-is-served",
    openai(_FITS, whole(completion("fine"))) | anthropic(_FITS, whole(whole_message(text("fine")))),
    role=Role.SMALL,
)
def fits(seen: Seen) -> None:
    """A prompt that fits is refused."""
    ok(seen)
