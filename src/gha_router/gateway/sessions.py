"""What a session has been served by: thinking belongs to the model that thought it.

Another model refuses a foreign signature, so after a switch all thinking is taken out of what is relayed. A session
that stays with one model is relayed byte for byte. Thinking from behind the translation is known by its seal and never
relayed, whatever is remembered of the session, or when there is none.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping

import orjson

from gha_router.gateway.body import Body, read_body
from gha_router.gateway.translate import SEAL, is_sealed
from gha_router.gateway.translate.reading import encoded
from gha_router.records import Json

REMEMBERED = 1000  # sessions; the oldest is forgotten first
THINKING = frozenset({"thinking", "redacted_thinking"})


class Sessions:
    """Which models have answered in which session, and when they did last."""

    def __init__(self) -> None:
        self._served: OrderedDict[str, dict[str, float]] = OrderedDict()

    def served(self, session: str | None, model: str, now: float) -> None:
        """Remember that a model answered."""
        if session is None:
            return
        times = self._served.setdefault(session, {})
        times.pop(model, None)
        times[model] = now  # the latest stands last
        self._served.move_to_end(session)
        if len(self._served) > REMEMBERED:
            self._served.popitem(last=False)

    def by(self, session: str | None) -> Mapping[str, float]:
        """Return who has answered in the session, and when; the latest stands last."""
        return self._served.get(session, {}) if session is not None else {}

    def switched(self, session: str | None, model: str) -> bool:
        """Return whether another model than this has answered in the session."""
        return bool(self.by(session).keys() - {model})


def without_thinking(body: Body) -> Body:
    """Return the body without thinking blocks; the same body when it has none."""
    return _without(body, _is_thinking) if b"thinking" in body.raw else body


def without_sealed(body: Body) -> Body:
    """Return the body without thinking from behind the translation; the same body when it has none."""
    return _without(body, is_sealed) if SEAL in body.raw else body


def _is_thinking(block: Json) -> bool:
    return block.get("type") in THINKING


def _without(body: Body, unwanted: Callable[[Json], bool]) -> Body:
    """Return the body without the unwanted thinking; the same body when it has none, or cannot be read.

    Where a tool's result is being answered, the API wants the turn's thinking when thinking is ``enabled``
    (docs.claude.com, "Extended thinking with tool use"): it is turned off for that request.
    """
    try:
        data: Json = orjson.loads(body.raw)
    except orjson.JSONDecodeError:  # the upstream refuses it in its own words
        return body
    messages = data.get("messages")
    if not isinstance(messages, list):
        return body
    kept = [_message(message, unwanted) for message in messages if isinstance(message, dict)]
    if kept == messages:
        return body
    data["messages"] = kept
    thinking = data.get("thinking")
    if isinstance(thinking, dict) and thinking.get("type") == "enabled" and _answers_a_tool(kept):
        del data["thinking"]
    return read_body(encoded(data))


def _message(message: Json, unwanted: Callable[[Json], bool]) -> Json:
    content = message.get("content")
    if not isinstance(content, list):
        return message
    left = [block for block in content if not (isinstance(block, dict) and unwanted(block))]
    # A turn without content is refused: what was only thought leaves a trace.
    return message if left == content else message | {"content": left or [{"type": "text", "text": "(thinking)"}]}


def _answers_a_tool(messages: list[Json]) -> bool:
    content = messages[-1].get("content") if messages else None
    return isinstance(content, list) and any(
        isinstance(block, dict) and block.get("type") == "tool_result" for block in content
    )
