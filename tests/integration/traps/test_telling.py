"""What a case's check sees of a request in another dialect: leaks and losses included."""

import json
from typing import Any

import pytest
from bench.traps.case import Case
from bench.traps.cases import CASES
from bench.traps.retold import RETOLD, TELLINGS
from bench.traps.retold.schemas import ODD
from bench.traps.retold.telling import Telling
from bench.traps.seen import Got, Seen, Sent, Turn
from bench.traps.wire import Dialect, said

FINE = Got(status=200, headers={"content-type": "text/event-stream"}, body=b"".join(said("fine")), end="whole")
USER = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "x"}]}
CALL = {"type": "function_call", "call_id": "c1", "name": "Read", "arguments": "{}"}
TOOLS = [{"type": "function", "name": name} for name in ("Read", "Bash", "ListAgents")]


def named(name: str) -> Case:
    return next(case for case in RETOLD if case.name == name)


def seen(body: dict[str, Any], path: str = "/v1/responses") -> Seen:
    sent = Sent(deployment="first", path=path, headers={}, body=json.dumps(body).encode(), cancelled=False)
    return Seen(turns=(Turn(asked=b"", got=FINE, sent=(sent,)),), model="m")


@pytest.mark.parametrize(
    ("name", "body", "complaint"),
    [
        ("05-unknown-fields-are-not-translated-responses", {"speed": "fast"}, "found \\['speed'\\]"),
        (
            "06-cache-control-stripped-on-translation-responses",
            {"input": [USER | {"cache_control": {}}]},
            "cache_control",
        ),
        ("12-orphan-tool-use-responses", {"input": [USER, CALL, USER]}, "expected answers to the calls"),
        ("21-system-message-as-a-text-responses", {}, "expected the system message last"),
        ("22-deferred-tools-are-not-offered-responses", {"tools": TOOLS[:1]}, "found \\['Read'\\]"),
        ("13-image-of-the-user-responses", {}, "expected the image"),
    ],
)
def test_a_leak_or_a_loss_is_found(name: str, body: dict[str, Any], complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        named(name).check(seen({"model": "up-one", "input": [USER], **body}))


def test_a_schema_that_was_not_reduced_is_found() -> None:
    tools = [{"function_declarations": [{"name": "Odd", "parameters": ODD}]}]
    with pytest.raises(AssertionError, match="expected Gemini's keywords"):
        named("14-schemas-are-reduced-gemini").check(seen({"contents": [], "tools": tools}))


def test_every_dialect_that_is_not_written_in_has_a_telling() -> None:
    written = {telling.source for telling in TELLINGS}
    assert {telling.dialect for telling in TELLINGS} | written == set(Dialect)


@pytest.mark.parametrize("telling", TELLINGS, ids=lambda one: one.dialect)
def test_what_is_not_told_is_a_case_that_there_is(telling: Telling) -> None:
    names = [case.name for case in CASES if case.dialect is telling.source]
    assert all(any(name.startswith(known) for name in names) for known in telling.unknown)
