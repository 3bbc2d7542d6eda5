"""Traps 10, 11, 16, 17: upstreams that fail, in all the ways that look like success."""

from bench.traps.case import FIRST, SECOND, SILENT, End, Feature, Pause, Role, anthropic, case, openai, streamed, whole
from bench.traps.seen import Seen
from bench.traps.wire import (
    DONE,
    ROLE,
    anthropic_error,
    chunk,
    data,
    event,
    message_end,
    message_start,
    openai_error,
    request,
    said,
    text_block,
    wrote,
)

ASK = request()
PLAIN = request(stream=False)
BAD = data(openai_error("Provider returned error", code=502))
OVERLOADED = event(anthropic_error("overloaded_error", "Overloaded"))
HALF = "half of"
OPENAI_HALF = [chunk(ROLE), chunk({"content": HALF})]
ANTHROPIC_HALF = [message_start(), *text_block(0, HALF)[:2]]
OPENAI_SECOND = streamed(wrote("fine", model="up-two"))
ANTHROPIC_SECOND = streamed(said("fine", model="up-two"))


def _second_answers(seen: Seen) -> None:
    assert seen.reached[:1] == [FIRST], f"expected the first deployment to be asked first, found {seen.reached}"
    assert seen.got.status == 200, f"expected the second deployment's reply, found {seen.got.status}: {seen.got.shown}"
    assert seen.got.text == "fine", f"expected the second deployment's reply alone, found {seen.got.text!r}"


def _error_status(seen: Seen) -> None:
    """Nothing was passed on yet: an error is a status, as a client's own fall-back needs it."""
    assert seen.reached == [FIRST], f"expected the upstream to be asked, found {seen.reached}; {seen.got.shown}"
    assert seen.got.status is not None, "expected an answer in time, found none"
    assert seen.got.status >= 400, f"expected an error's status, found {seen.got.status}: {seen.got.shown}"
    assert seen.got.error["message"], "expected an error with a message"


def _error_event(seen: Seen) -> None:
    """Content was passed on: the stream ends with an error, and with no other model's words."""
    assert seen.got.status == 200, f"expected 200, found {seen.got.status}: {seen.got.shown}"
    assert HALF.encode() in seen.got.body, f"expected the half that was said, found {seen.got.shown}"
    assert seen.reached == [FIRST], f"expected no other deployment to go on, found {seen.reached}"
    assert seen.got.error["message"], "expected `event: error` with a message"
    last = seen.got.events[-1]["type"]
    assert last == "error", f"expected the error last, found {last}: {seen.got.shown}"
    assert seen.got.end == "whole", f"expected the gateway to end its reply, found it {seen.got.end}"


@case(
    "10-error-first-then-the-next-deployment",
    openai(ASK, [BAD, DONE], OPENAI_SECOND) | anthropic(ASK, [OVERLOADED], ANTHROPIC_SECOND),
    role=Role.PAIR,
)
def error_first(seen: Seen) -> None:
    """An error is the first thing in a 200 stream, and nobody else is asked."""
    _second_answers(seen)


@case(
    "10-error-before-content-then-the-next-deployment",
    openai(ASK, [chunk(ROLE), BAD], OPENAI_SECOND) | anthropic(ASK, [message_start(), OVERLOADED], ANTHROPIC_SECOND),
    role=Role.PAIR,
)
def error_before_content(seen: Seen) -> None:
    """The stream has begun, with a role and no content, and then fails."""
    _second_answers(seen)


@case(
    "10-cut-before-content-then-the-next-deployment",
    openai(ASK, streamed([chunk(ROLE)], end=End.CUT), OPENAI_SECOND)
    | anthropic(ASK, streamed([message_start()], end=End.CUT), ANTHROPIC_SECOND),
    role=Role.PAIR,
)
def cut_before_content(seen: Seen) -> None:
    """The connection is cut before any content."""
    _second_answers(seen)


