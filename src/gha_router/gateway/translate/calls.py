"""Tool calls, put together from the deltas that upstreams send.

OpenAI numbers the calls and names each once. Others leave the number out, give every call the number 0, repeat id
and name in every delta, send the id late, the name in pieces, or the whole call at once.
"""

from collections.abc import Iterator

from gha_router.gateway.sse import object_in
from gha_router.gateway.translate.reading import an_object, objects, text, whole
from gha_router.gateway.translate.reply import arguments_in, signature_in
from gha_router.records import Json

_EMPTY = frozenset({"", "{}", "null"})


class Call:
    """One tool call, as far as it has come."""

    __slots__ = ("arguments", "id", "name", "queued", "sent", "signature", "started")

    def __init__(self) -> None:
        self.id = ""
        self.name = ""
        self.signature = ""
        self.arguments: list[str] = []
        self.sent = 0  # fragments that were passed on
        self.queued = False  # it has its place among the reply's blocks
        self.started = False  # its block is, or was, open

    @property
    def is_whole(self) -> bool:
        """Return whether the arguments are an object already: nothing but blanks can follow."""
        return object_in("".join(self.arguments)) is not None

    def take(self) -> str:
        """Return the arguments that were not passed on yet, ``""`` as long as they may turn out to be none.

        ``{}`` may be a placeholder that some upstreams send before the real ones.
        """
        fresh = "".join(self.arguments[self.sent :])
        if not self.started:
            stripped = fresh.strip()
            if stripped in _EMPTY:
                return ""
            for placeholder in ("{}", "null"):
                if stripped.startswith(placeholder) and stripped[len(placeholder) :].lstrip().startswith("{"):
                    fresh = stripped[len(placeholder) :].lstrip()
                    self.arguments = [fresh]
        self.sent = len(self.arguments)
        return fresh


class Calls:
    """All calls of one reply, in their order."""

    def __init__(self, offered: frozenset[str]) -> None:
        self._offered = offered
        self._by_index: dict[int, Call] = {}
        self._by_id: dict[str, Call] = {}
        self._last: Call | None = None

    def feed(self, deltas: object) -> Iterator[tuple[Call, str]]:
        """Yield, for each delta of a chunk, its call and the arguments that it brings."""
        first = True
        for delta in objects(deltas):
            function = an_object(delta.get("function"))
            arguments = arguments_in(function)
            call = self._call_of(delta, text(function.get("name")), arguments, first=first)
            first = False
            call.signature = call.signature or signature_in(delta)
            if arguments:
                call.arguments.append(arguments)
            yield call, arguments

    def _call_of(self, delta: Json, name: str, arguments: str, *, first: bool) -> Call:
        index, given = whole(delta.get("index")), text(delta.get("id"))
        call = self._find(index, given, begins=bool(name) and not first, names=bool(name) or not arguments)
        if call is None or (name and self._is_another(call, given, name, arguments)):
            call = Call()
        elif name and not call.started:
            call.name = _with_piece(call.name, name)
        call.name = call.name or name
        call.id = call.id or given
        if index is not None:
            self._by_index[index] = call
        if given:
            self._by_id[given] = call
        self._last = call
        return call

    def _find(self, index: int | None, given: str, *, begins: bool, names: bool) -> Call | None:
        """Return the call that a delta seems to continue."""
        if index is not None:
            return self._by_index.get(index)
        if given and given in self._by_id:
            return self._by_id[given]
        if given and self._last and self._last.id and names:
            return None
        return None if begins else self._last

    def _is_another(self, call: Call, given: str, name: str, arguments: str) -> bool:
        """Return whether a delta with a name, which seems to belong to this call, begins another."""
        if given and call.id:
            return given != call.id
        if not call.name or (name == call.name and not arguments):
            return False
        if call.arguments:
            return call.is_whole
        together = call.name + name
        is_repeat_or_piece = name.startswith(call.name) or any(tool.startswith(together) for tool in self._offered)
        return call.name in self._offered and not is_repeat_or_piece


def _with_piece(known: str, name: str) -> str:
    """Return the name so far: a delta may repeat it, repeat more of it, or bring its next piece."""
    if name.startswith(known):
        return name
    return known if known.startswith(name) else known + name
