"""Traps 24 and 25: what is final, and what the CLI knows how to recover from."""

from bench.traps.case import Ask, Feature, anthropic, case, openai, whole
from bench.traps.seen import Seen
from bench.traps.wire import anthropic_error, openai_error, request, said, wrote

ASK = request()
NO_MONEY = "Your credit balance is too low"
NO_KEY = "Incorrect API key provided"


@case(
    "24-an-unknown-key-gets-403",
    openai(Ask(body=ASK, known_key=False), wrote("no")) | anthropic(Ask(body=ASK, known_key=False), said("no")),
    needs=[Feature.KEYS],
)
def unknown_key(seen: Seen) -> None:
    """A key that was revoked gets 401, and the CLI tries again for three minutes."""
    assert seen.got.status == 403, f"expected 403, found {seen.got.status}: {seen.got.shown}"
    assert seen.got.error["message"], "expected a message for people"
    assert not seen.reached, "expected nothing at the upstream, found a request"


def _terminal(seen: Seen) -> None:
    assert seen.reached, f"expected the upstream to be asked; the client got {seen.got.shown}"
    assert seen.got.status is not None, "expected an answer, found none"
    assert 400 <= seen.got.status < 500, f"expected a terminal status, found {seen.got.status}: {seen.got.shown}"
    assert seen.got.error["message"], "expected a message for people"
    found = seen.got.headers.get("x-should-retry")
    assert found == "false", f"expected x-should-retry: false, found {found}"


@case(
    "24-no-money-is-final",
    openai(ASK, whole(openai_error(NO_MONEY, kind="billing_error"), 402))
    | anthropic(ASK, whole(anthropic_error("billing_error", NO_MONEY), 402)),
    needs=[Feature.SERVER],
)
def no_money(seen: Seen) -> None:
    """An account without money is asked ten times again."""
    _terminal(seen)


@case(
    "24-a-bad-provider-key-is-final",
    openai(ASK, whole(openai_error(NO_KEY, kind="invalid_request_error", code="invalid_api_key"), 401))
    | anthropic(ASK, whole(anthropic_error("authentication_error", "invalid x-api-key"), 401)),
    needs=[Feature.SERVER],
)
def bad_provider_key(seen: Seen) -> None:
    """A wrong key in the configuration is tried for three minutes, as if it could change."""
    _terminal(seen)


TOO_LONG = "prompt is too long: 210113 tokens > 200000 maximum"
OVERFLOW = (
    "This model's maximum context length is 128000 tokens. However, your messages resulted in 140113 tokens. "
    "Please reduce the length of the messages."
)
_OVERFLOW = whole(openai_error(OVERFLOW, kind="invalid_request_error", code="context_length_exceeded"), 400)


def _in_its_words(seen: Seen, words: str) -> None:
    assert seen.got.status == 400, f"expected 400, found {seen.got.status}: {seen.got.shown}"
    error = seen.got.error
    kind = error.get("type")
    assert kind == "invalid_request_error", f"expected invalid_request_error, found {kind}"
    assert words in error["message"], f"expected {words!r} in the message, found {error['message']!r}"


@case(
    "25-prompt-is-too-long-in-its-words", anthropic(ASK, whole(anthropic_error("invalid_request_error", TOO_LONG), 400))
)
def too_long(seen: Seen) -> None:
    """The words by which the CLI knows that it must compact are wrapped or replaced."""
    _in_its_words(seen, TOO_LONG)


@case("25-another-dialects-overflow-in-its-words", openai(ASK, _OVERFLOW))
def overflow_words(seen: Seen) -> None:
    """The words of another dialect, by which the CLI knows as well that it must compact, are replaced."""
    _in_its_words(seen, OVERFLOW)
