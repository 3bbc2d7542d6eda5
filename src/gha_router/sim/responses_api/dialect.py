"""The dialect as a whole: what of it is OpenAI's in general stands with ``openai_api``.

Sources: https://platform.openai.com/docs/api-reference/responses, .../responses-streaming.
"""

from collections.abc import Iterator

from gha_router.records import now
from gha_router.sim.conversation import Conversation
from gha_router.sim.openai_api import ChatCompletions
from gha_router.sim.reply import Reply
from gha_router.sim.responses_api import wire
from gha_router.sim.responses_api.check import check
from gha_router.sim.responses_api.request import read_conversation
from gha_router.sim.wire import Json


class Responses(ChatCompletions):
    """``/v1/responses`` (see ``Dialect`` for what each method is for)."""

    def check(self, body: Json) -> None:
        """Refuse what is not of this dialect."""
        check(body)

    def read(self, body: Json) -> Conversation:
        """Return what the request says."""
        return read_conversation(body)

    def whole(self, reply: Reply, body: Json) -> Json:
        """Return the response."""
        return wire.response(reply, body, int(now().timestamp()))

    def stream(self, whole: Json, _body: Json) -> Iterator[bytes]:
        """Return the response in pieces; its last event holds it whole."""
        return (wire.encode(number, event) for number, event in enumerate(wire.events(whole)))
