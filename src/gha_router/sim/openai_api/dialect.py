"""The dialect as a whole: keys, requests, replies, errors and the list of models.

Sources: https://platform.openai.com/docs/api-reference/chat, .../models, https://platform.openai.com/docs/guides/error-codes.
"""

from collections.abc import Iterator, Mapping, Sequence

from gha_router.records import now
from gha_router.sim.conversation import Conversation
from gha_router.sim.dialect import has_bearer
from gha_router.sim.openai_api import wire
from gha_router.sim.openai_api.check import check
from gha_router.sim.openai_api.request import read_conversation
from gha_router.sim.personality import Personality
from gha_router.sim.refusal import Refusal
from gha_router.sim.reply import Reply
from gha_router.sim.wire import Json

BORN = 1_754_697_600  # the API gives each model a date; this is seed data, not a release
NO_KEY = (
    "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth "
    "(i.e. Authorization: Bearer YOUR_KEY)."
)


class ChatCompletions:
    """``/v1/chat/completions`` (see ``Dialect`` for what each method is for)."""

    request_id = "x-request-id"

    def __init__(self, *, interleaved: bool = False) -> None:
        """Prepare to stream parallel calls one after the other, as OpenAI does, or ``interleaved``."""
        self._interleaved = interleaved

    def authenticate(self, headers: Mapping[str, str]) -> None:
        """Take any bearer token."""
        if not has_bearer(headers):
            raise Refusal(401, NO_KEY)

    def check(self, body: Json) -> None:
        """Refuse what is not of this dialect."""
        check(body)

    def read(self, body: Json) -> Conversation:
        """Return what the request says."""
        return read_conversation(body)

    def unknown_model(self, model: str) -> Refusal:
        """Return the refusal of a model that nobody plays."""
        words = f"The model `{model}` does not exist or you do not have access to it."
        return Refusal(404, words, code="model_not_found")

    def whole(self, reply: Reply, body: Json) -> Json:
        """Return the completion."""
        return wire.completion(reply, body, int(now().timestamp()))

    def stream(self, whole: Json, body: Json) -> Iterator[bytes]:
        """Return the completion in pieces, its usage where it is asked for, and the mark of the end."""
        with_usage = (body.get("stream_options") or {}).get("include_usage") is True
        for chunk in wire.chunks(whole, with_usage=with_usage, interleaved=self._interleaved):
            yield wire.encode(chunk)
        yield b"data: [DONE]\n\n"

    def error(self, refusal: Refusal) -> Json:
        """Return ``{"error": {"message", "type", "param", "code"}}``."""
        told = {"message": refusal.message, "type": "invalid_request_error"}
        return {"error": {**told, "param": refusal.param, "code": refusal.code}}

    def models(self, personalities: Sequence[Personality]) -> Json:
        """Return the whole list."""
        data = [{"id": one.name, "object": "model", "created": BORN, "owned_by": "simulation"} for one in personalities]
        return {"object": "list", "data": data}