@case(
    "10-status-500-then-the-next-deployment",
    openai(ASK, whole(openai_error("boom"), 500), OPENAI_SECOND)
    | anthropic(ASK, whole(anthropic_error("api_error", "boom"), 500), ANTHROPIC_SECOND),
    role=Role.PAIR,
)
def status_500(seen: Seen) -> None:
    """An error with a status, before any stream."""
    _second_answers(seen)


@case(
    "10-error-before-content-is-a-status",
    openai(ASK, [chunk(ROLE), BAD, DONE]) | anthropic(ASK, [message_start(), OVERLOADED]),
)
def error_is_a_status(seen: Seen) -> None:
    """Nobody else is there to answer, and the error is a 200 with an empty reply."""
    _error_status(seen)


@case(
    "10-error-after-content",
    openai(ASK, [*OPENAI_HALF, BAD, DONE], OPENAI_SECOND)
    | anthropic(ASK, [*ANTHROPIC_HALF, OVERLOADED], ANTHROPIC_SECOND),
    role=Role.PAIR,
)
def error_after_content(seen: Seen) -> None:
    """After half a sentence another model goes on, or the half looks whole."""
    _error_event(seen)


@case(
    "10-error-after-content-alone",
    openai(ASK, [*OPENAI_HALF, BAD, DONE]) | anthropic(ASK, [*ANTHROPIC_HALF, OVERLOADED]),
)
def error_after_content_alone(seen: Seen) -> None:
    """The same without another deployment: the half looks whole, or the error is no event."""
    _error_event(seen)


@case(
    "10-cut-after-content",
    openai(ASK, streamed(OPENAI_HALF, end=End.CUT)) | anthropic(ASK, streamed(ANTHROPIC_HALF, end=End.CUT)),
)
def cut_after_content(seen: Seen) -> None:
    """The connection is cut in mid-sentence, and the half looks whole."""
    _error_event(seen)


@case("10-ended-without-a-finish", openai(ASK, OPENAI_HALF) | anthropic(ASK, ANTHROPIC_HALF))
def ended_without_finish(seen: Seen) -> None:
    """The stream ends in order, but without a finish reason or an end, and the half looks whole."""
    _error_event(seen)


OPENAI_REST = [chunk({"content": " it"}), chunk({}, finish="stop"), DONE]
ANTHROPIC_REST = [*text_block(0, HALF, " it")[2:], *message_end()]


@case(
    "11-ping-while-the-upstream-is-silent",
    openai(ASK, streamed([*OPENAI_HALF, Pause.UNTIL_PING, *OPENAI_REST]))
    | anthropic(ASK, streamed([*ANTHROPIC_HALF, Pause.UNTIL_PING, *ANTHROPIC_REST])),
    needs=[Feature.SERVER],
)
def ping(seen: Seen) -> None:
    """A model that thinks for minutes looks dead to the client, which gives up."""
    found = [one["type"] for one in seen.got.events]
    deltas = [index for index, kind in enumerate(found) if kind == "content_block_delta"]
    between = found[deltas[0] : deltas[-1]]
    assert "ping" in between, f"expected a ping within 16 s of silence, found {between}"
    assert seen.got.text == "half of it", f"expected the whole text, found {seen.got.text!r}"


@case(
    "11-silence-after-content",
    openai(ASK, streamed(OPENAI_HALF, end=End.SILENCE)) | anthropic(ASK, streamed(ANTHROPIC_HALF, end=End.SILENCE)),
    role=Role.BRISK,
)
def silence_after_content(seen: Seen) -> None:
    """The upstream dies in mid-stream, and pings hide it for ever."""
    assert seen.got.end != "late", "expected the gateway to give up a silent upstream, found it waiting"
    _error_event(seen)


