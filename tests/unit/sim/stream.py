"""Reads a stream of the Messages API as a strict client would: every event in its place, or an assertion."""

import json
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]


def parse(raw: bytes) -> Iterator[Json]:
    """Return the events of a stream; each is ``event: TYPE``, ``data: JSON`` and an empty line."""
    text = raw.decode()
    assert text.endswith("\n\n")
    for part in text.removesuffix("\n\n").split("\n\n"):
        name, data = part.split("\n")
        event: Json = json.loads(data.removeprefix("data: "))
        assert name == f"event: {event['type']}"
        yield event


def assemble(raw: bytes) -> Json:
    """Return the message that the stream spells out."""
    events = [event for event in parse(raw) if event["type"] != "ping"]
    first, *middle, last_but_one, last = events
    assert first["type"] == "message_start"
    assert last == {"type": "message_stop"}
    assert last_but_one["type"] == "message_delta"
    message: Json = first["message"]
    assert message["content"] == []
    assert message["stop_reason"] is None
    message["content"] = list(_blocks(middle))
    message.update(last_but_one["delta"])
    message["usage"].update(last_but_one["usage"])
    return message


def _blocks(events: list[Json]) -> Iterator[Json]:
    rest = iter(events)
    for index, event in enumerate(rest):
        assert event["type"] == "content_block_start"
        assert event["index"] == index
        deltas = list(_until_stop(rest, index))
        yield _whole(event["content_block"], deltas)


def _until_stop(rest: Iterator[Json], index: int) -> Iterator[Json]:
    for event in rest:
        assert event["index"] == index
        if event["type"] == "content_block_stop":
            return
        assert event["type"] == "content_block_delta"
        yield event["delta"]
    raise AssertionError("a block was not closed")


def _whole(block: Json, deltas: list[Json]) -> Json:
    if block["type"] == "text":
        assert block["text"] == ""
        assert {delta["type"] for delta in deltas} <= {"text_delta"}
        return {**block, "text": "".join(delta["text"] for delta in deltas)}
    assert block["input"] == {}
    assert {delta["type"] for delta in deltas} == {"input_json_delta"}
    return {**block, "input": json.loads("".join(delta["partial_json"] for delta in deltas))}
