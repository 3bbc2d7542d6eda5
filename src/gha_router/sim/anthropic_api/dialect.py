"""The dialect as a whole: keys, requests, replies, errors and the list of models.

Sources: https://docs.anthropic.com/en/api/messages, .../errors, .../models-list.
"""

from collections.abc import Iterator, Mapping, Sequence

from gha_router.sim.anthropic_api import wire
from gha_router.sim.anthropic_api.request import read_conversation
from gha_router.sim.conversation import Conversation
from gha_router.sim.dialect import has_bearer
from gha_router.sim.personality import Personality
from gha_router.sim.refusal import Refusal
from gha_router.sim.reply import Reply
from gha_router.sim.wire import Json

BORN = "2025-08-09T00:00:00Z"  # the API gives each model a date; this is seed data, not a release
KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    404: "not_found_error",
    413: "request_too_large",
}


class AnthropicMessages:
    """``/v1/messages`` (see ``Dialect`` for what each method is for)."""

    request_id = "request-id"

    def authenticate(self, headers: Mapping[str, str]) -> None:
        """Take any key, in either header."""
        if not (headers.get("x-api-key") or has_bearer(headers)):
            raise Refusal(401, "x-api-key header is required")

    def check(self, body: Json) -> None:
        """Require the fields that are required."""
        self.check_counted(body)
        if not isinstance(body.get("max_tokens"), int):
            raise Refusal(400, "max_tokens: Field required")

    def check_counted(self, body: Json) -> None:
        """Require what ``count_tokens`` requires."""
        if not isinstance(body.get("model"), str):
            raise Refusal(400, "model: Field required")
        if not isinstance(body.get("messages"), list) or not body["messages"]:
            raise Refusal(400, "messages: Field required, at least one message")

    def read(self, body: Json) -> Conversation:
        """Return what the request says."""
        return read_conversation(body)

    def unknown_model(self, model: str) -> Refusal:
        """Return the refusal of a model that nobody plays."""
        return Refusal(404, f"model: {model}")

    def whole(self, reply: Reply, body: Json) -> Json:
        """Return the message."""
        return wire.message(reply, body)

    def stream(self, whole: Json, _body: Json) -> Iterator[bytes]:
        """Return the message in pieces."""
        return (wire.encode(event) for event in wire.events(whole))

    def error(self, refusal: Refusal) -> Json:
        """Return ``{"type": "error", "error": {"type", "message"}}``."""
        kind = KINDS.get(refusal.status, "invalid_request_error")
        return {"type": "error", "error": {"type": kind, "message": refusal.message}}

    def models(self, personalities: Sequence[Personality]) -> Json:
        """Return the one page."""
        data = [
            {"type": "model", "id": one.name, "display_name": one.summary, "created_at": BORN} for one in personalities
        ]
        return {"data": data, "has_more": False, "first_id": data[0]["id"], "last_id": data[-1]["id"]}
