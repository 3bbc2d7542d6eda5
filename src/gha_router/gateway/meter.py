"""The side parser: reads usage and stop reason from what passes, and changes nothing.

Field names: Anthropic Messages API, ``usage`` of a message and of ``message_start`` / ``message_delta`` events. Counts
in ``message_delta`` are cumulative, so a later value replaces an earlier one.
"""

import orjson

from gha_router.records import Json, Usage


class Meter:
    """What one reply has used so far."""

    def __init__(self) -> None:
        self._raw: Json = {}
        self.stop_reason: str | None = None
        self.error: str | None = None  # the type of an error inside the reply
        self.finished = False  # the reply's own end has been seen

    @property
    def usage(self) -> Usage | None:
        """Return the usage, ``None`` as long as none was reported."""
        return usage_of(self._raw) if self._raw else None

    def event(self, data: Json) -> None:
        """Read one event of a stream."""
        match data.get("type"):
            case "message_start":
                self._take(data.get("message"))
            case "message_delta":
                self._take(data)
                self._stop(data.get("delta"))
            case "message_stop":
                self.finished = True
            case "error":
                error = data.get("error")
                self.error = str(error.get("type", "error")) if isinstance(error, dict) else "error"

    def body(self, body: bytes) -> None:
        """Read a whole reply that was not streamed."""
        try:
            data = orjson.loads(body)
        except orjson.JSONDecodeError:
            return
        if isinstance(data, dict):
            self._take(data)
            self._stop(data)
            self.finished = True

    def _take(self, holder: object) -> None:
        usage = holder.get("usage") if isinstance(holder, dict) else None
        if isinstance(usage, dict):
            self._raw |= {name: value for name, value in usage.items() if value is not None}

    def _stop(self, holder: object) -> None:
        reason = holder.get("stop_reason") if isinstance(holder, dict) else None
        self.stop_reason = reason if isinstance(reason, str) else self.stop_reason


def usage_of(raw: Json) -> Usage:
    """Return Anthropic's usage object as a record. ``input_tokens`` excludes cached tokens already."""
    split = raw.get("cache_creation")
    one_hour = _count(split, "ephemeral_1h_input_tokens")
    details = raw.get("output_tokens_details")
    return Usage(
        input=_count(raw, "input_tokens"),
        cache_read=_count(raw, "cache_read_input_tokens"),
        cache_write=max(0, _count(raw, "cache_creation_input_tokens") - one_hour),
        cache_write_1h=one_hour,
        output=_count(raw, "output_tokens"),
        reasoning=_count(details, "thinking_tokens") if isinstance(details, dict) else None,
    )


def _count(holder: object, name: str) -> int:
    value = holder.get(name) if isinstance(holder, dict) else None
    return value if isinstance(value, int) and value > 0 else 0