@case(
    "11-silence-before-content",
    openai(ASK, streamed([chunk(ROLE)], end=End.SILENCE), OPENAI_SECOND)
    | anthropic(ASK, streamed([message_start()], end=End.SILENCE), ANTHROPIC_SECOND),
    role=Role.BRISK_PAIR,
)
def silence_before_content(seen: Seen) -> None:
    """The upstream begins its stream and dies, and nobody else is asked."""
    _second_answers(seen)


@case(
    "11-no-answer-at-all",
    openai(ASK, SILENT, OPENAI_SECOND) | anthropic(ASK, SILENT, ANTHROPIC_SECOND),
    role=Role.BRISK_PAIR,
)
def no_answer(seen: Seen) -> None:
    """The upstream takes the request and never answers."""
    _second_answers(seen)


COMMENT = b": OPENROUTER PROCESSING\n\n"


@case(
    "16-comments-are-skipped",
    openai(ASK, [COMMENT, *wrote("fi")[:2], COMMENT, *wrote("ne")[1:]])
    | anthropic(ASK, [COMMENT, *said("fine")[:2], COMMENT, *said("fine")[2:]]),
)
def comments(seen: Seen) -> None:
    """Comment lines in the stream (OpenRouter's signs of life) break the parser."""
    assert seen.got.text == "fine", f"expected the text, found {seen.got.text!r}"


_UNDER_200 = openai(PLAIN, whole(openai_error("Rate limit exceeded: free-models-per-min", code=429)))
_UNDER_200_ANTHROPIC = anthropic(PLAIN, whole(anthropic_error("rate_limit_error", "Rate limit exceeded")))


@case("16-error-under-200-without-stream", _UNDER_200 | _UNDER_200_ANTHROPIC)
def error_under_200(seen: Seen) -> None:
    """An error comes as a body under 200, and becomes an empty message."""
    _error_status(seen)


@case(
    "16-error-in-a-choice",
    openai(
        ASK,
        [
            *OPENAI_HALF,
            chunk({"content": ""}, finish="error", error={"code": 502, "message": "Provider disconnected"}),
            DONE,
        ],
    ),
)
def error_in_a_choice(seen: Seen) -> None:
    """OpenRouter's error in mid-stream: a chunk with `error` and finish_reason `error` looks like a good end."""
    _error_event(seen)


LIMITED = {"retry_after": "3600"}
OPENAI_LIMITED = whole(openai_error("Rate limit exceeded", kind="rate_limit_error", code=429), 429, **LIMITED)
ANTHROPIC_LIMITED = whole(anthropic_error("rate_limit_error", "This request would exceed"), 429, **LIMITED)


@case(
    "17-retry-after-is-never-above-58",
    openai(ASK, OPENAI_LIMITED) | anthropic(ASK, ANTHROPIC_LIMITED),
    needs=[Feature.SERVER],
)
def retry_after(seen: Seen) -> None:
    """The upstream says `retry-after: 3600`; Claude Code gives up without a retry from 62 s on."""
    assert seen.reached == [FIRST], f"expected the upstream to be asked, found {seen.reached}"
    assert seen.got.status in (429, 503, 529), f"expected a status to retry, found {seen.got.status}: {seen.got.shown}"
    assert seen.got.error["message"], "expected an error with a message"
    found = seen.got.headers.get("retry-after", "0")
    assert float(found) <= 58, f"expected no retry-after above 58, found {found}"
    millis = seen.got.headers.get("retry-after-ms", "0")
    assert float(millis) <= 58_000, f"expected no retry-after-ms above 58000, found {millis}"


@case(
    "17-long-retry-after-then-the-next-deployment",
    openai(ASK, OPENAI_LIMITED, OPENAI_SECOND) | anthropic(ASK, ANTHROPIC_LIMITED, ANTHROPIC_SECOND),
    role=Role.PAIR,
)
def falls_back_at_once(seen: Seen) -> None:
    """An hour's wait is waited for, or passed on, although another deployment is there."""
    _second_answers(seen)
    assert seen.reached == [FIRST, SECOND], f"expected both deployments, found {seen.reached}"
