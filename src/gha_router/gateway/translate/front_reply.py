"""A message of Anthropic's, whole or streamed, as a chat completion."""

from gha_router.gateway.translate.reading import an_object, dump, objects, text
from gha_router.gateway.translate.usage import chat_usage
from gha_router.records import Json

_FINISH = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "pause_turn": "stop",
    "tool_use": "tool_calls",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "content_filter",
}
_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "insufficient_quota",
    403: "permission_error",
    404: "not_found_error",
    413: "invalid_request_error",
    422: "invalid_request_error",
    429: "rate_limit_exceeded",
}


def completion(message: Json, asked: str, *, created: int = 0) -> Json:
    """Return a whole message as a chat completion under the asked model's name; ``created`` in Unix seconds."""
    blocks = objects(message.get("content"))
    said: Json = {"role": "assistant", "content": _joined(blocks, "text") or None, "refusal": None}
    if thought := _joined(blocks, "thinking"):
        said["reasoning_content"] = thought
    calls = [
        {
            "id": text(block.get("id")),
            "type": "function",
            "function": {"name": text(block.get("name")), "arguments": dump(an_object(block.get("input")))},
        }
        for block in blocks
        if block.get("type") == "tool_use"
    ]
    if calls:
        said["tool_calls"] = calls
    finish = _finish(message.get("stop_reason"), called=bool(calls))
    return {
        "id": _identity(message),
        "object": "chat.completion",
        "created": created,
        "model": asked,
        "choices": [{"index": 0, "message": said, "logprobs": None, "finish_reason": finish}],
        "usage": chat_usage(an_object(message.get("usage"))),
    }


def chat_error(status: int, message: str) -> Json:
    """Return an error in OpenAI's envelope."""
    kind = _TYPES.get(status, "server_error" if status >= 500 else "invalid_request_error")  # noqa: PLR2004 - HTTP
    return {"error": {"message": message, "type": kind, "param": None, "code": None}}


class MessageStream:
    """Takes the events of Anthropic's stream, gives a chat's chunks.

    ``failed`` is the error that ended it, ``finished`` says that it came to its own end: ``[DONE]`` is then due.
    """

    def __init__(self, *, asked: str, include_usage: bool, created: int = 0) -> None:
        self.failed: Json | None = None
        self.finished = False
        self._base: Json = {"id": "", "object": "chat.completion.chunk", "created": created, "model": asked}
        self._include_usage = include_usage
        self._usage: Json = {}
        self._calls: dict[int, int] = {}  # a block's index -> its call's
        self._silent: set[int] = set()  # calls without arguments so far

    def feed(self, event: Json) -> list[Json]:
        """Take one event; return the chunks that it brings."""
        if self.failed or self.finished:
            return []
        chunks: list[Json] = []
        match event.get("type"):
            case "message_start":
                chunks = self._start(an_object(event.get("message")))
            case "content_block_start":
                chunks = self._open(event.get("index"), an_object(event.get("content_block")))
            case "content_block_delta":
                chunks = self._delta(event.get("index"), an_object(event.get("delta")))
            case "content_block_stop":
                chunks = self._close(event.get("index"))
            case "message_delta":
                chunks = self._end(event)
            case "message_stop":
                self.finished = True
                chunks = self._last()
            case "error":
                chunks = self._fail(an_object(event.get("error")))
        return chunks

    def finish(self) -> list[Json]:
        """Return the last chunks at the end of the bytes: an error, when the message had not come to its own."""
        if self.failed or self.finished:
            return []
        return self._fail({"type": "api_error", "message": "the upstream's reply broke off before its end"})

    def _start(self, message: Json) -> list[Json]:
        self._base["id"] = _identity(message)
        self._take(message.get("usage"))
        return [self._chunk({"role": "assistant", "content": ""})]

    def _open(self, index: object, block: Json) -> list[Json]:
        if block.get("type") != "tool_use" or not isinstance(index, int):
            return []
        self._calls[index] = place = len(self._calls)
        self._silent.add(index)
        function = {"name": text(block.get("name")), "arguments": ""}
        call = {"index": place, "id": text(block.get("id")), "type": "function", "function": function}
        return [self._chunk({"tool_calls": [call]})]

    def _delta(self, index: object, delta: Json) -> list[Json]:
        if said := text(delta.get("text")):
            return [self._chunk({"content": said})]
        if thought := text(delta.get("thinking")):
            return [self._chunk({"reasoning_content": thought})]
        fragment = text(delta.get("partial_json"))
        return self._arguments(index, fragment) if fragment else []

    def _close(self, index: object) -> list[Json]:
        return self._arguments(index, "{}") if isinstance(index, int) and index in self._silent else []

    def _arguments(self, index: object, fragment: str) -> list[Json]:
        if not isinstance(index, int) or index not in self._calls:
            return []
        self._silent.discard(index)
        return [self._chunk({"tool_calls": [{"index": self._calls[index], "function": {"arguments": fragment}}]})]

    def _end(self, event: Json) -> list[Json]:
        self._take(event.get("usage"))
        reason = an_object(event.get("delta")).get("stop_reason")
        return [self._chunk({}, _finish(reason, called=bool(self._calls)))]

    def _last(self) -> list[Json]:
        if not self._include_usage:
            return []
        return [{**self._base, "choices": [], "usage": chat_usage(self._usage)}]

    def _fail(self, error: Json) -> list[Json]:
        self.failed = error
        kind = text(error.get("type")) or "api_error"
        return [{"error": {"message": text(error.get("message")) or kind, "type": kind, "param": None, "code": None}}]

    def _take(self, usage: object) -> None:
        """Take note of a usage: later counts replace earlier ones, and a count that is left out stays."""
        self._usage |= {name: value for name, value in an_object(usage).items() if value is not None}

    def _chunk(self, delta: Json, finish: str | None = None) -> Json:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return {**self._base, "choices": [choice], **({"usage": None} if self._include_usage else {})}


def _finish(reason: object, *, called: bool) -> str:
    found = _FINISH.get(text(reason), "stop")
    return "tool_calls" if called and found == "stop" else found


def _identity(message: Json) -> str:
    return "chatcmpl-" + (text(message.get("id")).removeprefix("msg_") or "0")


def _joined(blocks: list[Json], kind: str) -> str:
    return "".join(text(block.get(kind)) for block in blocks if block.get("type") == kind)
