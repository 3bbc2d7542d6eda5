"""A streamed chat completion, as the events of Anthropic's stream.

Anthropic's blocks come one after the other; a chat's tool calls may come interleaved. So the first call that is open
streams live, and others wait until it is whole: then they follow, in their order. Text that comes while a call is
half done waits too. Nothing but an error is emitted before there is
content: until ``opened``, another upstream may be asked.
"""

from collections import deque

from gha_router.gateway.translate.calls import Call, Calls
from gha_router.gateway.translate.errors import Failure, failure_of
from gha_router.gateway.translate.reading import an_object, objects, text
from gha_router.gateway.translate.reply import (
    BROKEN_OFF,
    CallIds,
    failure_in,
    message_id,
    reasoning_in,
    stop_of,
    text_in,
)
from gha_router.gateway.translate.request import BYTES_PER_TOKEN, ChatRequest
from gha_router.gateway.translate.thinking import seal
from gha_router.gateway.translate.usage import anthropic_usage
from gha_router.records import Json

# A delta's field of our own, for dialects whose thinking is signed (Responses): the signature, when a thought ends.
SIGNATURE = "reasoning_signature"
_DELTAS = {"text": "text_delta", "thinking": "thinking_delta"}


class ChatStream:
    """Takes a chat's chunks, gives the events of one Anthropic message.

    ``failed`` says why there will be no more of it, ``finished`` that it came to its own end, ``opened`` that content
    was emitted, ``usage`` what the upstream has counted (``None``: nothing, the client is told an estimate).
    """

    def __init__(self, *, asked: str, request: ChatRequest, input_estimate: int) -> None:
        self.failed: Failure | None = None
        self.finished = False
        self.opened = False
        self.usage: Json | None = None
        self._asked = asked
        self._request = request
        self._input_estimate = input_estimate
        self._model = request.thinker
        self._calls = Calls(request.tools)
        self._ids = CallIds(request, "")
        self._first: Json | None = None  # chunk
        self._choice: Json = {}  # the one with the finish reason
        self._started = False
        self._block: str | None = None  # the kind of the open block
        self._index = -1  # of the last block
        self._blanks = ""  # text that would open a block of nothing but blanks
        self._live: Call | None = None
        self._waiting: deque[Call] = deque()
        self._called = self._refused = False
        self._later: list[tuple[str, str]] = []  # kind and text
        self._bytes = 0  # emitted

    def feed(self, chunk: Json) -> list[Json]:
        """Take one chunk; return the events that it brings."""
        if self.failed or self.finished:
            return []
        if chunk.get("error") or chunk.get("object") == "error":
            return self.fail(failure_of(chunk))
        if self._first is None:
            self._first = chunk
        events: list[Json] = []
        choices = objects(chunk.get("choices"))
        choice = choices[0] if choices else {}
        usage = chunk.get("usage") or choice.get("usage") or an_object(chunk.get("x_groq")).get("usage")
        if isinstance(usage, dict):
            self.usage = anthropic_usage(usage)
        if choice:
            self._delta(an_object(choice.get("delta") or choice.get("message")), events)
            if finish := text(choice.get("finish_reason")):
                if (failure := failure_in(finish)) is not None:
                    return events + self.fail(failure_of(choice) if choice.get("error") else failure)
                self._choice = choice
        return events

    def finish(self) -> list[Json]:
        """Return the last events: at ``[DONE]``, or at the end of the bytes."""
        if self.failed or self.finished:
            return []
        if not self._choice:
            return self.fail(Failure(type="api_error", message=BROKEN_OFF))
        self.finished = True
        events: list[Json] = []
        self._start(events)
        self._end_calls(events)
        for kind, said in self._later:
            self._say(kind, said, events)
        self._close(events)
        finish = text(self._choice.get("finish_reason"))
        reason, sequence = stop_of(self._choice, finish, self._request, called=self._called, refused=self._refused)
        estimate = {"input_tokens": self._input_estimate, "output_tokens": -(-self._bytes // BYTES_PER_TOKEN)}
        delta = {"stop_reason": reason, "stop_sequence": sequence}
        events.append({"type": "message_delta", "delta": delta, "usage": self.usage or estimate})
        events.append({"type": "message_stop"})
        return events

    def fail(self, failure: Failure) -> list[Json]:
        """End the stream with an error; the first one counts."""
        if self.failed or self.finished:
            return []
        self.failed = failure
        return [failure.event]

    def _delta(self, delta: Json, events: list[Json]) -> None:
        if self._request.thinking and (thought := reasoning_in(delta)):
            self._hear("thinking", thought, events)
        if self._request.thinking and (signature := text(delta.get(SIGNATURE))):
            self._hear(SIGNATURE, signature, events)
        if said := text_in(delta):
            self._hear("text", said, events)
        self._refused = self._refused or bool(delta.get("refusal"))
        if deltas := delta.get("tool_calls"):
            for call, arguments in self._calls.feed(deltas):
                self._call(call, arguments, events)

    def _hear(self, kind: str, said: str, events: list[Json]) -> None:
        if self._live:
            if self._later or not all(call.is_whole for call in (self._live, *self._waiting)):
                self._later.append((kind, said))
                return
            self._end_calls(events)
        self._say(kind, said, events)

    def _say(self, kind: str, said: str, events: list[Json]) -> None:
        if kind == SIGNATURE:
            self._sign(said, events)
            return
        if self._block != kind:
            if kind == "text":
                self._blanks += said
                if self._blanks.isspace():
                    return
                said, self._blanks = self._blanks, ""
            self._close(events)
            self._open(kind, {"type": kind, kind: ""} | ({"signature": ""} if kind == "thinking" else {}), events)
        self._emit({"type": _DELTAS[kind], kind: said}, said, events)

    def _sign(self, signature: str, events: list[Json]) -> None:
        """End the open thinking, or one without words, with its model's own signature."""
        if self._block != "thinking":
            self._close(events)
            self._open("thinking", {"type": "thinking", "thinking": "", "signature": ""}, events)
        self._close(events, signature)

    def _call(self, call: Call, arguments: str, events: list[Json]) -> None:
        if not call.queued:
            call.queued = self._called = True
            self._waiting.append(call)
            self._advance(events)
        elif call is self._live and arguments:
            self._pass_on(call, events)

    def _advance(self, events: list[Json]) -> None:
        """Let the next calls stream, as far as the ones before them are whole."""
        while self._waiting and (self._live is None or self._live.is_whole):
            if self._live:
                self._end_call(self._live, events)
            self._live = self._waiting.popleft()
            self._pass_on(self._live, events)

    def _pass_on(self, call: Call, events: list[Json]) -> None:
        fragment = call.take() if call.name else ""
        if fragment:
            self._begin_call(call, events)
            self._emit({"type": "input_json_delta", "partial_json": fragment}, fragment, events)

    def _begin_call(self, call: Call, events: list[Json]) -> None:
        if call.started:
            return
        call.started = True
        self._close(events)
        if call.signature:
            self._sign(call.signature, events)
        self._start(events)
        name = call.name or "unknown"
        block: Json = {"type": "tool_use", "id": self._ids.take(call.id), "name": self._request.names.get(name, name)}
        self._open("tool_use", block | {"input": {}}, events)

    def _end_call(self, call: Call, events: list[Json]) -> None:
        fragment = call.take() or ("" if call.sent else "{}")
        self._begin_call(call, events)
        if fragment:
            self._emit({"type": "input_json_delta", "partial_json": fragment}, fragment, events)
        self._close(events)

    def _end_calls(self, events: list[Json]) -> None:
        for call in (*([self._live] if self._live else []), *self._waiting):
            self._end_call(call, events)
        self._live = None
        self._waiting.clear()

    def _start(self, events: list[Json]) -> None:
        if self._started:
            return
        self._started = True
        identity = message_id(self._first or {}, self._request)
        self._ids = CallIds(self._request, identity)
        cache = {"cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}
        message: Json = {
            "id": identity,
            "type": "message",
            "role": "assistant",
            "model": self._asked,
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": {"input_tokens": self._input_estimate, **cache, "output_tokens": 0},
        }
        events.append({"type": "message_start", "message": message})

    def _open(self, kind: str, block: Json, events: list[Json]) -> None:
        self._start(events)
        self._block = kind
        self._index += 1
        self.opened = True
        self._blanks = ""
        events.append({"type": "content_block_start", "index": self._index, "content_block": block})

    def _emit(self, delta: Json, said: str, events: list[Json]) -> None:
        self._bytes += len(said)
        events.append({"type": "content_block_delta", "index": self._index, "delta": delta})

    def _close(self, events: list[Json], signature: str = "") -> None:
        if self._block is None:
            return
        if self._block == "thinking":
            sealed = {"type": "signature_delta", "signature": seal(self._model, signature)}
            events.append({"type": "content_block_delta", "index": self._index, "delta": sealed})
        events.append({"type": "content_block_stop", "index": self._index})
        self._block = None
