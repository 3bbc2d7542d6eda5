"""Ollama on the wire: docs.ollama.com/api/anthropic-compatibility and .../openai-compatibility.

From 0.14 on it answers Messages: a call's input in one delta, thinking without a signature, no ``count_tokens``, no
pings. Before, it knows no such path, and repeats the ids of its chat completions.
"""

from collections.abc import Iterable, Iterator

from bench.traps.seen import Sent
from bench.traps.wire import DONE, Json, data, event


class Messages:
    """Tells Anthropic's reply as Ollama says it."""

    def chunk(self, data_: Json) -> Iterator[bytes]:
        """Return one event; what Ollama does not send is left out."""
        if data_.get("delta", {}).get("type") != "signature_delta" and data_["type"] != "ping":
            yield event(_unsigned(data_))

    def end(self) -> Iterable[bytes]:
        """Return nothing: there is no such mark."""
        return ()

    def whole(self, data_: Json, status: int) -> tuple[Json, int]:
        """Return the same."""
        return data_, status


def _unsigned(data_: Json) -> Json:
    block = data_.get("content_block", {})
    kept = {name: value for name, value in block.items() if name != "signature"}
    return data_ | ({"content_block": kept} if block else {})


class Chat:
    """Tells a chat completion as Ollama says it: every call with the number 0, and whole."""

    def __init__(self) -> None:
        self._calls: dict[str, Json] = {}
        self._last: dict[int | None, str] = {}  # the call whose piece came last, by its number

    def chunk(self, data_: Json) -> Iterator[bytes]:
        """Return the events of one chunk."""
        choices = data_.get("choices") or [{"delta": {}, "finish_reason": None}]
        pieces = choices[0]["delta"].get("tool_calls", [])
        for piece in pieces:
            self._take(piece)
        said = choices[0]["delta"].get("content")
        if (said or choices[0]["finish_reason"]) and self._calls:
            yield self._chunk(data_, {"tool_calls": list(self._calls.values())})
            self._calls = {}
        if not pieces:
            delta = dict(choices[0]["delta"])
            if "reasoning_content" in delta:
                delta["reasoning"] = delta.pop("reasoning_content")
            yield data(data_ | ({"choices": [choices[0] | {"delta": delta}]} if data_.get("choices") else {}))

    def end(self) -> Iterable[bytes]:
        """Return the mark of the end."""
        return (DONE,)

    def whole(self, data_: Json, status: int) -> tuple[Json, int]:
        """Return the same; errors have a text for a type."""
        return data_, status

    def _take(self, piece: Json) -> None:
        index = piece.get("index")
        key = self._last[index] = piece.get("id") or self._last[index]
        call = self._calls.setdefault(key, piece | {"index": 0, "function": {"name": "", "arguments": ""}})
        call["function"]["name"] = piece["function"].get("name") or call["function"]["name"]
        call["function"]["arguments"] += piece["function"]["arguments"] or ""

    def _chunk(self, data_: Json, delta: Json) -> bytes:
        return data(data_ | {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]})


def as_sent(sent: Sent) -> Json:
    """Return a request's body: it is in the words of the case."""
    return sent.json
