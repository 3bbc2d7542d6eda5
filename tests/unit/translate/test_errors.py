"""Errors keep the upstream's wording, under the type and with the words that Claude Code acts on."""

import re

import orjson
import pytest

from gha_router.gateway.translate import error_of
from gha_router.records import Json

# How Claude Code 2.1 reads it.
COUNTS = re.compile(r"prompt is too long[^0-9]*(\d+)\s*tokens?\s*>\s*(\d+)", re.IGNORECASE)


def openai(message: str, **fields: object) -> Json:
    return {"error": {"message": message, "type": "invalid_request_error", "param": None, **fields}}


LONG = "This model's maximum context length is 128000 tokens. However, your messages resulted in 130001 tokens."
REQUESTED = (
    "maximum context length is 4096 tokens. However, you requested 5000 tokens (4000 in the messages, 1000 in ...)"
)
GEMINI = "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."
ROUTER = "This endpoint's maximum context length is 262144 tokens. However, you requested about 300000 tokens (...)"


@pytest.mark.parametrize(
    ("message", "actual", "limit"),
    [
        (LONG, "130001", "128000"),
        (REQUESTED, "5000", "4096"),
        (GEMINI, "1200000", "1048576"),
        (ROUTER, "300000", "262144"),
    ],
)
def test_trap_25_a_prompt_that_is_too_long_is_told_in_the_words_that_are_matched(
    message: str, actual: str, limit: str
) -> None:
    kind, said = error_of(400, openai(message))
    assert kind == "invalid_request_error"
    assert message in said
    found = COUNTS.search(said)
    assert found
    assert found.groups() == (actual, limit)


@pytest.mark.parametrize(
    "body",
    [
        openai("Your input exceeds the context window of this model.", code="context_length_exceeded"),
        openai("Please shorten it.", code="context_length_exceeded"),
        openai("the request exceeds the available context size, try increasing it"),
        {"object": "error", "message": "Prompt contains 40000 tokens, too large for model with 32768 maximum context"},
        {"error": {"message": "Provider returned error", "code": 400,
                   "metadata": {"raw": '{"error":{"message":"maximum context length is 8192 tokens"}}'}}},
    ],
)  # fmt: skip
def test_trap_25_without_counts_that_can_be_told(body: Json) -> None:
    assert error_of(400, body)[1].startswith("prompt is too long: ")


def test_trap_25_words_that_are_there_already_stay() -> None:
    said = "prompt is too long: 200001 tokens > 200000 maximum"
    assert error_of(400, openai(said))[1] == said


def test_a_field_that_is_too_long_is_not_the_prompt() -> None:
    said = "Invalid 'tools[0].name': string too long. Expected a string with maximum length 64, but got 70"
    assert error_of(400, openai(said))[1] == said


@pytest.mark.parametrize(
    ("status", "body", "kind", "said"),
    [
        (401, openai("Incorrect API key provided"), "authentication_error", "Incorrect API key provided"),
        (429, openai("Slow down", code="rate_limit_exceeded"), "rate_limit_error", "Slow down"),
        (429, openai("No more", code="insufficient_quota"), "billing_error", "No more"),
        (500, openai("Oh", type="server_error"), "api_error", "Oh"),
        (503, [{"error": {"code": 503, "message": "Busy", "status": "UNAVAILABLE"}}], "overloaded_error", "Busy"),
        (422, {"detail": [{"loc": ["body"], "msg": "extra"}]}, "invalid_request_error",
         '[{"loc":["body"],"msg":"extra"}]'),
        (404, {"error": "model 'x' not found"}, "not_found_error", "model 'x' not found"),
        (418, {"error": {"message": "Tea"}}, "invalid_request_error", "Tea"),
        (502, b"<html>Bad gateway</html>", "api_error", "<html>Bad gateway</html>"),
        (502, b"", "api_error", "the upstream answered with status 502 and no message"),
        (500, {"unheard": "of"}, "api_error", '{"unheard":"of"}'),
        (402, {"error": {"message": "Provider returned error", "metadata": {"raw": "no credits"}}}, "billing_error",
         "Provider returned error: no credits"),
    ],
)  # fmt: skip
def test_errors_keep_their_wording(status: int, body: object, kind: str, said: str) -> None:
    assert error_of(status, body) == (kind, said)
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    assert error_of(status, raw) == (kind, said)
