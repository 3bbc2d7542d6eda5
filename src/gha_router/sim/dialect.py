"""What the server needs of a wire format; each one is a folder beside this file."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from gha_router.sim.conversation import Conversation
from gha_router.sim.personality import Personality
from gha_router.sim.refusal import Refusal
from gha_router.sim.reply import Reply
from gha_router.sim.wire import Json


class Dialect(Protocol):
    """One vendor's way to ask and to answer. What refuses raises ``Refusal``."""

    @property
    def request_id(self) -> str:
        """Return the header that carries the id of a request."""
        ...

    def authenticate(self, headers: Mapping[str, str]) -> None:
        """Refuse a request without a key; any key will do."""
        ...

    def check(self, body: Json) -> None:
        """Refuse a body that the real API would refuse."""
        ...

    def read(self, body: Json) -> Conversation:
        """Return what a checked body says."""
        ...

    def unknown_model(self, model: str) -> Refusal:
        """Return the refusal of a model that nobody plays."""
        ...

    def whole(self, reply: Reply, body: Json) -> Json:
        """Return the reply to a request as one JSON object."""
        ...

    def stream(self, whole: Json, body: Json) -> Iterator[bytes]:
        """Return that object as it is streamed."""
        ...

    def error(self, refusal: Refusal) -> Json:
        """Return the error in its envelope."""
        ...

    def models(self, personalities: Sequence[Personality]) -> Json:
        """Return the list of models."""
        ...


def has_bearer(headers: Mapping[str, str]) -> bool:
    """Return whether a bearer token is given."""
    scheme, _, token = headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and bool(token.strip())
