"""A strict reader of the stream of Responses: it takes what a client must be able to rely on, and nothing else.

Source: OpenAI's API reference, "Streaming events"; Codex CLI 0.169, which takes items from ``output_item.done``.
"""

from dataclasses import dataclass, field

import orjson

from gha_router.records import Json

LAST = {"response.completed": "completed", "response.incomplete": "incomplete", "response.failed": "failed"}


@dataclass(slots=True, kw_only=True)
class Received:
    """What a client has at the end of a stream."""

    last: Json
    items: list[Json] = field(default_factory=list)

    @property
    def kinds(self) -> list[str]:
        return [item["type"] for item in self.items]


def read(events: list[Json]) -> Received:
    """Read a whole stream, and assert that it is a valid one."""
    assert orjson.dumps(events)
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    assert [event["type"] for event in events[:2]] == ["response.created", "response.in_progress"]
    assert all(event["response"]["status"] == "in_progress" for event in events[:2])
    last = events[-1]
    assert last["response"]["status"] == LAST[last["type"]]
    assert (last["response"]["error"] is not None) == (last["type"] == "response.failed")
    assert (last["response"]["incomplete_details"] is not None) == (last["type"] == "response.incomplete")
    received = Received(last=last["response"])
    open_item: _Item | None = None
    for event in events[2:-1]:
        match event["type"]:
            case "response.output_item.added":
                assert open_item is None
                assert event["output_index"] == len(received.items)
                open_item = _Item(begun=event["item"])
            case "response.output_item.done":
                assert open_item is not None
                assert event["output_index"] == len(received.items)
                open_item.end(event["item"])
                received.items.append(event["item"])
                open_item = None
            case kind:
                assert open_item is not None, kind
                assert event["output_index"] == len(received.items)
                assert event["item_id"] == open_item.begun["id"]
                open_item.take(event)
    assert open_item is None or last["type"] == "response.failed"
    whole = last["response"]["output"]
    statuses = {"status": "completed"}
    assert [{**item, **statuses} for item in whole[: len(received.items)]] == [
        {**item, **statuses} for item in received.items
    ]
    assert len({item["id"] for item in whole}) == len(whole)
    return received


@dataclass(slots=True, kw_only=True)
class _Item:
    """An item that is open."""

    begun: Json
    deltas: list[str] = field(default_factory=list)
    ended: bool = False  # its text has
    parts: int = 0

    def take(self, event: Json) -> None:
        kind = event["type"].removeprefix("response.")
        match self.begun["type"], kind:
            case ("message", "content_part.added") | ("reasoning", "reasoning_summary_part.added"):
                assert self.parts == 0
                self.parts += 1
            case ("message", "output_text.delta") | ("reasoning", "reasoning_summary_text.delta"):
                assert self.parts == 1
                self._grow(event)
            case ("message", "output_text.done") | ("reasoning", "reasoning_summary_text.done"):
                self._whole(event["text"])
            case ("message", "content_part.done") | ("reasoning", "reasoning_summary_part.done"):
                assert self.ended
                assert event["part"]["text"] == "".join(self.deltas)
            case ("function_call", "function_call_arguments.delta") | (
                "custom_tool_call",
                "custom_tool_call_input.delta",
            ):
                self._grow(event)
            case "function_call", "function_call_arguments.done":
                self._whole(event["arguments"])
            case "custom_tool_call", "custom_tool_call_input.done":
                self._whole(event["input"])
            case found:
                raise AssertionError(f"an event that has no place here: {found}")

    def end(self, item: Json) -> None:
        whole = "".join(self.deltas)
        assert (item["type"], item["id"]) == (self.begun["type"], self.begun["id"])
        match item["type"]:
            case "message":
                assert self.ended
                assert [part["text"] for part in item["content"]] == [whole]
            case "reasoning":
                assert self.ended == bool(self.parts)
                assert [part["text"] for part in item["summary"]] == [whole] * self.parts
                assert item["encrypted_content"]
            case "function_call":
                assert item["arguments"] == whole
                assert whole
            case "custom_tool_call":
                assert item["input"] == whole

    def _grow(self, event: Json) -> None:
        assert not self.ended
        assert event["delta"]
        self.deltas.append(event["delta"])

    def _whole(self, said: str) -> None:
        assert not self.ended
        assert said == "".join(self.deltas)
        self.ended = True
