"""The side parser: reads usage and stop reason from what passes, and changes nothing.

Field names: Anthropic Messages API, ``usage`` of a message and of ``message_start`` / ``message_delta`` events. Counts
in ``message_delta`` are cumulative, so a later value replaces an earlier one.
"""

from dataclasses import replace

import orjson

from gha_router.records import Json, Usage

BESIDE = frozenset({"compaction", "advisor_message"})  # steps of a request that its totals leave out
MOST = 2**53  # tokens; a count beyond it is no count, and neither a receipt nor a store could hold it
LABEL = 80  # characters kept of an upstream's own words
BYTES_PER_TOKEN = 3  # errs high
DELTA_FRAME = len(
    b"event: content_block_delta\n"
    b'data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":""}}\n\n'
)


class Meter:
    """What one reply has used so far."""

    def __init__(self) -> None:
        self._raw: Json = {}
        self._final = False  # the final count has been seen
        self._content = 0  # bytes
        self._usage: Usage | None = None  # what was made of these, until they change
        self.stop_reason: str | None = None
        self.model: str | None = None  # of a whole reply, as the upstream names who answered
        self.error: str | None = None  # the type of an error inside the reply
        self.finished = False  # the reply's own end has been seen

    @property
    def usage(self) -> Usage | None:
        """Return the usage, ``None`` as long as none was reported.

        A stream that was cut before its final count is billed for what it had made: its output is then estimated
        from the bytes that passed, high rather than low.
        """
        if self._usage is None and self._raw:
            usage = usage_of(self._raw)
            passed = -(-self._content // BYTES_PER_TOKEN)
            self._usage = usage if self._final else replace(usage, output=max(usage.output, passed))
        return self._usage

    def content(self, event: bytes) -> None:
        """Count the content in a ``content_block_delta`` event, without parsing it: most of a stream are these."""
        self._content += max(0, len(event) - DELTA_FRAME)
        self._usage = None

    def event(self, data: Json) -> None:
        """Read one event of a stream."""
        match data.get("type"):
            case "message_start":
                self._take(data.get("message"))
            case "message_delta":
                self._final = True
                self._take(data)
                self._stop(data.get("delta"))
            case "message_stop":
                self.finished = True
            case "error":
                error = data.get("error")
                self.error = str(error.get("type", "error"))[:LABEL] if isinstance(error, dict) else "error"

    def body(self, body: bytes, *, counted: bool = False) -> bool:
        """Read a whole reply that was not streamed; return whether it is a message, or a count where one was asked."""
        try:
            data = orjson.loads(body)
        except orjson.JSONDecodeError:
            return False
        if not isinstance(data, dict) or not ("input_tokens" in data if counted else _is_message(data)):
            return False
        self.message(data)
        return True

    def message(self, data: Json) -> None:
        """Read a whole reply that was not streamed."""
        self.finished = self._final = True
        self.answered_by(data)
        self._take(data)
        self._stop(data)

    def answered_by(self, reply: Json) -> None:
        """Read the model that a whole reply names, which is a text of the upstream's."""
        model = reply.get("model")
        self.model = model[:LABEL] if isinstance(model, str) else None

    def _take(self, holder: object) -> None:
        usage = holder.get("usage") if isinstance(holder, dict) else None
        self._usage = None
        if isinstance(usage, dict):
            self._raw |= {name: value for name, value in usage.items() if value is not None}

    def _stop(self, holder: object) -> None:
        reason = holder.get("stop_reason") if isinstance(holder, dict) else None
        self.stop_reason = reason[:LABEL] if isinstance(reason, str) else self.stop_reason


def _is_message(data: Json) -> bool:
    blocks, usage = data.get("content"), data.get("usage")
    return (
        isinstance(blocks, list)
        and all(isinstance(block, dict) for block in blocks)
        and (usage is None or isinstance(usage, dict))
    )


def usage_of(raw: Json) -> Usage:
    """Return Anthropic's usage object as a record. ``input_tokens`` excludes cached tokens already.

    Its totals leave out what summing up the conversation and asking an adviser took, which is billed too
    (docs.claude.com, "Compaction", "Advisor tool": ``iterations``).
    """
    usage = _one(raw)
    iterations = raw.get("iterations")
    for one in iterations if isinstance(iterations, list) else ():
        if isinstance(one, dict) and one.get("type") in BESIDE:
            usage += _one(one)
    return usage


def _one(raw: Json) -> Usage:
    split = raw.get("cache_creation")
    one_hour = _count(split, "ephemeral_1h_input_tokens")
    details = raw.get("output_tokens_details")
    return Usage(
        input=_count(raw, "input_tokens"),
        cache_read=_count(raw, "cache_read_input_tokens"),
        cache_write=max(0, _count(raw, "cache_creation_input_tokens") - one_hour),
        cache_write_1h=one_hour,
        output=_count(raw, "output_tokens"),
        web_searches=_count(raw.get("server_tool_use"), "web_search_requests"),
        reasoning=_count(details, "thinking_tokens") if isinstance(details, dict) else None,
    )


def _count(holder: object, name: str) -> int:
    value = holder.get(name) if isinstance(holder, dict) else None
    if not isinstance(value, (int, float)) or value is True or not value > 0:
        return 0
    return int(min(value, MOST))
